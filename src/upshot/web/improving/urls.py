"""Addresses of work lists."""

from django.urls import URLPattern, path

from upshot.web.improving import views

urlpatterns: list[URLPattern] = [
    path("improving/", views.improving, name="improving"),
    path("improving/look", views.look_again, name="improving-look"),
    path("improving/add", views.add, name="improving-add"),
    path("improving/<int:number>/", views.item, name="work-item"),
    path("improving/<int:number>/give", views.give, name="work-give"),
    path("improving/<int:number>/close", views.close, name="work-close"),
    path("improving/<int:number>/reopen", views.reopen, name="work-reopen"),
]
