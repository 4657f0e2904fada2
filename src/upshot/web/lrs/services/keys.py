"""Keys made, changed, rotated with an overlap, and withdrawn."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils import timezone

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.lrs.models import Credential
from upshot.web.lrs.principal import Scope
from upshot.web.lrs.services.credentials import forget, hashed

__all__ = ["NewKey", "change_key", "known_key", "make_key", "revoke_key", "rotate_key"]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its secret, which is shown once and never kept."""

    credential: Credential
    secret: str

    @property
    def text(self) -> str:
        """``KEY:SECRET``, as HTTP Basic wants it."""
        return f"{self.credential.key}:{self.secret}"


def _name(text: str) -> str:
    if not text.strip():
        problem = Problem(code="lrs-key-name", text="A key needs a name.", fix="Name the system that uses it.")
        raise InputError(problem)
    return text.strip()[:100]


def _scopes(names: Sequence[str]) -> list[str]:
    known = [scope.value for scope in Scope]
    wrong = [name for name in names if name not in known]
    if wrong or not names:
        text = f"The store has no scope {', '.join(wrong)}." if wrong else "A key needs at least one scope."
        raise InputError(Problem(code="lrs-scope", text=text, fix=f"Choose from {', '.join(known)}."))
    return sorted(set(names), key=known.index)


def _origins(given: Sequence[str]) -> list[str]:
    # Browsers send scheme and host in lower case.
    found = sorted({origin.strip().rstrip("/").lower() for origin in given if origin.strip()})
    for origin in found:
        if not _is_origin(origin):
            text = "An origin is scheme and host, without a path."
            fix = "Write it as https://course.example.com."
            raise InputError(Problem(code="lrs-origin", text=text, fix=fix, column="origins", value=origin))
    return found


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    named = parts.scheme in ("http", "https") and bool(parts.netloc) and "@" not in parts.netloc
    return named and text == f"{parts.scheme}://{parts.netloc}"


def make_key(
    organisation: Organisation,
    *,
    name: str,
    scopes: Sequence[str],
    trusted: bool = False,
    per_minute: int | None = None,
    origins: Sequence[str] = (),
    key: str = "",
) -> NewKey:
    """Make a key.

    Parameters
    ----------
    organisation
        Whose statements it opens.
    name
        The system that uses it.
    scopes
        What it opens.
    trusted
        Whether statements keep the authority they name.
    per_minute
        Requests it may send in a minute; None for the usual.
    origins
        Origins whose pages may use it in a browser.
    key
        Its public half, where whoever calls made it up; so that the same form sent twice makes one key.

    Raises
    ------
    InputError
        When a scope is unknown, an origin is none, the name is empty, or the key is there already.
    """
    secret = secrets.token_hex(32)
    try:
        with transaction.atomic():
            credential = Credential.objects.create(
                organisation=organisation,
                name=_name(name),
                key=key or secrets.token_hex(16),
                secret_hash=hashed(secret),
                scopes=_scopes(scopes),
                trusted=trusted,
                per_minute=per_minute,
                origins=_origins(origins),
            )
    except IntegrityError:
        raise InputError(Problem(code="lrs-key-there", text="This key was made already.")) from None
    forget()
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


def change_key(
    credential: Credential, *, name: str, scopes: Sequence[str], per_minute: int | None, origins: Sequence[str]
) -> None:
    """Change what a key is called and opens; here at once, in other processes within half a minute.

    Raises
    ------
    InputError
        As :func:`make_key`.
    """
    credential.name, credential.scopes, credential.origins = _name(name), _scopes(scopes), _origins(origins)
    credential.per_minute = per_minute
    credential.save(update_fields=["name", "scopes", "origins", "per_minute"])
    forget()


def rotate_key(credential: Credential, *, overlap: dt.timedelta) -> NewKey:
    """Give a key a new secret; the one before it works for ``overlap`` longer.

    Raises
    ------
    InputError
        When somebody else gave it one meanwhile, or it was withdrawn.
    """
    secret, until = secrets.token_hex(32), timezone.now() + overlap
    same = Credential.objects.filter(pk=credential.pk, secret_hash=credential.secret_hash, revoked__isnull=True)
    changed = same.update(previous_hash=credential.secret_hash, previous_until=until, secret_hash=hashed(secret))
    if not changed:
        text = "The key has a new secret already, or was withdrawn."
        raise InputError(Problem(code="lrs-key-changed", text=text, fix="Look at the key again."))
    credential.refresh_from_db()
    forget()
    return NewKey(credential, secret)


def revoke_key(credential: Credential) -> None:
    """End a key; requests with it are refused, here at once and in other processes within half a minute."""
    credential.revoked = timezone.now()
    credential.save(update_fields=["revoked"])
    forget()
