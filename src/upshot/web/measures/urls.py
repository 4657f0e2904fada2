"""Addresses of answers."""

from django.urls import path

from upshot.web.measures import views, views_acts

_ONE = "initiatives/<str:key>"

urlpatterns = [
    path("initiatives/", views.initiatives, name="initiatives"),
    path(f"{_ONE}/", views.initiative, name="initiative"),
    path(f"{_ONE}/impact", views.impact, name="impact"),
    path(f"{_ONE}/value", views.value, name="value"),
    path(f"{_ONE}/slices", views.slices, name="slices"),
    path(f"{_ONE}/data", views.answer_data, name="answer-data"),
    path(f"{_ONE}/runs/", views.runs, name="runs"),
    path(f"{_ONE}/runs/<int:number>", views.run, name="run"),
    path(f"{_ONE}/answer", views_acts.run_start, name="run-start"),
    path(f"{_ONE}/record", views_acts.answer_record, name="answer-record"),
    path(f"{_ONE}/costs", views_acts.cost_new, name="cost-new"),
    path(f"{_ONE}/costs/<int:number>/take-back", views_acts.cost_take_back, name="cost-take-back"),
    path(f"{_ONE}/report.<str:form>", views_acts.report, name="report"),
    path(f"{_ONE}/reports", views_acts.reports, name="reports"),
]
