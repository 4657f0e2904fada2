"""An issuer's public keys, fetched from where it publishes them: found by discovery, kept, fetched again in time."""

import contextlib
import datetime as dt
import urllib.error
import urllib.request
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.utils import timezone

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


def discovered(issuer: str) -> str:
    """The address of an issuer's keys, as its discovery document says.

    Raises
    ------
    InputError
        When the issuer cannot be reached, names itself otherwise, or publishes no keys.
    """
    found = _read(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if str(found.get("iss", found.get("issuer", ""))).rstrip("/") != issuer.rstrip("/"):
        raise _wrong("The issuer's discovery document names another issuer.", "Write the issuer as its tokens do.")
    url = found.get("jwks_uri")
    if not isinstance(url, str):
        raise _wrong("The issuer's discovery document names no jwks_uri.", "Give the keys as a file instead.")
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
    """A key set, if it holds public keys only.

    Raises
    ------
    InputError
        When it does not.
    """
    entries = found.get("keys")
    listed = isinstance(entries, list) and entries and all(isinstance(entry, dict) for entry in entries)
    if not isinstance(entries, list) or not listed or any(_SECRET_FIELDS & set(entry) for entry in entries):
        raise _wrong(
            "The file must be a JSON Web Key Set with public keys only.", "Download it from the issuer's jwks_uri."
        )
    return dict(found)


def renewed(issuer: Issuer, *, unknown_key: bool, now: dt.datetime | None = None) -> bool:
    """Fetch an issuer's keys again where that is due; whether they are others now.

    While an issuer does not answer, the keys that are kept count.
    """
    moment = now or timezone.now()
    age = None if issuer.fetched is None else moment - issuer.fetched
    if not issuer.keys_url or (age is not None and age < (AT_MOST_EVERY if unknown_key else KEPT)):
        return False
    issuer.fetched, before = moment, issuer.keys
    with contextlib.suppress(InputError):
        issuer.keys = fetched_keys(issuer.keys_url)
    issuer.save(update_fields=["keys", "fetched"])
    return bool(issuer.keys != before)


def _read(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise _wrong("An issuer's keys are fetched by https only.", "Write the issuer's address with https://.")
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310 - checked above
            body: bytes = answer.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
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
