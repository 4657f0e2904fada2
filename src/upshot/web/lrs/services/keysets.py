"""An issuer's public keys, fetched from where it publishes them: found by discovery, kept, fetched again in time."""

import contextlib
import datetime as dt
import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry

from upshot.errors import InputError, Problem, RequestError
from upshot.web.lrs.models import Issuer
from upshot.xapi.decode import as_object

__all__ = ["checked_keys", "discovered", "fetched_keys", "renewed"]

KEPT = dt.timedelta(hours=1)
"""Keys are fetched again after so long, so that one that was withdrawn stops counting."""
AT_MOST_EVERY = dt.timedelta(seconds=30)
"""A token that names an unknown key has them fetched anew, but not more often than this."""
_TIMEOUT = 5
_LARGEST = 256 * 1024
_SECRET_FIELDS = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})
_HERE = ("127.0.0.1", "localhost", "::1")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """What was checked is the address asked for; it leads nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Follow nothing."""


_OPENER = urllib.request.build_opener(_NoRedirects)


def discovered(issuer: str) -> str:
    """The address of an issuer's keys, as its discovery document says.

    Raises
    ------
    InputError
        When the issuer cannot be reached, names itself otherwise, or publishes no keys.
    """
    found = _read(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if str(found.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
        raise _wrong("The issuer's discovery document names another issuer.", "Write the issuer as its tokens do.")
    url = found.get("jwks_uri")
    if not isinstance(url, str) or (urlsplit(issuer).scheme == "https" and not url.startswith("https://")):
        raise _wrong("The issuer's discovery document names no jwks_uri by https.", "Give the keys as a file instead.")
    return url


def fetched_keys(url: str) -> dict[str, object]:
    """The public keys at an address.

    Raises
    ------
    InputError
        When they cannot be fetched, or are no set of public keys.
    """
    return checked_keys(_read(url))


def checked_keys(found: Mapping[str, object]) -> dict[str, object]:
    """A key set, if it holds public keys only; of them those that can be used, as RFC 7517 5 asks.

    Raises
    ------
    InputError
        When it does not, or none can be used.
    """
    entries = found.get("keys")
    listed = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    usable = [entry for entry in listed if _usable(entry)]
    if not usable or any(_SECRET_FIELDS & set(entry) for entry in listed):
        raise _wrong(
            "The file must be a JSON Web Key Set with public keys only.", "Download it from the issuer's jwks_uri."
        )
    return {**found, "keys": usable}


def _usable(entry: dict[str, Any]) -> bool:
    try:
        JWKRegistry.import_key(entry)
    except (JoseError, ValueError, LookupError, TypeError):
        return False
    return True


def renewed(issuer: Issuer, *, unknown_key: bool, now: dt.datetime | None = None) -> bool:
    """Fetch an issuer's keys again where that is due; whether they are others now.

    While an issuer does not answer, the keys that are kept count. Of several requests that find it due at once, one
    fetches, so that a slow issuer does not hold up all.
    """
    moment = now or timezone.now()
    age = None if issuer.fetched is None else moment - issuer.fetched
    if not issuer.keys_url or (age is not None and age < (AT_MOST_EVERY if unknown_key else KEPT)):
        return False
    if not Issuer.objects.filter(pk=issuer.pk, fetched=issuer.fetched).update(fetched=moment):
        return False
    issuer.fetched, before = moment, issuer.keys
    with contextlib.suppress(InputError):
        issuer.keys = fetched_keys(issuer.keys_url)
    Issuer.objects.filter(pk=issuer.pk, keys_url=issuer.keys_url).update(keys=issuer.keys)
    return bool(issuer.keys != before)


def _safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)


def _read(url: str) -> dict[str, object]:
    if not _safe(url):
        raise _wrong("An issuer's keys are fetched by https only.", "Write the issuer's address with https://.")
    try:
        request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - checked above
        with _OPENER.open(request, timeout=_TIMEOUT) as answer:
            body: bytes = answer.read(_LARGEST + 1)
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = f"HTTP {error.code}" if isinstance(error, urllib.error.HTTPError) else type(error).__name__
        raise _wrong(
            f"The issuer did not answer ({why}).", "Check the address, and that this server reaches it."
        ) from None
    if len(body) > _LARGEST:
        raise _wrong("The issuer's answer is larger than 256 kB.", "Check the address.")
    try:
        return as_object(body, "The issuer's answer")
    except RequestError as error:
        raise _wrong("The issuer's answer is no JSON object.", "Check the address.") from error


def _wrong(text: str, fix: str) -> InputError:
    return InputError(Problem(code="lrs-keys", text=text, fix=fix))
