"""Write to the ledger, one entry after another."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from upshot.web.accounts.models import Organisation
from upshot.web.ledger.chain import canonical, genesis, seal
from upshot.web.ledger.models import Entry

__all__ = ["append"]


def append(
    organisation: Organisation, kind: str, *, subject: str, body: Mapping[str, Any], at: dt.datetime | None = None
) -> Entry:
    """Append an entry, sealed with the one before it; two at once wait for each other.

    Parameters
    ----------
    kind
        One of ``Entry.Kind``.
    subject
        Identifier of the plan or initiative.
    body
        Plain values without personal data; who acted is named by function.
    at
        When; now by default. Only the simulated demonstration dates entries in the past.

    Raises
    ------
    ValueError
        If the time has no zone or lies before the newest entry.
    """
    if at is not None and at.tzinfo is None:
        raise ValueError("The at parameter of append must have a time zone.")
    said = canonical(body)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        last = Entry.objects.filter(organisation=organisation).order_by("-number").first()
        when = at or max(timezone.now(), last.at if last else timezone.now())
        if last is not None and when < last.at:
            raise ValueError("A ledger entry cannot be dated before the newest one.")
        number = 1 if last is None else last.number + 1
        previous = genesis(organisation.slug) if last is None else last.seal
        return Entry.objects.create(
            organisation=organisation,
            number=number,
            at=when,
            kind=kind,
            subject=subject,
            said=said,
            previous=previous,
            seal=seal(number=number, at=when, kind=kind, subject=subject, said=said, previous=previous),
        )
