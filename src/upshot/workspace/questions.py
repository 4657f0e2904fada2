"""What is asked of an initiative: its KPI, the day its audience is read on, and where no training was planned."""

import datetime as dt
from dataclasses import replace

from upshot.errors import PanelError, Problem
from upshot.impact.estimate import Estimate
from upshot.periods import Rounding
from upshot.plan import Document, Plan
from upshot.plan.initiatives import Expected, Initiative
from upshot.plan.kpis import Kpi
from upshot.workspace.folder import Workspace

__all__ = ["audience_day", "chosen_kpi", "guardrails_of", "no_training", "refuse_duration", "with_rounding"]


def no_training(workspace: Workspace, initiative_id: str, *, document: Document | None = None) -> Estimate | None:
    """The answer to an initiative whose diagnosis ended in "no training"; ``None`` for any other.

    Raises
    ------
    PlanError, WorkspaceError
        If the plan does not load, or has no such initiative.
    """
    plan = (document or workspace.plan()).plan
    initiative = plan.initiative(initiative_id)
    if initiative.is_training or initiative.diagnosis is None:
        return None
    kpi = plan.kpi(initiative.expected[0].kpi).resolved() if initiative.expected else None
    return Estimate(
        method="none",
        estimand="none",
        outcome=initiative.id if kpi is None else kpi.spoken,
        level=initiative.design.level,
        registration="exploratory",
        n_units=0,
        claim=_good_outcome(initiative),
    )


def _good_outcome(initiative: Initiative) -> str:
    diagnosis = initiative.diagnosis
    causes, instead = ("", "") if diagnosis is None else (" and ".join(diagnosis.because), "")
    if diagnosis is not None:
        instead = "".join(f" {_sentence(what)}" for what in diagnosis.not_training)
    text = (
        f"No training was planned for {initiative.title or initiative.id!r}, so there is no effect of one to estimate. "
        f"The diagnosis found another cause{f' ({causes})' if causes else ''}; "
        "finding that before the cost is a good outcome."
    )
    return f"{text} What is to change instead:{instead}" if instead else text


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def with_rounding(initiative: Initiative, rounding: Rounding | None) -> Initiative:
    """The initiative with another rule for which period a start counts from; as it is for ``None``."""
    if rounding is None:
        return initiative
    start = replace(initiative.design.first_treated, round=rounding)
    return replace(initiative, design=replace(initiative.design, first_treated=start))


def chosen_kpi(plan: Plan, initiative: Initiative, kpi_id: str | None = None) -> tuple[Kpi, Expected | None]:
    """The KPI an answer is about, by default the initiative's first, with what is expected of it.

    Raises
    ------
    PanelError
        If the initiative names none.
    """
    if kpi_id is None:
        if not initiative.expected:
            raise PanelError(
                Problem(
                    code="no-primary-kpi",
                    text=f"Initiative {initiative.id!r} names no KPI it should move.",
                    fix="Add it under 'expected', or choose one with --kpi.",
                )
            )
        kpi_id = initiative.expected[0].kpi
    expected = next((entry for entry in initiative.expected if entry.kpi == kpi_id), None)
    kpi = plan.kpi(kpi_id).resolved()
    return kpi, expected


def refuse_duration(kpi: Kpi) -> None:
    """Refuse a time to an event where readings by the period are needed.

    Raises
    ------
    PanelError
        If the KPI is a time to an event.
    """
    if kpi.type != "duration":
        return
    raise PanelError(
        Problem(
            code="duration-kpi",
            text=f"KPI {kpi.id!r} is a time to an event, and what a study of one could see is not worked out yet.",
            fix="Plan with a KPI that is read every period, or count on 10 people hired on each side in each period.",
        )
    )


def guardrails_of(plan: Plan, initiative: Initiative) -> tuple[Kpi, ...]:
    """The plan's KPIs that must not get worse while the initiative's improve."""
    moved = {entry.kpi for entry in initiative.expected}
    return tuple(kpi.resolved() for kpi in plan.kpis if moved & set(kpi.guardrail_for))


def audience_day(plan: Plan, initiative: Initiative, *, today: dt.date | None = None) -> dt.date:
    """The day the audience is read on: before anyone can have started; today where the plan names no day."""
    starts = [wave.start for wave in initiative.waves]
    known = [day for day in (min(starts, default=None), plan.period.start) if day is not None]
    return min(known, default=today or dt.date.today())
