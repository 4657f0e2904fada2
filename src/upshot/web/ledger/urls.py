"""Addresses of the ledger."""

from django.urls import path

from upshot.web.ledger import views

urlpatterns = [
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/export.jsonl", views.ledger_export, name="ledger-export"),
    path("ledger/<int:number>/", views.ledger_entry, name="ledger-entry"),
]
