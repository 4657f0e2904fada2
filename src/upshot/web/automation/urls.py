"""Addresses of automation rules."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
