"""Django's name for this app."""

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    """See the package's docstring."""

    name = "upshot.web.teams"
    label = "teams"
