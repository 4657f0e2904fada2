"""Addresses of coming in."""

from django.urls import path

from upshot.web.accounts import views

urlpatterns = [
    path("first/<str:token>/", views.first_account, name="first-account"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
]
