"""Addresses of the manager's page."""

from django.urls import path

from upshot.web.teams import views

urlpatterns = [path("team/", views.team, name="team")]
