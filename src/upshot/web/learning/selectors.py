"""Read what a learner sees: their own paths, what is recorded about them, and who looked; nobody else's."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from upshot.errors import UpshotError
from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.plan.progress import StepProgress
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.models import Access
from upshot.web.learning.wording import Said, because, because_held, next_reason, standing, turn
from upshot.web.paths.models import Enrolment
from upshot.web.paths.presenting import Doors, ShownStep, doors_of, shown
from upshot.web.paths.selectors import Walk, offered, walks_of
from upshot.web.paths.services.catching_up import catch_up
from upshot.web.paths.wording import STANDINGS, certificate_note, kept_reason
from upshot.web.people.models import Person
from upshot.web.people.selectors import person_of
from upshot.web.plans.selectors import current_document

__all__ = ["Certified", "Offer", "Path", "Recorded", "certified", "looks", "offers_of", "paths_of", "recorded"]

_MOST = 50
State = Enrolment.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One path as its learner sees it.

    Parameters
    ----------
    goal
        The objective it serves.
    because, turn
        Why it is theirs, and when it is their turn.
    next, next_why, next_shown
        The next step, the reason, and what opens it; ``None`` and empty while they wait or when all is done.
    kept
        Why it is paused, withdrawn or kept although it is no longer meant for them; empty where it is none of these.
    done, of
        How many of the steps that are asked for count.
    """

    walk: Walk
    title: str
    goal: str
    because: str
    turn: str
    standing: Said
    kept: str
    next: StepProgress | None
    next_why: str
    next_shown: ShownStep | None
    steps: tuple[ShownStep, ...]
    done: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """One certificate of the learner."""

    title: str
    given: dt.date
    standing: str
    word: Said
    note: str
    by_hand: bool
    version: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A path that is open to the learner by choice."""

    id: str
    title: str
    goal: str
    because: str
    url: str


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
    catch_up(viewer.organisation, person.key, on=on)
    walks, doors = walks_of(viewer, on=on), doors_of(viewer.organisation)
    courses = {item.id: item.resolved() for item in plan.initiatives}
    made = [_path(plan, courses[one.enrolment.initiative], one, person, doors, on)
            for one in walks if one.enrolment.initiative in courses]  # fmt: skip
    made.sort(key=lambda path: (path.next is None, path.walk.enrolment.state != State.WAITING))
    return tuple(made)


def _path(plan: Plan, item: Initiative, walk: Walk, person: Person, doors: Doors, on: dt.date) -> Path:
    following = walk.next
    closed, reason = walk.enrolment.state in (State.PAUSED, State.WITHDRAWN), walk.enrolment.reason
    asked = {step.id for step in (walk.path.asked if walk.renewing is None else walk.path.renewing)}
    counted = walk.progress if walk.renewing is None else walk.renewing
    by_hand = walk.newest is not None and walk.newest.certificate.by_hand
    return Path(
        walk=walk,
        title=item.title or item.id,
        goal=_goal(plan, item),
        because="" if reason or closed else because_held() if by_hand else because(item, person),
        turn="" if closed or by_hand else turn(item, walk.enrolment.starts, on),
        standing=standing(walk),
        kept=kept_reason(reason, closed=closed) if reason else "",
        next=following,
        next_why=next_reason(walk, following) if following is not None else "",
        next_shown=shown(walk, doors, on=on, steps=[following])[0] if following is not None else None,
        steps=tuple(shown(walk, doors, on=on)),
        done=sum(one.counts for one in counted.steps if one.step.id in asked),
        of=len(asked),
    )


def _goal(plan: Plan, item: Initiative) -> str:
    return plan.objective(item.serves[0]).statement if item.serves else ""


def certified(paths: tuple[Path, ...]) -> list[Certified]:
    """Certificates of the viewer's own paths, newest first."""
    found = [
        Certified(
            title=path.title,
            given=held.certificate.given,
            standing=held.standing,
            word=STANDINGS[held.standing],
            note=certificate_note(held.certificate, held.standing),
            by_hand=held.certificate.by_hand,
            version=path.walk.enrolment.version.number,
        )
        for path in paths
        for held in path.walk.certificates
    ]
    return sorted(found, key=lambda one: one.given, reverse=True)


def offers_of(viewer: Viewer, *, on: dt.date) -> list[Offer]:
    """Paths that are open to the viewer by choice."""
    person = person_of(viewer)
    if person is None:
        return []
    try:
        plan = current_document(viewer).plan
    except UpshotError:
        return []
    org = viewer.organisation.slug
    return [
        Offer(
            item.id,
            item.title or item.id,
            _goal(plan, item),
            because(item, person),
            reverse("path-join", kwargs={"org": org, "key": item.id}),
        )
        for item in offered(viewer, plan, on=on)
    ]


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
