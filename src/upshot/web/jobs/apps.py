"""Django's name for this app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """See the package's docstring."""

    name = "upshot.web.jobs"
    label = "jobs"
