"""Addresses of the roster."""

from django.urls import path

from upshot.web.people import views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/teams", views.teams, name="teams"),
    path("people/accounts", views.accounts, name="accounts"),
    path("people/accounts/undo", views.merge_undo, name="merge-undo"),
    path("people/of/<path:key>/", views.person, name="person"),
]
