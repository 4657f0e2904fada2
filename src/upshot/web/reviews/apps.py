"""Django's name for this app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """See the package's docstring."""

    name = "upshot.web.reviews"
    label = "reviews"
