"""What has worked in this firm: every answer there is, by what was done; nothing pooled and nothing left out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.plan.sentence import audience_words
from upshot.report.beside import money
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.measures.models import CostLine, Run
from upshot.web.measures.selectors import may_see_answers, newest_runs
from upshot.web.reviews.executive import decisions_of
from upshot.web.reviews.selectors import plan_of
from upshot.workspace.costing import ActualCost, costs_of

__all__ = ["Group", "Outcome", "Tried", "Way", "outcome_of", "way_of", "worked_of"]


class Way(StrEnum):
    """What was done: what an answer is listed under, in the order of the page."""

    DIGEST = "digest"
    NUDGE = "nudge"
    DEBRIEF = "debrief"
    SPACING = "spacing"
    MOTIVATION = "motivation"
    PRACTISED_AND_USED = "practised-and-used"
    USED = "used"
    PRACTISED = "practised"
    TAUGHT = "taught"
    UNKNOWN = "unknown"
    GONE = "gone"


WAYS: Mapping[Way, tuple[str | Lazy, str | Lazy]] = {
    Way.DIGEST: (_("The manager's weekly message"), _("Beside a training that people had anyway.")),
    Way.NUDGE: (_("Reminders"), _("Beside a training that people had anyway.")),
    Way.DEBRIEF: (_("Debriefs in pairs"), _("Beside a training that people had anyway.")),
    Way.SPACING: (_("Questions asked again, days later"), _("Beside a training that people had anyway.")),
    Way.MOTIVATION: (
        _("Motivation by consent"),
        _("What the offer did, as drawn: whoever chose nothing is counted in their group too."),
    ),
    Way.PRACTISED_AND_USED: (_("Practised in scenarios, then used at work"), _("A challenge at work is signed off.")),
    Way.USED: (_("Learnt, then used at work"), _("A challenge at work is signed off; no scenarios.")),
    Way.PRACTISED: (_("Practised in scenarios"), _("Nothing is asked for at work afterwards.")),
    Way.TAUGHT: (_("Modules and sessions"), _("Neither practice nor a challenge at work.")),
    Way.UNKNOWN: (_("Known by its records only"), _("The plan does not say what people did.")),
    Way.GONE: (_("No longer in the plan"), _("Answered earlier, under a plan that named it.")),
}
"""Each way in words, and what sets it apart."""


class Outcome(StrEnum):
    """What an answer says about its KPI."""

    BETTER = "better"
    WORSE = "worse"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One answer: what was tried, where, and what came of it, as printed.

    Parameters
    ----------
    whom, people
        Whom it was for, and how many were compared.
    effect, interval
        In the KPI's own unit; empty where nothing may be claimed.
    cost
        What it cost or is planned to cost; empty where unknown, and for readers who may not see money.
    worse
        What got worse besides.
    further
        Answers on further KPIs: label, sentence, letter.
    """

    initiative: str
    title: str
    grade: str
    outcome: Outcome
    sentence: str
    kpi: str = ""
    effect: str = ""
    interval: str = ""
    whom: str = ""
    people: int | None = None
    by_lot: bool = False
    cost: str = ""
    decided: str = ""
    worse: tuple[str, ...] = ()
    further: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Everything of one kind: its answers by name, and what is not answered yet."""

    way: Way
    label: str | Lazy
    about: str | Lazy
    answers: tuple[Tried, ...]
    open: tuple[str, ...] = ()

    @property
    def by_lot(self) -> int:
        """How many answers rest on a lot."""
        return sum(one.by_lot for one in self.answers)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many came out how."""
        found = Counter(one.outcome for one in self.answers)
        return {outcome.value: found[outcome] for outcome in Outcome}


def way_of(item: Initiative) -> Way:
    """What an initiative does, by its plan."""
    if item.support is not None:
        return Way(item.support.kind)
    kinds = {step.kind for step in item.path}
    if not kinds:
        return Way.UNKNOWN
    if "challenge" in kinds:
        return Way.PRACTISED_AND_USED if "scenario" in kinds else Way.USED
    return Way.PRACTISED if "scenario" in kinds else Way.TAUGHT


def outcome_of(estimate: Mapping[str, Any], direction: str | None, *, claimable: bool) -> Outcome:
    """What a range says: all on the better side, all on the worse, or both possible.

    Where the plan names no better side, a range away from nothing is still not called better.
    """
    low, high = estimate.get("conf_low"), estimate.get("conf_high")
    if not claimable or low is None or high is None:
        return Outcome.UNKNOWN
    if low <= 0 <= high:
        return Outcome.NONE
    if direction not in ("up", "down"):
        return Outcome.UNKNOWN
    return Outcome.BETTER if (low > 0) == (direction == "up") else Outcome.WORSE


def worked_of(viewer: Viewer) -> tuple[Group, ...] | None:
    """Every answered initiative by what was done; ``None`` while the plan does not load."""
    document = plan_of(viewer)
    if document is None:
        return None
    plan = document.plan
    newest = [run.pk for run in newest_runs(viewer.organisation).values()]
    runs = {
        run.initiative: run for run in Run.objects.filter(pk__in=newest).defer("plan_text", "lock", "page", "rests_on")
    }
    decided, costs = decisions_of(viewer), _costs(viewer, plan)
    grouped: dict[Way, list[Tried]] = {way: [] for way in Way}
    waiting: dict[Way, list[str]] = {way: [] for way in Way}
    for item in (one for one in plan.initiatives if one.is_training or one.id in runs):
        run = runs.pop(item.id, None)
        if run is None:
            waiting[way_of(item)].append(item.title or item.id)
        else:
            grouped[way_of(item)].append(_tried(plan, item, run, decided.get(item.id, ""), costs.get(item.id, "")))
    grouped[Way.GONE] += [_gone(run, decided.get(run.initiative, "")) for run in runs.values()]
    return tuple(_group(way, grouped[way], waiting[way]) for way in Way if grouped[way] or waiting[way])


def _group(way: Way, found: Sequence[Tried], waiting: Sequence[str]) -> Group:
    label, about = WAYS[way]
    answers = tuple(sorted(found, key=lambda one: one.title.casefold()))
    return Group(way=way, label=label, about=about, answers=answers, open=tuple(sorted(waiting, key=str.casefold)))


def _tried(plan: Plan, item: Initiative, run: Run, decided: str, cost: str) -> Tried:
    kpi = next((one for one in plan.kpis if one.id == run.kpi), None)
    outcome = outcome_of(run.estimate, kpi.direction if kpi else None, claimable=run.claimable)
    return Tried(
        initiative=item.id,
        title=item.title or item.id,
        grade=run.grade,
        outcome=outcome,
        sentence=run.sentence,
        kpi=(kpi.label or kpi.id) if kpi else run.kpi,
        effect=run.effect if run.claimable else "",
        interval=run.interval if run.claimable else "",
        whom=audience_words(item),
        people=run.people,
        by_lot=item.design.assign.startswith("random"),
        cost=cost,
        decided=decided,
        worse=_worse(run),
        further=_further(run),
    )


def _gone(run: Run, decided: str) -> Tried:
    """An answer to what the plan names no more: its own words, and no more is known."""
    return Tried(
        initiative="", title=run.initiative, grade=run.grade, outcome=Outcome.UNKNOWN, sentence=run.sentence,
        kpi=run.kpi, effect=run.effect if run.claimable else "", interval=run.interval if run.claimable else "",
        people=run.people, decided=decided, worse=_worse(run), further=_further(run),
    )  # fmt: skip


def _worse(run: Run) -> tuple[str, ...]:
    return tuple(one["text"] for one in run.estimate.get("cautions") or () if one["code"] == "guardrail-worse")


def _further(run: Run) -> tuple[tuple[str, str, str], ...]:
    return tuple((one["label"], one["sentence"], one["grade"]) for one in run.further)


def _costs(viewer: Viewer, plan: Plan) -> dict[str, str]:
    """What each initiative cost, or is planned to cost; nothing for readers who may not see money."""
    if not may_see_answers(viewer, Permission.MONEY):
        return {}
    spent = spent_on(viewer.organisation)
    return {item.id: _cost(plan, item, spent.get(item.id, ())) for item in plan.initiatives}


def spent_on(organisation: Organisation) -> dict[str, list[ActualCost]]:
    """What was spent, by initiative."""
    found: dict[str, list[ActualCost]] = {}
    for line in CostLine.objects.filter(organisation=organisation, taken_back=None).order_by("day", "pk"):
        found.setdefault(line.initiative, []).append(ActualCost(item=line.item, amount=float(line.amount)))
    return found


def _cost(plan: Plan, item: Initiative, actual: Sequence[ActualCost]) -> str:
    costs = costs_of(plan, item, actual)
    if costs.counted is None:
        return ""
    said = money(costs.counted, plan.currency)
    return said if costs.actual is not None else str(_("%(money)s, as planned") % {"money": said})
