"""Addresses of messages."""

from django.urls import URLPattern, path

from upshot.web.outbox import views, views_admin

urlpatterns: list[URLPattern] = [
    path("messages/", views.mine, name="my-messages"),
    path("messages/preferences/", views.preferences, name="my-preferences"),
    path("messages/leave/", views.leave, name="my-leave"),
    path("messages/leave/<int:number>/remove/", views.leave_remove, name="my-leave-remove"),
    path("messages/house/", views_admin.house, name="messages-house"),
    path("messages/counts/", views_admin.counts, name="messages-counts"),
    path("messages/words/", views_admin.words, name="messages-words"),
    path("messages/undelivered/", views_admin.undelivered, name="messages-undelivered"),
    path("messages/undelivered/retry/", views_admin.retry, name="messages-retry"),
    path("messages/undelivered/bounce/", views_admin.bounce, name="messages-bounce"),
    path("messages/channels/", views_admin.channels, name="channels"),
    path("messages/channels/<int:number>/try/", views_admin.channel_try, name="channel-try"),
    path("messages/channels/<int:number>/remove/", views_admin.channel_remove, name="channel-remove"),
]
