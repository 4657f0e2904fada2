"""Addresses of rules."""

from django.urls import URLPattern, path

from upshot.web.automation import views

urlpatterns: list[URLPattern] = [
    path("rules/", views.rules, name="rules"),
    path("rules/new/", views.rule_new, name="rule-new"),
    path("rules/document/", views.rules_document, name="rules-document"),
    path("rules/versions/", views.rules_versions, name="rules-versions"),
    path("rules/versions/<int:number>/", views.rules_version, name="rules-version"),
    path("rules/of/<str:name>/", views.rule, name="rule"),
    path("rules/of/<str:name>/edit/", views.rule_edit, name="rule-edit"),
    path("rules/of/<str:name>/remove/", views.rule_remove, name="rule-remove"),
    path("rules/of/<str:name>/decide/", views.rule_decide, name="rule-decide"),
]
