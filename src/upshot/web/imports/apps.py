"""Django's name for this app."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """See the package's docstring."""

    name = "upshot.web.imports"
    label = "imports"
