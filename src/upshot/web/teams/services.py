"""What a manager does on their page: say that there is no room this week, report a barrier, record support given."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.outbox.services import withdraw
from upshot.web.teams.messages import about
from upshot.web.teams.models import Barrier, NoCapacity, Support
from upshot.web.teams.week import monday

__all__ = ["SupportGiven", "have_capacity", "no_capacity", "record_support", "report_barrier", "take_back_support"]

_SAME_BARRIER = dt.timedelta(days=28)
_LONG_AGO = dt.timedelta(days=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportGiven:
    """One thing a manager did for somebody."""

    initiative: str
    person: str
    kind: str
    day: dt.date
    minutes: int
    token: UUID


@transaction.atomic
def no_capacity(*, organisation: Organisation, manager: str, week: dt.date) -> bool:
    """Leave a manager alone in a week; what was to be sent in it is withdrawn. Whether it was said anew."""
    if not manager:
        raise InputError(_unknown())
    _kept, new = NoCapacity.objects.get_or_create(organisation=organisation, manager=manager, week=monday(week))
    withdraw(organisation, about=about(monday(week)), person=manager)
    return new


def have_capacity(*, viewer: Viewer, week: dt.date) -> None:
    """Take it back."""
    found = NoCapacity.objects.filter(organisation=viewer.organisation, manager=viewer.person, week=monday(week))
    found.delete()


@transaction.atomic
def report_barrier(*, viewer: Viewer, initiative: str, kind: str, today: dt.date) -> bool:
    """Keep what is in the way; the same manager counts once in four weeks. Whether it is new."""
    if not viewer.person:
        raise InputError(_unknown())
    own = Barrier.objects.filter(organisation=viewer.organisation, initiative=initiative, manager=viewer.person)
    if own.filter(kind=kind, at__date__gt=today - _SAME_BARRIER).exists():
        return False
    made = Barrier.objects.create(
        organisation=viewer.organisation, initiative=initiative, kind=kind, manager=viewer.person
    )
    record(viewer, "barrier-reported", initiative, barrier=made.pk)
    return True


@transaction.atomic
def record_support(*, viewer: Viewer, given: SupportGiven, today: dt.date) -> Support:
    """Keep what was done for somebody; the same form sent twice is kept once.

    Raises
    ------
    InputError
        If the viewer is not on the roster, or the day lies ahead or too far back.
    """
    problems = [] if viewer.person else [_unknown()]
    if not today - _LONG_AGO <= given.day <= today:
        text = _("The day must lie within the last 120 days.")
        problems.append(Problem(code="support-day", text=text, column="day"))
    if problems:
        raise InputError(problems)
    made, new = Support.objects.get_or_create(
        organisation=viewer.organisation,
        token=given.token,
        defaults={
            "initiative": given.initiative,
            "person": given.person,
            "manager": viewer.person,
            "kind": given.kind,
            "day": given.day,
            "minutes": given.minutes,
        },
    )
    if new:
        record(viewer, "support-recorded", given.initiative, kind=given.kind, minutes=given.minutes)
    return made


@transaction.atomic
def take_back_support(*, viewer: Viewer, number: int) -> bool:
    """Delete a record of one's own; whether there was one."""
    found = Support.objects.filter(organisation=viewer.organisation, manager=viewer.person, pk=number)
    initiative = found.values_list("initiative", flat=True).first()
    if initiative is None or not viewer.person:
        return False
    found.delete()
    record(viewer, "support-taken-back", initiative)
    return True


def _unknown() -> Problem:
    text = _("Your sign-in is not linked to anybody on the roster.")
    return Problem(code="nobody", text=text, fix=_("Ask an administrator to link it under Members."))
