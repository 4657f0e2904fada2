"""Signed links that expire: bound to a purpose, a person and a subject; GET shows, POST acts, and acts once."""

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.outbox.models import UsedLink

__all__ = ["DAYS", "Link", "LinkError", "forget_expired", "make", "path", "read", "use"]

DAYS = 14
"""For how long a link works where nothing else is said."""

_SALT = "upshot.outbox.link:"
_LONGEST = 1000


class LinkError(InputError):
    """A link that does not work: forged, damaged, expired, used up, or for something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a signed link says.

    Parameters
    ----------
    purpose
        What it is for, as ``sign-off``; a link made for one purpose is worth nothing for another.
    organisation
        Number of the organisation.
    person
        Whose link it is: as ``Message.person``.
    subject
        What it acts on, by identifier.
    expires
        When it stops working.
    token
        The link itself, as it stands in the address.
    """

    purpose: str
    organisation: int
    person: str
    subject: str
    expires: dt.datetime
    token: str = ""


def make(
    purpose: str,
    *,
    organisation: Organisation,
    person: str,
    subject: str,
    days: float = DAYS,
    now: dt.datetime | None = None,
) -> str:
    """A token for an address: whoever holds it may do this one thing in this person's name, until it expires."""
    until = (now or timezone.now()) + dt.timedelta(days=days)
    said = [organisation.pk, person, subject, int(until.timestamp())]
    return signing.dumps(said, salt=_SALT + purpose, compress=True)


def path(route: str, token: str) -> str:
    """The address of a route that takes a ``token``, as it stands in a message."""
    return reverse(route, kwargs={"token": token})


def read(purpose: str, token: str, *, now: dt.datetime | None = None) -> Link:
    """What a link says, for a page that shows; nothing is used up.

    Raises
    ------
    LinkError
        If it was forged or damaged, is for another purpose, has expired, or has acted already.
    """
    link = _signed(purpose, token)
    if link.expires <= (now or timezone.now()):
        raise _refusal("link-expired", _("This link has expired."))
    if UsedLink.objects.filter(pk=_fingerprint(token)).exists():
        raise _refusal("link-used", _("This link was used already. Nothing more was done."))
    return link


def use(purpose: str, token: str, *, now: dt.datetime | None = None) -> Link:
    """What a link says, for an act; it is used up. Call it in the transaction of the act, so that both hold or none.

    Raises
    ------
    LinkError
        As `read`; of two that act at once, one.
    """
    link = read(purpose, token, now=now)
    try:
        with transaction.atomic():
            UsedLink.objects.create(fingerprint=_fingerprint(token), used=now or timezone.now(), expires=link.expires)
    except IntegrityError:
        raise _refusal("link-used", _("This link was used already. Nothing more was done.")) from None
    return link


def forget_expired(*, now: dt.datetime | None = None) -> int:
    """Delete what is remembered of links that have expired; they are refused without it."""
    return UsedLink.objects.filter(expires__lt=now or timezone.now()).delete()[0]


def _signed(purpose: str, token: str) -> Link:
    try:
        if len(token) > _LONGEST:
            raise signing.BadSignature
        organisation, person, subject, until = signing.loads(token, salt=_SALT + purpose)
    except (signing.BadSignature, ValueError, TypeError):
        raise _refusal("link-broken", _("This link is not one that Upshot made, or a part of it is missing.")) from None
    return Link(
        purpose=purpose,
        organisation=organisation,
        person=person,
        subject=subject,
        expires=dt.datetime.fromtimestamp(until, dt.UTC),
        token=token,
    )


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _refusal(code: str, text: str) -> LinkError:
    return LinkError(Problem(code=code, text=text, fix=_("Sign in to do it there, or wait for the next message.")))
