"""Django's name for this app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """See the package's docstring."""

    name = "upshot.web.audit"
    label = "audit"
