"""Addresses of a person's data."""

from django.urls import path

from upshot.web.privacy import views

urlpatterns = [
    path("privacy/erasures", views.erasures, name="erasures"),
    path("privacy/export/<path:key>", views.person_export, name="person-export"),
    path("privacy/person/<path:key>", views.person_data, name="person-data"),
]
