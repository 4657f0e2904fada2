"""Django's name for this app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, organisations, roles."""

    name = "upshot.web.accounts"
    label = "accounts"
