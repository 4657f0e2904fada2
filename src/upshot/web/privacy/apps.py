"""Django's name for this app."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """See the package's docstring."""

    name = "upshot.web.privacy"
    label = "privacy"
