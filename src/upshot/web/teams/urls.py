"""Addresses of the manager's page, of support for use, and of what it came to."""

from django.urls import path

from upshot.web.teams import views, views_support

urlpatterns = [
    path("team/", views.team, name="team"),
    path("team/capacity", views.capacity, name="team-capacity"),
    path("team/barrier", views.barrier, name="team-barrier"),
    path("team/support/", views_support.support, name="team-support"),
    path("team/support/<int:number>/take-back", views_support.support_take_back, name="team-support-take-back"),
    path("initiatives/<str:key>/support", views_support.initiative_support, name="initiative-support"),
    path("initiatives/<str:key>/support/count", views_support.cost, name="initiative-support-count"),
]
