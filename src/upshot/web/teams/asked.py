"""What the plan asks of a manager now: a talk before the start, an opportunity, a talk every fortnight to day 90."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from upshot.plan.support import Manager
from upshot.web.teams.models import Support
from upshot.web.teams.selectors import Charges
from upshot.web.teams.supporting import minutes_for
from upshot.web.teams.week import involved
from upshot.workspace.participation import Place, Standing
from upshot.workspace.reconciling import days_of

__all__ = ["AskedNow", "asked_now", "next_of"]

EVERY = 14
UNTIL = 90
"""Days between talks after learning, and the last day of them, where the plan sets none."""
_AHEAD = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedNow:
    """One thing to do for one person, with its minutes and the day it is due."""

    name: str
    course: str
    what: str | Promise
    minutes: int
    due: dt.date
    kind: str


def asked_now(mine: Charges, done: Sequence[Support]) -> list[AskedNow]:
    """What is due by today or within two weeks, one thing a person and path, the earliest first, then by name."""
    found = []
    for team in mine.people.values():
        for place in mine.places:
            if place.person in team and involved(place):
                own = [one for one in done if (one.person, one.initiative) == (place.person, place.initiative.id)]
                kind, due = next_of(place, own)
                if due is not None and due <= mine.on + _AHEAD:
                    found.append(_asked(place, team[place.person], kind, due))
    return sorted(found, key=lambda one: (one.due, one.name.casefold()))


def next_of(place: Place, done: Iterable[Support]) -> tuple[Support.Kind, dt.date | None]:
    """What comes next for somebody, and when; no day where nothing is asked any more.

    Before the start a talk; then an opportunity; once they have learned, a talk every fortnight until day 90.
    """
    manager, kept = place.initiative.manager, list(done)
    if manager is None or place.standing is Standing.RENEW:
        return Support.Kind.DEBRIEF, None
    kinds = {one.kind for one in kept}
    if place.standing in (Standing.WAITING, Standing.OPEN):
        due = place.start if Support.Kind.BEFORE not in kinds else None
        return Support.Kind.BEFORE, due
    if place.standing in (Standing.STARTED, Standing.STUCK):
        if place.last is None or kinds & {Support.Kind.OPPORTUNITY, Support.Kind.OBSERVATION}:
            return Support.Kind.OPPORTUNITY, None
        return Support.Kind.OPPORTUNITY, place.last + dt.timedelta(days=EVERY)
    return Support.Kind.DEBRIEF, _debrief(manager, place.last, kept)


def _debrief(manager: Manager, learned: dt.date | None, done: Sequence[Support]) -> dt.date | None:
    """Day of the next talk after learning."""
    if learned is None:
        return None
    every = days_of(manager.after.debrief_every) if manager.after.debrief_every else EVERY
    until = days_of(manager.after.until) if manager.after.until else UNTIL
    talks = [one.day for one in done if one.kind in (Support.Kind.DEBRIEF, Support.Kind.PEERS) and one.day >= learned]
    due = max([learned, *talks]) + dt.timedelta(days=round(every))
    return due if due <= learned + dt.timedelta(days=round(until)) else None


def _asked(place: Place, name: str, kind: Support.Kind, due: dt.date) -> AskedNow:
    course = place.initiative
    words = {
        Support.Kind.BEFORE: _("Talk before the start: agree one case"),
        Support.Kind.OPPORTUNITY: _("Make an opportunity to use it, or watch it at work"),
        Support.Kind.DEBRIEF: _("Talk about how it went"),
    }
    ask = course.manager.before.ask if course.manager and kind is Support.Kind.BEFORE else None
    return AskedNow(
        name=name,
        course=course.title or course.id,
        what=ask or words[kind],
        minutes=minutes_for(course.manager)[kind],
        due=due,
        kind=kind,
    )
