"""The address of a question that a message carries: it needs no sign-in, and works for one person and one question."""

from django.urls import URLPattern, path

from upshot.web.spacing import views

urlpatterns: list[URLPattern] = [path("<str:token>/", views.by_link, name="again-by-link")]
