"""Addresses of practice and of the studio."""

from django.urls import path

from upshot.web.practice import views_play

urlpatterns = [
    path("practice/", views_play.practice, name="practice"),
    path("practice/<slug:slug>/", views_play.play, name="play"),
    path("practice/<slug:slug>/begin", views_play.begin, name="play-begin"),
    path("practice/<slug:slug>/answer", views_play.answer, name="play-answer"),
    path("practice/<slug:slug>/thought", views_play.reflect, name="play-reflect"),
    path("practice/<slug:slug>/pictures/<str:name>", views_play.picture, name="practice-picture"),
]
