"""Addresses of surveys."""

from django.urls import path

from upshot.web.surveys import views

urlpatterns = [
    path("surveys/", views.surveys, name="surveys"),
    path("surveys/<uuid:number>/", views.survey, name="survey"),
    path("surveys/results/<int:number>/", views.survey_results, name="survey-results"),
    path("surveys/results/<int:number>/end", views.survey_end, name="survey-end"),
    path("surveys/text/<str:name>/", views.survey_text, name="survey-text"),
]
