"""Django's name for this app."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """See the package's docstring."""

    name = "upshot.web.home"
    label = "home"
