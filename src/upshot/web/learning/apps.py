"""Django's name for this app."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    """See the package's docstring."""

    name = "upshot.web.learning"
    label = "learning"
