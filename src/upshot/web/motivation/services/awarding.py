"""Badges by rule: offered to whoever chose badges and earned one, taken or declined by them, revoked with a reason."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.motivation.badges.issuing import issue
from upshot.web.motivation.models import Achievement, Badge, Element
from upshot.web.motivation.offering import choosing
from upshot.web.motivation.services.earning import Earned, earned
from upshot.web.outbox.services import Proposal, propose_all
from upshot.web.people.selectors import person_of

__all__ = ["accept", "decline", "follow_certificates", "name_for", "offer", "revoke"]


CHUNK = 2000
"""People a statement names at once: below what SQLite takes as parameters."""


def offer(organisation: Organisation, *, on: dt.date, among: Collection[str] | None = None) -> int:
    """Offer what people earned to those who chose badges, and nobody else; how many are new.

    Parameters
    ----------
    among
        Roster identifiers; by default everybody.
    """
    rules = list(Achievement.objects.filter(organisation=organisation, closed=None))
    people = sorted(choosing(organisation, Element.BADGES, on=on, among=among)) if rules else []
    parts = (people[start : start + CHUNK] for start in range(0, len(people), CHUNK))
    return sum(_offer_some(organisation, rules, part, on=on) for part in parts)


def _offer_some(
    organisation: Organisation, rules: Sequence[Achievement], people: Collection[str], *, on: dt.date
) -> int:
    living = _living(organisation, people, on)
    found = earned(organisation, rules, people, on=on)
    return _offer(
        organisation, [one for one in found if one.certificate or (one.achievement.pk, one.person) not in living]
    )


def _living(organisation: Organisation, people: Collection[str], on: dt.date) -> set[tuple[UUID, str]]:
    """Achievements of which somebody has a badge that stands: seen again, a level brings no second one."""
    stands = Q(until=None) | Q(until__gte=on)
    found = Badge.objects.filter(stands, organisation=organisation, person__in=people, revoked=None)
    return set(found.values_list("achievement", "person"))


def _offer(organisation: Organisation, found: Iterable[Earned]) -> int:
    rows = [
        Badge(
            organisation=organisation, achievement=one.achievement, person=one.person, certificate=one.certificate,
            source=one.source, earned=one.day, until=one.until,
        )
        for one in found
    ]  # fmt: skip
    there = set(
        Badge.objects.filter(organisation=organisation, person__in={row.person for row in rows}).values_list(
            "achievement", "person", "source"
        )
    )
    new = [row for row in rows if (row.achievement_id, row.person, row.source) not in there]
    with transaction.atomic():
        Badge.objects.bulk_create(new, batch_size=300, ignore_conflicts=True)
        kept = Badge.objects.filter(pk__in=[row.pk for row in new]).select_related("achievement")
        propose_all(organisation, [_proposal(row) for row in kept])
    return len(new)


def _proposal(row: Badge) -> Proposal:
    return Proposal(
        person=row.person, kind="badge-offered", key=f"badge:{row.pk}", about="badges",
        why=_("You earned it, and you chose to see badges."), context={"name": row.achievement.name},
        link=reverse("badge", kwargs={"org": row.organisation.slug, "number": row.pk}),
    )  # fmt: skip


def accept(*, viewer: Viewer, number: UUID, named: bool) -> Badge:
    """Take a badge that is offered: it is signed now, with the holder's name only if they want. Taken twice it is one.

    Raises
    ------
    InputError
        If nothing is offered under this number, or it was revoked.
    """
    with transaction.atomic():
        badge = _own(viewer, number)
        if badge.accepted is not None:
            return badge
        badge.named = named and bool(name_for(viewer))
        badge.declined, badge.accepted = None, timezone.now()
        issue(badge, email=viewer.user.email, name=name_for(viewer) if badge.named else "")
        badge.save()
        record(viewer, "badge-taken", f"badge {badge.pk}", achievement=str(badge.achievement_id))
    return badge


def name_for(viewer: Viewer) -> str:
    """The name that would stand in a badge; empty where none is known, and never an address."""
    person = person_of(viewer)
    return viewer.user.name.strip() or (person.name if person is not None else "")


@transaction.atomic
def decline(*, viewer: Viewer, number: UUID) -> Badge:
    """Leave a badge; it can be taken later.

    Raises
    ------
    InputError
        If nothing is offered under this number, or it was revoked.
    """
    badge = _own(viewer, number)
    if badge.accepted is None and badge.declined is None:
        badge.declined = timezone.now()
        badge.save(update_fields=["declined"])
    return badge


def _own(viewer: Viewer, number: UUID) -> Badge:
    mine = Badge.objects.select_for_update(of=("self",)).filter(
        organisation=viewer.organisation, person=viewer.person, pk=number
    )
    found = mine.exclude(person="").select_related("achievement", "certificate__version", "organisation").first()
    if found is None or found.revoked is not None:
        text = _("This badge was revoked.") if found is not None else _("No such badge is offered to you.")
        raise InputError(Problem(code="no-badge", text=text, fix=""))
    return found


@transaction.atomic
def revoke(*, viewer: Viewer, number: UUID, reason: str) -> Badge:
    """Revoke a badge; verifiers learn that it is, its holder reads why. Revoked twice it stays as it was.

    Raises
    ------
    InputError
        If there is no such badge, or no reason is given.
    """
    found = Badge.objects.select_for_update().filter(organisation=viewer.organisation, pk=number).first()
    if found is None or not reason.strip():
        text = _("Say why it is revoked.") if found is not None else _("There is no such badge.")
        raise InputError(Problem(code="no-reason", text=text, column="reason"))
    if found.revoked is None:
        found.revoked, found.revoked_by, found.reason = timezone.now(), viewer.user, reason.strip()[:300]
        found.save(update_fields=["revoked", "revoked_by", "reason"])
        record(viewer, "badge-revoked", f"badge {found.pk}")
    return found


def follow_certificates(now: dt.datetime) -> int:
    """Revoke badges whose certificate was revoked; how many."""
    found = Badge.objects.filter(revoked=None, certificate__revoked__isnull=False)
    return found.update(revoked=now, reason=_("The certificate it rests on was revoked."))
