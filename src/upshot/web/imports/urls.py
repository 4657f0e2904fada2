"""Addresses of data and imports."""

from django.urls import path

from upshot.web.imports import views

urlpatterns = [
    path("data/", views.data, name="data"),
    path("data/upload", views.upload_new, name="upload-new"),
    path("data/uploads/<uuid:upload_id>/", views.upload, name="upload"),
    path("data/uploads/<uuid:upload_id>/mapping", views.mapping, name="mapping"),
    path("data/uploads/<uuid:upload_id>/profile", views.use_profile, name="use-profile"),
    path("data/uploads/<uuid:upload_id>/import", views.upload_import, name="upload-import"),
    path("data/uploads/<uuid:upload_id>/throw-away", views.upload_throw, name="upload-throw"),
    path("data/uploads/<uuid:upload_id>/rejects.csv", views.rejects, name="rejects"),
]
