"""Addresses of the store's pages, under an organisation."""

from django.urls import path

from upshot.web.lrs.pages import views

urlpatterns = [
    path("statements/", views.statements, name="statements"),
    path("statements/refused", views.refused, name="statements-refused"),
    path("statements/export.csv", views.export, name="statements-export"),
    path("statements/<uuid:statement_id>/", views.statement, name="statement"),
]
