"""Addresses of competencies."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
