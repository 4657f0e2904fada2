"""Secrets at rest: encrypted with a key that follows from the installation's own secret."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem

__all__ = ["opened", "sealed"]

_PURPOSE = b"upshot outbox addresses"


def sealed(secret: str, *, purpose: bytes = _PURPOSE) -> str:
    """Encrypt a secret for the database; what is sealed for one purpose opens for no other."""
    return _box(purpose).encrypt(secret.encode()).decode()


def opened(kept: str, *, purpose: bytes = _PURPOSE) -> str:
    """The secret again.

    Raises
    ------
    InputError
        If the installation's secret is another one than when it was kept.
    """
    try:
        return _box(purpose).decrypt(kept.encode()).decode()
    except InvalidToken:
        raise InputError(
            Problem(
                code="sealed-with-another-secret",
                text=_("The address was kept with another secret of this installation and cannot be read."),
                fix=_("Enter the address again, or bring back the earlier UPSHOT_SECRET_KEY."),
            )
        ) from None


def _box(purpose: bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose)
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
