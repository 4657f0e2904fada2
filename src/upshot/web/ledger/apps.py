"""Django's name for this app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """See the package's docstring."""

    name = "upshot.web.ledger"
    label = "ledger"
