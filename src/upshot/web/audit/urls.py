"""Addresses of the audit pages."""

from django.urls import path

from upshot.web.audit import views

urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("audit/access", views.access_log, name="access-log"),
    path("audit/export.csv", views.audit_csv, name="audit-csv"),
]
