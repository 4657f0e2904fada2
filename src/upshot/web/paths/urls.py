"""Addresses of paths: steps as their learner walks them, versions and sessions, certificates."""

from django.urls import path

from upshot.web.paths import views_walk

_STEP = "learning/paths/<uuid:number>/<str:step>"

urlpatterns = [
    path("learning/shared/", views_walk.shared, name="shared-with-me"),
    path("learning/join/<str:key>", views_walk.join_path, name="path-join"),
    path(f"{_STEP}/", views_walk.step, name="path-step"),
    path(f"{_STEP}/done", views_walk.step_done, name="path-step-done"),
    path(f"{_STEP}/commit", views_walk.step_commit, name="path-commit"),
    path(f"{_STEP}/seat", views_walk.step_seat, name="path-seat"),
]
