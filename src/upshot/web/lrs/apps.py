"""Django's name for this app."""

from django.apps import AppConfig


class LrsConfig(AppConfig):
    """See the package's docstring."""

    name = "upshot.web.lrs"
    label = "lrs"
