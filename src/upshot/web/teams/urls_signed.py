"""Addresses that links in messages lead to; the link itself is the key."""

from django.urls import path

from upshot.web.teams import views_signed

urlpatterns = [
    path("sign/<str:token>", views_signed.sign, name="team-signed-off"),
    path("no-room/<str:token>", views_signed.no_room, name="team-no-room"),
]
