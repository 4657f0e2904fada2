"""Keys: made, rotated with an overlap, revoked; a request's credential recognised, hashed once and then remembered."""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.lrs.models import Credential
from upshot.web.lrs.principal import Principal, Scope
from upshot.xapi.identity import identifier

__all__ = ["NewKey", "Unauthorised", "authenticated", "forget", "known_key", "make_key", "revoke_key", "rotate_key"]

REMEMBERED_SECONDS = 30.0
"""How long a recognised credential is believed without looking again; a revoked key stops working within it."""
_MOST_REMEMBERED = 2_000

_remembered: dict[bytes, tuple[float, Principal]] = {}
_lock = threading.Lock()


class Unauthorised(Exception):  # noqa: N818 - the answer's name in HTTP
    """The request carries no credential that is known."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its secret, which is shown once and never kept."""

    credential: Credential
    secret: str

    @property
    def text(self) -> str:
        """``KEY:SECRET``, as HTTP Basic wants it."""
        return f"{self.credential.key}:{self.secret}"


def _scopes(names: Sequence[str]) -> list[str]:
    known = [scope.value for scope in Scope]
    wrong = [name for name in names if name not in known]
    if wrong or not names:
        text = f"The store has no scope {', '.join(wrong)}." if wrong else "A key needs at least one scope."
        raise InputError(Problem(code="lrs-scope", text=text, fix=f"Choose from {', '.join(known)}."))
    return sorted(set(names), key=known.index)


def make_key(
    organisation: Organisation,
    *,
    name: str,
    scopes: Sequence[str],
    trusted: bool = False,
    per_minute: int | None = None,
) -> NewKey:
    """Make a key.

    Raises
    ------
    InputError
        When a scope is unknown, or the name is empty.
    """
    if not name.strip():
        raise InputError(Problem(code="lrs-key-name", text="A key needs a name.", fix="Name the system that uses it."))
    secret = secrets.token_hex(32)
    credential = Credential.objects.create(
        organisation=organisation,
        name=name.strip()[:100],
        key=secrets.token_hex(16),
        secret_hash=_hash(secret),
        scopes=_scopes(scopes),
        trusted=trusted,
        per_minute=per_minute,
    )
    return NewKey(credential, secret)


def known_key(organisation: Organisation, key: str) -> Credential:
    """A key of an organisation.

    Raises
    ------
    InputError
        When there is none.
    """
    found = Credential.objects.filter(organisation=organisation, key=key).first()
    if found is None:
        text = "The organisation has no such key."
        raise InputError(Problem(code="lrs-no-key", text=text, fix="List them: upshot lrs keys"))
    return found


def rotate_key(credential: Credential, *, overlap: dt.timedelta) -> NewKey:
    """Give a key a new secret; the one before it works for ``overlap`` longer."""
    secret = secrets.token_hex(32)
    credential.previous_hash = credential.secret_hash
    credential.previous_until = timezone.now() + overlap
    credential.secret_hash = _hash(secret)
    credential.save(update_fields=["previous_hash", "previous_until", "secret_hash"])
    forget()
    return NewKey(credential, secret)


def revoke_key(credential: Credential) -> None:
    """End a key; requests with it are refused, here at once and in other processes within half a minute."""
    credential.revoked = timezone.now()
    credential.save(update_fields=["revoked"])
    forget()


def forget() -> None:
    """Believe no credential without looking."""
    with _lock:
        _remembered.clear()


def authenticated(header: str | None) -> Principal:
    """Who sends a request with this ``Authorization`` header.

    Raises
    ------
    Unauthorised
        When nobody is known by it.
    """
    if not header or len(header) > 16_384:
        raise Unauthorised
    stamp = hashlib.blake2b(header.encode("utf-8", "surrogateescape"), digest_size=16).digest()
    now = time.monotonic()
    known = _remembered.get(stamp)
    if known is not None and known[0] > now:
        return known[1]
    scheme, _, value = header.partition(" ")
    principal, until = _recognised(scheme.lower(), value.strip())
    with _lock:
        if len(_remembered) >= _MOST_REMEMBERED:
            _remembered.clear()
        _remembered[stamp] = (now + min(REMEMBERED_SECONDS, until), principal)
    return principal


def _recognised(scheme: str, value: str) -> tuple[Principal, float]:
    if scheme == "basic":
        return _by_key(value)
    if scheme == "bearer":
        from upshot.web.lrs.services.tokens import by_token

        return by_token(value)
    raise Unauthorised


def _by_key(value: str) -> tuple[Principal, float]:
    try:
        key, found, secret = base64.b64decode(value, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Unauthorised from None
    if not found or "\x00" in key:
        raise Unauthorised
    credential = Credential.objects.filter(key=key, revoked__isnull=True).first()
    given = _hash(secret)
    if credential is None:
        raise Unauthorised
    if hmac.compare_digest(credential.secret_hash, given):
        return _principal(credential), REMEMBERED_SECONDS
    until = credential.previous_until
    left = 0.0 if until is None else (until - timezone.now()).total_seconds()
    if left > 0 and hmac.compare_digest(credential.previous_hash, given):
        return _principal(credential), left
    raise Unauthorised


def _principal(credential: Credential) -> Principal:
    authority: dict[str, object] = {
        "objectType": "Agent",
        "name": credential.name,
        "account": {"homePage": settings.ENVIRONMENT.url, "name": credential.key},
    }
    return Principal(
        organisation=credential.organisation_id,
        name=credential.name,
        scopes=frozenset(Scope(name) for name in credential.scopes),
        authority=authority,
        authority_key=identifier(authority) or "",
        trusted=credential.trusted,
        per_minute=credential.per_minute,
        account=credential.key,
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
