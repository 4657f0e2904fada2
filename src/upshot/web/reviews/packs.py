"""The pack a review is decided on: planned against actual, the answer with its grade, money, and what did not hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from upshot.plan import Plan
from upshot.plan.chain import change_text
from upshot.plan.initiatives import Initiative
from upshot.plan.sentence import promise_sentence
from upshot.report.beside import money
from upshot.report.numbers import count
from upshot.web.accounts.viewer import Viewer
from upshot.web.measures.models import CostLine, Run
from upshot.web.measures.selectors import newest_run
from upshot.workspace.costing import ActualCost, costs_of

__all__ = ["Pack", "PackRow", "pack_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRow:
    """One thing as it was planned and as it came, in words; empty where it is not known."""

    what: str
    planned: str = ""
    actual: str = ""
    note: str = ""
    money: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What a review looks at; every value is as printed, so that it can be kept word for word.

    Parameters
    ----------
    initiative, title, promise
        Which initiative, and what it promises in a sentence.
    run, as_of, sentence, grade, registration
        The newest answer; empty where there is none.
    rows
        Effect, cost and people, planned against actual.
    money, money_reason
        What it is worth with its interval, or why nothing is said.
    failed
        Checks that did not hold, title and text.
    guardrails
        What must not get worse, each with its verdict and a sentence.
    barriers
        What managers say is in the way, and how many of them; kinds that too few name are left out.
    stop_if, next_design
        The plan's own rule for stopping, and what would make an unknown effect knowable.
    """

    initiative: str
    title: str
    promise: str
    run: str = ""
    as_of: str = ""
    sentence: str = ""
    grade: str = ""
    registration: str = ""
    claimable: bool = False
    rows: tuple[PackRow, ...] = ()
    money: str = ""
    money_reason: str = ""
    failed: tuple[tuple[str, str], ...] = ()
    guardrails: tuple[tuple[str, str], ...] = ()
    barriers: tuple[tuple[str, int], ...] = ()
    stop_if: str = ""
    next_design: str = ""


def pack_of(viewer: Viewer, plan: Plan, initiative: Initiative) -> Pack:
    """Gather the pack of one initiative from its plan, its newest answer and what was spent."""
    run = newest_run(viewer, initiative.id)
    page: Mapping[str, Any] = run.page if run else {}
    findings: Mapping[str, Any] = page.get("findings") or {}
    known = Pack(
        initiative=initiative.id,
        title=initiative.title or initiative.id,
        promise=promise_sentence(plan, initiative),
        rows=(_effect(plan, initiative, run), _cost(viewer, plan, initiative), _people(initiative, findings)),
        barriers=import_string(settings.BARRIERS_OF)(viewer, initiative.id),
        stop_if=initiative.stop_if or "",
    )
    return known if run is None else _answered(known, run, page, findings)


def _answered(known: Pack, run: Run, page: Mapping[str, Any], findings: Mapping[str, Any]) -> Pack:
    return Pack(
        initiative=known.initiative,
        title=known.title,
        promise=known.promise,
        rows=known.rows,
        barriers=known.barriers,
        stop_if=known.stop_if,
        run=str(run.pk),
        as_of=run.newest_reading.isoformat(),
        sentence=run.sentence,
        grade=run.grade,
        registration=run.registration,
        claimable=run.claimable,
        money=run.money,
        money_reason=run.money_reason,
        failed=tuple(
            (check["title"], check["text"]) for check in page.get("checks") or () if check["status"] == "failed"
        ),
        guardrails=tuple((rail["verdict"], rail["text"]) for rail in findings.get("guardrails") or ()),
        next_design="" if run.claimable else page.get("next_design") or "",
    )


def _effect(plan: Plan, initiative: Initiative, run: Run | None) -> PackRow:
    expected = next(iter(initiative.expected), None)
    if expected is None:
        return PackRow(what=_("Effect"), note=_("The plan names no effect."))
    kpi = plan.kpi(expected.kpi)
    planned = change_text(expected.effect, kpi.unit) if expected.effect is not None else _("no effect is named")
    actual = ""
    if run is not None:
        actual = f"{run.effect} ({run.interval})" if run.claimable and run.effect and run.interval else run.effect
        actual = actual if run.claimable and actual else _("cannot tell")
    return PackRow(what=_("Effect"), planned=planned, actual=actual, note=kpi.label or kpi.id)


def _cost(viewer: Viewer, plan: Plan, initiative: Initiative) -> PackRow:
    lines = CostLine.objects.filter(organisation=viewer.organisation, initiative=initiative.id, taken_back=None)
    costs = costs_of(plan, initiative, [ActualCost(item=line.item, amount=float(line.amount)) for line in lines])
    unknown = _("no amount yet: %(lines)s") % {"lines": ", ".join(costs.unknown)} if costs.unknown else ""
    return PackRow(
        what=_("Cost"),
        planned="" if costs.planned is None else money(costs.planned, plan.currency),
        actual="" if costs.actual is None else money(costs.actual, plan.currency),
        note=unknown,
        money=True,
    )


def _people(initiative: Initiative, findings: Mapping[str, Any]) -> PackRow:
    expected = initiative.audience.expected_size
    reach: Mapping[str, Any] = next((link for link in findings.get("chain") or () if link["stage"] == "reach"), {})
    started = reach.get("value")
    return PackRow(
        what=_("People who started"),
        planned="" if expected is None else count(expected),
        actual="" if started is None else count(int(started)),
        note=reach.get("note") or "",
    )
