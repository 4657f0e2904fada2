"""Read answers: the newest of each initiative, every one kept, and what changed since."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max

from upshot.errors import UpshotError
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.jobs.models import Job
from upshot.web.measures.models import CostLine, Run, proven
from upshot.web.measures.states import changes, facts_state, inputs_now

__all__ = [
    "AnswerSummary",
    "grades_of",
    "last_job",
    "may_see_answers",
    "newest_answers",
    "newest_run",
    "newest_runs",
    "run_of",
    "runs_of",
]

HEAVY = ("plan_text", "lock", "estimate", "page", "rests_on")
"""Columns a list never reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSummary:
    """The newest answer to an initiative as other pages print it.

    Parameters
    ----------
    sentence, grade
        The headline and its letter; at grade D the sentence says that nothing can be told.
    claimable
        Whether the number may stand in a headline.
    effect, interval
        With their unit; empty where nothing is claimed.
    as_of
        Date of the newest reading in it.
    registration
        ``as-planned``, ``amended`` or ``exploratory``.
    run
        Its number, for links.
    changed
        What changed since: any of ``plan``, ``lock``, ``data``, ``costs``, ``version``.
    money, money_reason
        Net value with its interval, or why none is stated; both empty for readers who may not see money.
    """

    initiative: str
    sentence: str
    grade: str
    claimable: bool
    effect: str
    interval: str
    people: int | None
    as_of: dt.date
    answered: dt.datetime
    registration: str
    run: int
    changed: tuple[str, ...]
    money: str = ""
    money_reason: str = ""

    @property
    def stale(self) -> bool:
        """Whether plan, lock, data or costs changed since; another version of Upshot alone does not count."""
        return bool(set(self.changed) - {"version"})

    @property
    def proven(self) -> bool:
        """Whether it may count towards an objective, and money be put on it."""
        return proven(self.grade, claimable=self.claimable)


def may_see_answers(viewer: Viewer, permission: Permission = Permission.ANSWERS) -> bool:
    """Answers are about the whole audience, so only a role for the whole organisation opens them."""
    return viewer.everywhere(permission)


def newest_runs(organisation: Organisation) -> dict[str, Run]:
    """The newest answer over all facts by initiative, without its heavy columns."""
    own = Run.objects.filter(organisation=organisation, as_of=None, repeats=None)
    newest = own.order_by().values("initiative").annotate(newest=Max("pk")).values("newest")
    return {run.initiative: run for run in Run.objects.filter(pk__in=newest).defer(*HEAVY)}


def grades_of(viewer: Viewer) -> dict[str, str]:
    """The letter of each initiative's newest answer, for pages below this app (see ``settings.GRADES_OF``)."""
    if not may_see_answers(viewer):
        return {}
    return {initiative: run.grade for initiative, run in newest_runs(viewer.organisation).items() if run.grade}


def newest_answers(viewer: Viewer) -> Mapping[str, AnswerSummary]:
    """The newest answer of each initiative that has one; none for readers of a part of the organisation."""
    if not may_see_answers(viewer):
        return {}
    organisation, runs = viewer.organisation, newest_runs(viewer.organisation)
    if not runs:
        return {}
    try:
        facts = facts_state(viewer.workspace)
    except UpshotError:
        facts = ""
    spent: dict[str, list[CostLine]] = {}
    for line in CostLine.objects.filter(organisation=organisation, taken_back=None).order_by("day", "pk"):
        spent.setdefault(line.initiative, []).append(line)
    now = inputs_now(organisation, runs, facts=facts, costs=spent)
    money = may_see_answers(viewer, Permission.MONEY)
    return {name: _summary(run, changes(run, now.get(name)), money=money) for name, run in runs.items()}


def _summary(run: Run, changed: tuple[str, ...], *, money: bool) -> AnswerSummary:
    return AnswerSummary(
        initiative=run.initiative,
        sentence=run.sentence,
        grade=run.grade,
        claimable=run.claimable,
        effect=run.effect,
        interval=run.interval,
        people=run.people,
        as_of=run.newest_reading,
        answered=run.created,
        registration=run.registration,
        run=run.pk,
        changed=changed,
        money=run.money if money else "",
        money_reason=run.money_reason if money else "",
    )


def newest_run(viewer: Viewer, initiative: str) -> Run | None:
    """The newest answer over all facts, whole."""
    found = Run.objects.filter(organisation=viewer.organisation, initiative=initiative, as_of=None, repeats=None)
    return found.select_related("recorded").order_by("-pk").first()


def run_of(viewer: Viewer, initiative: str, number: int) -> Run | None:
    """One answer by its number."""
    found = Run.objects.filter(organisation=viewer.organisation, initiative=initiative, pk=number)
    return found.select_related("recorded", "repeats").first()


def runs_of(viewer: Viewer, initiative: str) -> Sequence[Run]:
    """Every answer kept, newest first."""
    found = Run.objects.filter(organisation=viewer.organisation, initiative=initiative)
    return list(found.select_related("recorded", "requested_by").defer(*HEAVY).order_by("-pk"))


def last_job(viewer: Viewer, initiative: str) -> Job | None:
    """The newest piece of work on an initiative's answer, finished or not."""
    found = Job.objects.filter(organisation=viewer.organisation, kind="estimate", parameters__initiative=initiative)
    return found.order_by("-created").first()
