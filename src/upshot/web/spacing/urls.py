"""Addresses of questions that are asked again; the one by a link in a message stands in ``urls_link.py``."""

from django.urls import URLPattern, path

from upshot.web.spacing import views

urlpatterns: list[URLPattern] = [
    path("again/", views.again, name="again"),
    path("again/<int:number>/<int:question>/", views.question, name="again-question"),
]
