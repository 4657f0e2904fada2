"""Addresses of the store's pages, under an organisation."""

from django.urls import path

from upshot.web.lrs.pages import keys, retention, views

urlpatterns = [
    path("statements/", views.statements, name="statements"),
    path("statements/refused", views.refused, name="statements-refused"),
    path("statements/export.csv", views.export, name="statements-export"),
    path("statements/keys/", keys.keys, name="keys"),
    path("statements/keys/new", keys.key_new, name="key-new"),
    path("statements/keys/<int:number>/", keys.key, name="key"),
    path("statements/keys/<int:number>/rotate", keys.key_rotate, name="key-rotate"),
    path("statements/keys/<int:number>/withdraw", keys.key_withdraw, name="key-withdraw"),
    path("statements/retention/", retention.retention, name="retention"),
    path("statements/retention/apply", retention.retention_apply, name="retention-apply"),
    path("statements/retention/<int:number>/delete", retention.rule_delete, name="retention-rule-delete"),
    path("statements/<uuid:statement_id>/", views.statement, name="statement"),
]
