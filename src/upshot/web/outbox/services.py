"""Propose a message, withdraw it, and what else changes in the outbox."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from upshot.web.accounts.models import Organisation
from upshot.web.outbox.kinds import kind_of, words_of
from upshot.web.outbox.models import NO_ADDRESS, OPEN, Delivery, Message

__all__ = ["Proposal", "propose", "propose_all", "withdraw"]

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Something to say to somebody; the planner decides when, and whether it still needs saying.

    Parameters
    ----------
    person
        Identifier on the roster; ``recipients.of_user`` gives one for members who are not on it.
    kind
        Name of a `Kind`.
    key
        What makes it the same message: proposed twice, it is sent once.
    why
        Why this person gets it, in a sentence they read.
    about
        What it concerns, as ``path:welcome``; by it open messages can be withdrawn.
    context
        Values for the words of its kind: plain JSON.
    link, also
        Address within the product that its action opens; further ones as (words, address).
    not_before, expires
        From when it may be sent (by default now), and from when it need not be.
    invitation
        A calendar entry (``invitations.entry``).
    held
        A reason, as a word, for which it is not sent at all: it is written down as not sent, and why.
    """

    person: str
    kind: str
    key: str
    why: str
    about: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    link: str = ""
    also: Sequence[tuple[str, str]] = ()
    not_before: dt.datetime | None = None
    expires: dt.datetime | None = None
    invitation: Mapping[str, Any] | None = None
    held: str = ""


def propose(
    *,
    organisation: Organisation,
    person: str,
    kind: str,
    key: str,
    why: str,
    about: str = "",
    context: Mapping[str, Any] | None = None,
    link: str = "",
    also: Sequence[tuple[str, str]] = (),
    not_before: dt.datetime | None = None,
    expires: dt.datetime | None = None,
    invitation: Mapping[str, Any] | None = None,
) -> Message:
    """Propose one message (see `Proposal`); the one that is there, where it was proposed before.

    Raises
    ------
    LookupError
        If there is no such kind, or the context lacks a value that its words need.
    """
    proposal = Proposal(
        person=person,
        kind=kind,
        key=key,
        why=why,
        about=about,
        context=context or {},
        link=link,
        also=also,
        not_before=not_before,
        expires=expires,
        invitation=invitation,
    )
    propose_all(organisation, [proposal])
    return Message.objects.get(organisation=organisation, person=person, key=key)


def propose_all(organisation: Organisation, proposals: Iterable[Proposal]) -> int:
    """Propose many messages in a few statements; how many were new.

    Raises
    ------
    LookupError
        If a kind is not there, or a context lacks a value that the words of its kind need.
    """
    now = timezone.now()
    rows = [_row(organisation, proposal, now) for proposal in proposals]
    with transaction.atomic():
        organisation.hold()
        before = Message.objects.filter(organisation=organisation).count()
        Message.objects.bulk_create(rows, batch_size=_CHUNK, ignore_conflicts=True)
        return Message.objects.filter(organisation=organisation).count() - before


def _row(organisation: Organisation, proposal: Proposal, now: dt.datetime) -> Message:
    kind = kind_of(proposal.kind)
    words_of(kind, proposal.context)
    return Message(
        organisation=organisation,
        person=proposal.person,
        kind=proposal.kind,
        key=proposal.key,
        about=proposal.about,
        why=proposal.why,
        context=dict(proposal.context),
        link=proposal.link,
        also=[list(pair) for pair in proposal.also],
        invitation=None if proposal.invitation is None else dict(proposal.invitation),
        binding=kind.binding,
        not_before=proposal.not_before or now,
        expires=proposal.expires,
        state=Message.State.DROPPED if proposal.held else Message.State.WAITING,
        note=proposal.held,
        proposed=now,
    )


def withdraw(organisation: Organisation, *, about: str, person: str = "", kind: str = "") -> int:
    """Drop what was not sent yet about something (for one person, of one kind); how many messages.

    Nothing is said of it any more: a later `propose` with the same key makes no second message. What waits for
    another try or for an address is dropped too; what is being sent at this moment is not.
    """
    unsent = Q(state__in=OPEN, delivery=None) | Q(state__in=OPEN, delivery__state=Delivery.State.RETRY)
    unreached = Q(state=Message.State.DEAD, note=NO_ADDRESS)
    found = Message.objects.filter(unsent | unreached, organisation=organisation, about=about)
    if person:
        found = found.filter(person=person)
    if kind:
        found = found.filter(kind=kind)
    return found.update(state=Message.State.DROPPED, note="withdrawn", at=None, delivery=None)
