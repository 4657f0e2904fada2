"""Addresses of role paths."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
