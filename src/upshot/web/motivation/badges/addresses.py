"""Public addresses of badges: of the credential, its issuer, its achievement, its key and its status."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse

__all__ = ["achievement_address", "badge_address", "issuer_address", "key_address", "status_address"]


def badge_address(number: UUID) -> str:
    """The page of a badge, which is the credential's own name; nobody can guess it."""
    return _whole("badge-shown", number)


def status_address(number: UUID) -> str:
    """Where a verifier learns whether a badge was revoked: an address for each, so that no list names others."""
    return _whole("badge-status", number)


def achievement_address(number: UUID) -> str:
    """What was achieved."""
    return _whole("badge-achievement", number)


def issuer_address(number: UUID) -> str:
    """Who issues it."""
    return _whole("badge-issuer", number)


def key_address(number: UUID) -> str:
    """The public half of a key."""
    return _whole("badge-key", number)


def _whole(route: str, number: UUID) -> str:
    return f"{settings.ENVIRONMENT.url}{reverse(route, kwargs={'number': number})}"
