"""Addresses of members, roles and invitations, within an organisation."""

from django.urls import path

from upshot.web.members import views

urlpatterns = [
    path("members/", views.members, name="members"),
    path("members/invite", views.invitation_new, name="invitation-new"),
    path("members/invitations/<int:number>/withdraw", views.invitation_withdraw, name="invitation-withdraw"),
    path("members/<int:number>/", views.member, name="member"),
    path("members/<int:number>/remove", views.member_remove, name="member-remove"),
    path("members/<int:number>/roles/<int:grant>/revoke", views.grant_revoke, name="grant-revoke"),
]
