"""Django's name for this app."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """See the package's docstring."""

    name = "upshot.web.plans"
    label = "plans"
