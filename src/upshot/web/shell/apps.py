"""Django's name for this app."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """See the package's docstring."""

    name = "upshot.web.shell"
    label = "shell"
