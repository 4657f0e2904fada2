"""A request's credential recognised: hashed once, then remembered for half a minute."""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import threading
import time

from django.conf import settings
from django.utils import timezone

from upshot.web.lrs.models import Credential
from upshot.web.lrs.principal import Principal, Scope
from upshot.xapi.identity import identifier

__all__ = ["Unauthorised", "authenticated", "forget", "hashed", "origins_of_keys"]

REMEMBERED_SECONDS = 30.0
"""How long a recognised credential is believed without looking again; a revoked key stops working within it."""
_MOST_REMEMBERED = 2_000

_remembered: dict[bytes, tuple[float, Principal]] = {}
_origins: list[tuple[float, frozenset[str]]] = []
_lock = threading.Lock()


class Unauthorised(Exception):  # noqa: N818 - the answer's name in HTTP
    """The request carries no credential that is known."""


def forget() -> None:
    """Believe no credential without looking."""
    with _lock:
        _remembered.clear()
        _origins.clear()


def origins_of_keys() -> frozenset[str]:
    """Every origin that some working key allows; looked up every half minute."""
    now = time.monotonic()
    known = _origins[:]
    if known and known[0][0] > now:
        return known[0][1]
    lists = Credential.objects.filter(revoked__isnull=True).exclude(origins=[]).values_list("origins", flat=True)
    found = frozenset(str(origin) for origins in lists for origin in origins)
    with _lock:
        _origins[:] = [(now + REMEMBERED_SECONDS, found)]
    return found


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
    given = hashed(secret)
    if credential is None:
        raise Unauthorised
    if hmac.compare_digest(credential.secret_hash, given):
        _used(credential)
        return _principal(credential), REMEMBERED_SECONDS
    until = credential.previous_until
    left = 0.0 if until is None else (until - timezone.now()).total_seconds()
    if left > 0 and hmac.compare_digest(credential.previous_hash, given):
        _used(credential)
        return _principal(credential), left
    raise Unauthorised


def _used(credential: Credential) -> None:
    """Note that a key was used, to the minute, so that a busy one costs no write each time it is looked at."""
    now = timezone.now()
    if credential.last_used is None or now - credential.last_used >= dt.timedelta(minutes=1):
        Credential.objects.filter(pk=credential.pk).update(last_used=now.replace(second=0, microsecond=0))


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
        origins=frozenset(credential.origins),
    )


def hashed(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
