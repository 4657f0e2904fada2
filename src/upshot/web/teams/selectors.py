"""Read what a manager sees of a team: why, who, when, where each stands; never a score, never an order of merit."""

import datetime as dt
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
from upshot.web.teams.reading import TeamReading, team_reading
from upshot.web.teams.wording import STANDINGS, questions, watched
from upshot.workspace.participation import Place, Standing, places

__all__ = ["Course", "Member", "Team", "team_of", "teams_of"]


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
    members
        By name, in alphabetical order.
    reading
        The KPI for the whole team.
    """

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
    members: tuple[Member, ...]
    asks: tuple[str, ...]
    watch: tuple[str, ...]
    reading: TeamReading | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team as its manager sees it; ``planned`` is false while the plan does not load."""

    name: str
    people: int
    vacant: bool
    courses: tuple[Course, ...]
    planned: bool = True


def teams_of(viewer: Viewer) -> dict[str, bool]:
    """Teams the viewer answers for, and whether each is looked after for a manager who left."""
    found = dict.fromkeys(managed_teams(viewer), False)
    if viewer.person:
        people = Person.objects.filter(organisation=viewer.organisation)
        gone = people.filter(manager=viewer.person).exclude(left=None).values("key")
        orphaned = people.filter(left=None, manager__in=gone).exclude(team="").values_list("team", flat=True)
        found |= dict.fromkeys(sorted(set(orphaned) - set(found)), True)
    return found


def team_of(viewer: Viewer, name: str, *, on: dt.date) -> Team | None:
    """One of the viewer's teams on a day; ``None`` for any other team."""
    mine = teams_of(viewer)
    if name not in mine:
        return None
    people = list(Person.objects.filter(organisation=viewer.organisation, team=name, left=None).order_by("name", "key"))
    names = {person.key: str(person) for person in people if person.key != viewer.person}
    try:
        plan = current_document(viewer).plan
    except UpshotError:
        return Team(name=name, people=len(names), vacant=mine[name], courses=(), planned=False)
    found = places(viewer.workspace, plan, names, on=on)
    newest = [run.pk for run in newest_runs(viewer.organisation).values()]
    answered = Run.objects.filter(pk__in=newest).defer("plan_text", "lock", "page", "rests_on")
    runs = {run.initiative: run for run in answered}
    courses = tuple(
        _course(viewer, plan, item.resolved(), own, names, runs.get(item.id))
        for item in plan.initiatives
        if (own := _assigned(found, item.id))
    )
    return Team(name=name, people=len(names), vacant=mine[name], courses=courses)


def _assigned(found: tuple[Place, ...], initiative: str) -> list[Place]:
    """People on a path; where people come by choice, only those who did."""
    own = [place for place in found if place.initiative.id == initiative]
    return [
        place
        for place in own
        if not (place.standing is Standing.OPEN and place.initiative.design.assign == "voluntary")
    ]


def _course(
    viewer: Viewer, plan: Plan, item: Initiative, own: list[Place], names: dict[str, str], run: Run | None
) -> Course:
    objective = plan.objective(item.serves[0]) if item.serves else None
    kpi = plan.kpi(item.expected[0].kpi).resolved() if item.expected else None
    known = run is not None and (run.people or 0) >= MANAGERS_MINIMUM
    return Course(
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
        by_lot=item.design.assign in ("random-by-team", "random-by-person"),
        members=tuple(sorted((_member(place, names) for place in own), key=lambda one: one.name.casefold())),
        asks=questions(item, {place.standing for place in own}),
        watch=watched(item),
        reading=team_reading(viewer.workspace, kpi, [place.person for place in own]) if kpi else None,
    )


def _warnings(run: Run) -> tuple[str, ...]:
    return tuple(one["text"] for one in run.estimate.get("cautions") or () if one["code"] == "guardrail-worse")


def _member(place: Place, names: dict[str, str]) -> Member:
    step = place.next.step if place.next and place.standing is not Standing.WAITING else None
    return Member(
        name=names[place.person],
        standing=STANDINGS[place.standing],
        next=(step.title or step.id) if step else "",
        start=place.start,
    )
