"""Read what a learner sees: their own paths, what is recorded about them, and who looked; nobody else's."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise

from upshot.errors import UpshotError
from upshot.plan import Plan
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.models import Access
from upshot.web.learning.wording import STANDINGS, because, next_reason, turn
from upshot.web.people.models import Person
from upshot.web.people.selectors import person_of
from upshot.web.plans.selectors import current_document
from upshot.workspace.participation import Place, Standing, StepState, places

__all__ = ["Path", "Recorded", "looks", "paths_of", "recorded"]

_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One path as its learner sees it.

    Parameters
    ----------
    goal
        The objective it serves.
    because, turn
        Why it is theirs, and when it is their turn.
    next, next_why
        The next step and the reason; ``None`` and empty while they wait or when all is done.
    """

    title: str
    goal: str
    because: str
    turn: str
    standing: str | Promise
    next: StepState | None
    next_why: str
    steps: tuple[StepState, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One record of the learner's own learning."""

    day: dt.date
    title: str
    verb: str
    score: float | None


def paths_of(viewer: Viewer, *, on: dt.date) -> tuple[Path, ...] | None:
    """The viewer's own paths, those with something to do first; ``None`` where they are not on the roster."""
    person = person_of(viewer)
    if person is None:
        return None
    try:
        plan = current_document(viewer).plan
    except UpshotError:
        return ()
    found = [place for place in places(viewer.workspace, plan, [person.key], on=on) if _theirs(place)]
    found.sort(key=lambda place: place.standing in (Standing.APPLIED, Standing.WAITING))
    return tuple(_path(plan, place, person, on) for place in found)


def _theirs(place: Place) -> bool:
    """Where people come by choice, a path is theirs once they came."""
    return place.standing is not Standing.OPEN or place.initiative.design.assign != "voluntary"


def _path(plan: Plan, place: Place, person: Person, on: dt.date) -> Path:
    item = place.initiative
    state = place.next if place.standing is not Standing.WAITING else None
    return Path(
        title=item.title or item.id,
        goal=plan.objective(item.serves[0]).statement if item.serves else "",
        because=because(item, person),
        turn=turn(place, on),
        standing=STANDINGS[place.standing],
        next=state,
        next_why=next_reason(place, state) if state else "",
        steps=place.steps,
    )


def recorded(viewer: Viewer) -> tuple[Recorded, ...]:
    """The viewer's own newest learning records, results included: they are theirs."""
    if not viewer.person:
        return ()
    rows = viewer.workspace.lake().query(
        'SELECT coalesce(date, CAST("at" AS DATE)) AS day, coalesce(title, activity) AS title, verb, score '
        'FROM learning WHERE person = $1 ORDER BY day DESC, "at" DESC LIMIT $2',
        [viewer.person, _MOST],
    )
    return tuple(Recorded(**row) for row in rows.to_pylist())


def looks(viewer: Viewer) -> list[Access]:
    """Who looked at the viewer's data, newest first: at them, or at the list of their team."""
    person = person_of(viewer)
    if person is None:
        return []
    about = Q(person=person.key) | (Q(person="", what=f"team {person.team}"[:60]) if person.team else Q(pk__in=[]))
    found = Access.objects.filter(about, organisation=viewer.organisation).exclude(user=viewer.user)
    return list(found.select_related("user")[:_MOST])
