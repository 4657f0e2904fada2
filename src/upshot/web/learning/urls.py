"""Addresses of the learner's page."""

from django.urls import path

from upshot.web.learning import views

urlpatterns = [
    path("learning/", views.learning, name="learning"),
    path("learning/my-data.json", views.my_data, name="my-data"),
]
