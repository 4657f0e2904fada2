"""Django's name for this app."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """See the package's docstring."""

    name = "upshot.web.measures"
    label = "measures"
