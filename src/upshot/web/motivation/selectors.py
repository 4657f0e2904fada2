"""Read what one person sees of motivation: each part only where they chose it, and nothing of anybody else."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from upshot.plan.progress import StepProgress
from upshot.web.accounts.roles import Role
from upshot.web.accounts.viewer import Viewer
from upshot.web.challenges.models import Challenge
from upshot.web.challenges.selectors import names_of, own
from upshot.web.competencies.known import plan_of
from upshot.web.competencies.selectors import Mine, mine
from upshot.web.motivation.beside import Beside, beside
from upshot.web.motivation.models import Achievement, Badge, ChoiceChange, Element, Goal, Recognition
from upshot.web.motivation.offering import Standing
from upshot.web.motivation.teaming import TeamStanding, goals_of, standing_for
from upshot.web.paths.models import Enrolment
from upshot.web.paths.presenting import ShownStep, doors_of, shown
from upshot.web.paths.selectors import Walk, walks_of
from upshot.web.people.selectors import person_of
from upshot.web.practice.selectors import attempts_of

__all__ = ["Best", "Mission", "Own", "Sentence", "ShownGoal", "achievements", "badge_for", "changes_of", "given"]

QUARTER = dt.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class ShownGoal:
    """A goal with how far its owner is, as their path or their assessed level says."""

    goal: Goal
    done: int
    of: int
    reached: bool

    @property
    def steps(self) -> list[bool]:
        """Each step or level on the way, and whether it is behind them."""
        return [place < self.done for place in range(self.of)]


@dataclass(frozen=True, slots=True)
class Mission:
    """A challenge of one of the viewer's paths."""

    path: str
    step: ShownStep
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The viewer's best at one scenario, beside nobody's but their own first time."""

    title: str
    best: float
    on: dt.date
    first: float
    times: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence the viewer received, and who wrote it."""

    row: Recognition
    writer: str


class Own:
    """One person's page. Each part is read when it is asked for, and is ``None`` where they did not choose it.

    Parameters
    ----------
    viewer, standing
        Who looks, and what they are offered and chose.
    on
        The day.
    aloud
        Elements in quiet mode that they asked to see this once.
    """

    def __init__(self, viewer: Viewer, standing: Standing, *, on: dt.date, aloud: frozenset[str] = frozenset()) -> None:
        self.viewer, self.standing, self.on = viewer, standing, on
        self.quiet = standing.quiet - aloud

    def _chose(self, element: Element) -> bool:
        return element in self.standing.chosen and element not in self.quiet

    @cached_property
    def walks(self) -> list[Walk]:
        """The paths that are open to them."""
        return [one for one in walks_of(self.viewer, on=self.on) if one.open]

    @cached_property
    def assessed(self) -> list[Mine]:
        """Their competencies by the evidence log."""
        return mine(self.viewer)

    @cached_property
    def titles(self) -> dict[str, str]:
        """What their paths are called."""
        plan = plan_of(self.viewer.organisation)
        named = {item.id: item.title or item.id for item in plan.initiatives} if plan is not None else {}
        return {one.enrolment.initiative: named.get(one.enrolment.initiative, "") for one in self.walks}

    @cached_property
    def goals(self) -> list[ShownGoal] | None:
        """Their goals, open ones first."""
        if not self._chose(Element.GOALS):
            return None
        rows = Goal.objects.filter(organisation=self.viewer.organisation, person=self.viewer.person)
        return sorted((self._goal(row) for row in rows), key=lambda one: one.reached)

    def _goal(self, goal: Goal) -> ShownGoal:
        if goal.kind == Goal.Kind.PATH:
            walk = next((one for one in self.walks if one.enrolment.initiative == goal.about), None)
            done, of = _steps(walk) if walk is not None else (0, 0)
            return ShownGoal(goal, done, of, walk is not None and walk.enrolment.state == Enrolment.State.DONE)
        if goal.kind == Goal.Kind.LEVEL and goal.level is not None:
            one = next((one for one in self.assessed if one.key == goal.about), None)
            place = one.place - 1 if one is not None else 0
            return ShownGoal(goal, min(place, goal.level), goal.level, place >= goal.level)
        return ShownGoal(goal, 0, 0, goal.reached is not None)

    @cached_property
    def levels(self) -> list[Mine] | None:
        """Their levels, as assessed."""
        return self.assessed if self._chose(Element.LEVELS) else None

    @cached_property
    def missions(self) -> list[Mission] | None:
        """Challenges of their paths, open ones first."""
        if not self._chose(Element.MISSIONS):
            return None
        doors = doors_of(self.viewer.organisation)
        found = [
            Mission(self.titles[walk.enrolment.initiative], one, one.state in ("done", "waived"))
            for walk in self.walks
            for one in shown(walk, doors, on=self.on, steps=_challenges(walk))
        ]
        return sorted(found, key=lambda one: one.done)

    @cached_property
    def bests(self) -> list[Best] | None:
        """Their bests at scenarios, each beside their own first time."""
        if not self._chose(Element.BESTS):
            return None
        times: dict[str, list[tuple[float, dt.date]]] = {}
        rows = attempts_of(self.viewer).filter(finished__isnull=False, scaled__isnull=False).order_by("number")
        for row in rows.defer("state", "version__text"):
            if row.scaled is not None and row.finished is not None:
                times.setdefault(row.version.title, []).append((max(0.0, row.scaled), row.finished.date()))
        return [_best(title, found) for title, found in sorted(times.items())]

    @cached_property
    def signed(self) -> tuple[int, int] | None:
        """Challenges signed in the last 90 days, and in the 90 before."""
        if not self._chose(Element.BESTS):
            return None
        done = own(self.viewer).filter(state=Challenge.State.SIGNED, decided__isnull=False)
        days = [one.date() for one in done.values_list("decided", flat=True) if one is not None]
        now, before = self.on - QUARTER, self.on - 2 * QUARTER
        return sum(day > now for day in days), sum(before < day <= now for day in days)

    @cached_property
    def sentences(self) -> list[Sentence] | None:
        """What colleagues wrote to them, the newest first."""
        if not self._chose(Element.RECOGNITION):
            return None
        rows = list(Recognition.objects.filter(organisation=self.viewer.organisation, person=self.viewer.person))
        names = names_of(self.viewer.organisation, (row.writer for row in rows))
        return [Sentence(row, names.get(row.writer, "")) for row in rows]

    @cached_property
    def badges(self) -> list[Badge] | None:
        """Badges offered to them and taken by them, the newest first."""
        return list(_badges(self.viewer)) if self._chose(Element.BADGES) else None

    @cached_property
    def team(self) -> list[tuple[TeamStanding, Beside | None]] | None:
        """Goals of their team, as one number of those who take part, and where other teams lie if the firm wants so."""
        if not self._chose(Element.TEAM):
            return None
        me = person_of(self.viewer)
        managing = Role.MANAGER in self.viewer.roles
        goals = goals_of(self.viewer.organisation, [me.team] if me is not None else [], on=self.on)
        return [
            (standing_for(one, on=self.on, managing=managing), beside(one, on=self.on) if not managing else None)
            for one in goals
        ]

    def choices(self) -> list[tuple[str, str]]:
        """What a goal can be: a path that is not finished, the next levels of what was assessed, or own words."""
        paths = [
            (
                f"path:{one.enrolment.initiative}",
                _("Finish “%(path)s”") % {"path": self.titles[one.enrolment.initiative]},
            )
            for one in self.walks
            if one.enrolment.state != Enrolment.State.DONE
        ]
        levels = [
            (f"level:{one.key}:{place}", f"{one.label}: {one.ladder[place].name}")
            for one in self.assessed
            for place in range(one.place, one.of)
        ]
        return [*paths, *levels, ("own", _("Something else, in my own words"))]


def _challenges(walk: Walk) -> list[StepProgress]:
    return [one for one in walk.progress.steps if one.step.kind == "challenge"]


def _steps(walk: Walk) -> tuple[int, int]:
    asked = {step.id for step in walk.path.asked}
    return sum(one.counts for one in walk.progress.steps if one.step.id in asked), len(asked)


def _best(title: str, found: Sequence[tuple[float, dt.date]]) -> Best:
    best, day = max(found, key=lambda one: (one[0], -one[1].toordinal()))
    return Best(title=title, best=best, on=day, first=found[0][0], times=len(found))


def _badges(viewer: Viewer) -> QuerySet[Badge]:
    found = Badge.objects.filter(organisation=viewer.organisation, person=viewer.person).exclude(person="")
    return found.select_related("achievement", "certificate", "organisation", "key")


def badge_for(viewer: Viewer, number: UUID) -> Badge | None:
    """One of the viewer's own badges."""
    return _badges(viewer).filter(pk=number).first()


def changes_of(viewer: Viewer) -> list[ChoiceChange]:
    """Every change of the viewer's choices, the newest first."""
    found = ChoiceChange.objects.filter(organisation=viewer.organisation, person=viewer.person)
    return list(found.exclude(person="")[:100])


def given(viewer: Viewer) -> QuerySet[Badge]:
    """Badges that people took, for whoever administers them; names are looked up by the page."""
    found = Badge.objects.filter(organisation=viewer.organisation, accepted__isnull=False)
    return found.select_related("achievement").order_by("-accepted", "pk")


def achievements(viewer: Viewer) -> QuerySet[Achievement]:
    """What badges can be given for, closed ones last."""
    return Achievement.objects.filter(organisation=viewer.organisation).order_by("closed", "name")
