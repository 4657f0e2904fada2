"""Django's name for this app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """See the package's docstring."""

    name = "upshot.web.people"
    label = "people"
