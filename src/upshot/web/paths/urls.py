"""Addresses of paths: steps as their learner walks them, versions and sessions, certificates."""

from django.urls import path

from upshot.web.paths import views_certificates, views_lead, views_walk

_STEP = "learning/paths/<uuid:number>/<str:step>"

urlpatterns = [
    path("learning/shared/", views_walk.shared, name="shared-with-me"),
    path("learning/join/<str:key>", views_walk.join_path, name="path-join"),
    path(f"{_STEP}/", views_walk.step, name="path-step"),
    path(f"{_STEP}/done", views_walk.step_done, name="path-step-done"),
    path(f"{_STEP}/commit", views_walk.step_commit, name="path-commit"),
    path(f"{_STEP}/seat", views_walk.step_seat, name="path-seat"),
    path("paths/", views_lead.paths, name="paths"),
    path("paths/<str:key>/", views_lead.path, name="path"),
    path("paths/<str:key>/choice", views_lead.choice, name="path-choice"),
    path("paths/<str:key>/sessions/", views_lead.sessions, name="path-sessions"),
    path("paths/<str:key>/sessions/<int:number>/", views_lead.attendance, name="path-session"),
    path("paths/<str:key>/sessions/<int:number>/cancel", views_lead.session_cancel, name="path-session-cancel"),
    path("certificates/", views_certificates.certificates, name="certificates"),
    path("certificates/give", views_certificates.certificate_grant, name="certificate-give"),
    path("certificates/<uuid:number>/revoke", views_certificates.certificate_revoke, name="certificate-revoke"),
]
