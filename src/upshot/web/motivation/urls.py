"""Addresses of motivation."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
