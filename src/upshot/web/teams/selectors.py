"""Read what a manager sees of a team: why, who, when, where each stands; never a score, never an order of merit."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from upshot.errors import UpshotError
from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.web.accounts.viewer import MANAGERS_MINIMUM, Viewer
from upshot.web.measures.models import Run
from upshot.web.measures.selectors import newest_runs
from upshot.web.people.models import Person
from upshot.web.people.selectors import managed_teams
from upshot.web.plans.selectors import current_document
from upshot.web.teams.looking_after import Reason, charges, line_of
from upshot.web.teams.reading import TeamReading, team_reading
from upshot.web.teams.week import Week, involved, week_of
from upshot.web.teams.wording import STANDINGS, questions, watched
from upshot.workspace.participation import Place, Standing, places

__all__ = ["Charges", "Course", "Member", "Team", "charges_of", "courses_of", "learners_of", "team_of", "teams_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in a team and how far they take part."""

    name: str
    standing: str | Promise
    next: str
    start: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One initiative as a team meets it.

    Parameters
    ----------
    goal, reason
        The objective it serves and why the firm wants that.
    sentence, grade, people, as_of
        What it did in the whole firm, where that is known; the grade is empty where there is no answer.
    warnings
        What got worse besides, in the whole firm.
    starts
        The days on which people of the team start, in order.
    ahead
        Whether somebody in the team still waits for their wave.
    members
        By name, in alphabetical order.
    reading
        The KPI for the whole team.
    """

    id: str
    title: str
    goal: str
    reason: str
    kpi: str
    sentence: str
    grade: str
    people: int | None
    as_of: dt.date | None
    warnings: tuple[str, ...]
    starts: tuple[dt.date, ...]
    by_lot: bool
    ahead: bool
    members: tuple[Member, ...]
    asks: tuple[str, ...]
    watch: tuple[str, ...]
    reading: TeamReading | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team as its manager sees it; ``planned`` is false while the plan does not load, ``reason`` why it is theirs."""

    name: str
    people: int
    reason: Reason
    courses: tuple[Course, ...]
    planned: bool = True


def teams_of(viewer: Viewer, *, on: dt.date) -> dict[str, Reason]:
    """Teams the viewer answers for on a day, and why those of somebody else fall to them."""
    found = dict.fromkeys(managed_teams(viewer), Reason.OWN)
    if viewer.person:
        line = line_of(viewer.organisation, on)
        for charge in charges(viewer.organisation, line):
            if charge.keeper == viewer.person:
                found.setdefault(charge.team, charge.reason)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Charges:
    """Everybody in the viewer's teams on a day, read once.

    Parameters
    ----------
    teams
        Teams with the reason why they are the viewer's.
    people
        Name by identifier, by team.
    places
        Where everybody is; empty while the plan does not load.
    """

    on: dt.date
    teams: Mapping[str, Reason]
    people: Mapping[str, Mapping[str, str]]
    plan: Plan | None = None
    places: tuple[Place, ...] = ()

    @property
    def week(self) -> Week:
        """The viewer's week, over all their teams."""
        return week_of(self.places, {key: name for own in self.people.values() for key, name in own.items()}, self.on)


def charges_of(viewer: Viewer, *, on: dt.date) -> Charges:
    """Read the viewer's teams, their people, and where they are."""
    mine = teams_of(viewer, on=on)
    people: dict[str, dict[str, str]] = {name: {} for name in mine}
    rows = Person.objects.filter(organisation=viewer.organisation, team__in=mine, left=None)
    for person in rows.exclude(key=viewer.person).order_by("name", "key"):
        people[person.team][person.key] = str(person)
    try:
        plan = current_document(viewer).plan
    except UpshotError:
        return Charges(on=on, teams=mine, people=people)
    everybody = [key for own in people.values() for key in own]
    found = places(viewer.workspace, plan, everybody, on=on)
    return Charges(on=on, teams=mine, people=people, plan=plan, places=found)


def team_of(viewer: Viewer, name: str, mine: Charges) -> Team | None:
    """One of the viewer's teams; ``None`` for any other team."""
    if name not in mine.teams:
        return None
    names, why = mine.people[name], mine.teams[name]
    if mine.plan is None:
        return Team(name=name, people=len(names), reason=why, courses=(), planned=False)
    newest = [run.pk for run in newest_runs(viewer.organisation).values()]
    answered = Run.objects.filter(pk__in=newest).defer("plan_text", "lock", "page", "rests_on")
    runs = {run.initiative: run for run in answered}
    found = [place for place in mine.places if place.person in names and involved(place)]
    courses = tuple(
        _course(viewer, mine.plan, item.resolved(), own, names, runs.get(item.id))
        for item in mine.plan.initiatives
        if (own := [place for place in found if place.initiative.id == item.id])
    )
    return Team(name=name, people=len(names), reason=why, courses=courses)


def _course(
    viewer: Viewer, plan: Plan, item: Initiative, own: list[Place], names: Mapping[str, str], run: Run | None
) -> Course:
    objective = plan.objective(item.serves[0]) if item.serves else None
    kpi = plan.kpi(item.expected[0].kpi).resolved() if item.expected else None
    known = run is not None and (run.people or 0) >= MANAGERS_MINIMUM
    return Course(
        id=item.id,
        title=item.title or item.id,
        goal=objective.statement if objective else "",
        reason=(objective.reason or "") if objective else "",
        kpi=(kpi.label or kpi.id) if kpi else "",
        sentence=run.sentence if run is not None and known else "",
        grade=run.grade if run is not None and known else "",
        people=run.people if run is not None and known else None,
        as_of=run.newest_reading if run is not None and known else None,
        warnings=_warnings(run) if run is not None and known else (),
        starts=tuple(sorted({place.start for place in own if place.start})),
        ahead=bool(item.waves) and any(place.standing is Standing.WAITING for place in own),
        by_lot=item.design.assign in ("random-by-team", "random-by-person"),
        members=tuple(sorted((_member(place, names) for place in own), key=lambda one: one.name.casefold())),
        asks=questions(item, {place.standing for place in own}),
        watch=watched(item),
        reading=team_reading(viewer.workspace, kpi, [place.person for place in own]) if kpi else None,
    )


def _warnings(run: Run) -> tuple[str, ...]:
    return tuple(one["text"] for one in run.estimate.get("cautions") or () if one["code"] == "guardrail-worse")


def _member(place: Place, names: Mapping[str, str]) -> Member:
    step = place.next.step if place.next and place.standing is not Standing.WAITING else None
    return Member(
        name=names[place.person],
        standing=STANDINGS[place.standing],
        next=(step.title or step.id) if step else "",
        start=place.start,
    )


def courses_of(mine: Charges) -> list[tuple[str, str]]:
    """Initiatives that somebody in the viewer's teams is on, with their titles, in the plan's order."""
    own = {place.initiative.id for place in mine.places if involved(place)}
    return [(item.id, item.title or item.id) for item in (mine.plan.initiatives if mine.plan else ()) if item.id in own]


def learners_of(mine: Charges) -> list[tuple[str, str]]:
    """Who is on what, as choices of a form: ``initiative person``, and both by name."""
    names = {key: name for own in mine.people.values() for key, name in own.items()}
    found = [
        (
            f"{place.initiative.id} {place.person}",
            f"{names[place.person]} · {place.initiative.title or place.initiative.id}",
        )
        for place in mine.places
        if involved(place)
    ]
    return sorted(found, key=lambda pair: pair[1].casefold())
