"""Addresses of the demonstration that belong to no organisation."""

from django.urls import path

from upshot.web.home import views_demo

urlpatterns = [
    path("as", views_demo.demo_as, name="demo-as"),
    path("tour", views_demo.demo_tour, name="demo-tour"),
]
