"""Addresses of the home page, and of what was planted in a simulated firm."""

from django.urls import path

from upshot.web.home import views, views_demo

urlpatterns = [
    path("", views.home, name="home"),
    path("planted/", views_demo.planted, name="planted"),
]
