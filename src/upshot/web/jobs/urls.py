"""Addresses of jobs."""

from django.urls import path

from upshot.web.jobs import views

urlpatterns = [
    path("jobs/<uuid:job_id>/", views.job_page, name="job"),
    path("jobs/<uuid:job_id>/cancel", views.job_cancel, name="job-cancel"),
]
