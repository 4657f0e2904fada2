"""Addresses of spaced practice."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
