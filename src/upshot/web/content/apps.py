"""Django's name for this app."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """See the package's docstring."""

    name = "upshot.web.content"
    label = "content"
