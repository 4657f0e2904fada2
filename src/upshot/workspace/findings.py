"""An answer to the findings a report page is written from."""

import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path

from upshot.impact.estimate import Estimate
from upshot.panel.audit import AuditLine as Step
from upshot.panel.units import group_field
from upshot.periods import GRAINS, Grain
from upshot.plan.kpis import Kpi
from upshot.report.findings import AuditLine, Findings, Measure, PlanFacts, SliceFacts, Wave
from upshot.workspace.answering_all import Guardrail
from upshot.workspace.answers import Answer
from upshot.workspace.chain import chain_of
from upshot.workspace.costing import ActualCost
from upshot.workspace.dosing import dose_of
from upshot.workspace.dynamics import persistence_of, sensitivity_of
from upshot.workspace.folder import Workspace
from upshot.workspace.guarding import guardrail_of
from upshot.workspace.valuing import value_of

__all__ = ["findings_of", "findings_of_file"]

RARE = 0.2
"""A baseline below this many events is printed per hundred."""

_ROUNDINGS = {
    "nearest": "rounded to the nearest period start",
    "floor": "counted from the period the date falls in",
    "next": "counted from the next period to begin",
}


def findings_of(
    workspace: Workspace,
    answer: Answer,
    *,
    actuals: Sequence[ActualCost] = (),
    hurdle: float = 0.0,
    slices: Sequence[SliceFacts] = (),
    guardrails: Sequence[Guardrail] = (),
    applied_by: Collection[str] = (),
) -> Findings:
    """Gather what the page of a workspace's initiative says.

    Parameters
    ----------
    actuals, hurdle
        What was spent, line by line, and the return to be beaten.
    slices
        Tables from `upshot.workspace.slicing.slices_of`, which keeps the reader's history.
    guardrails
        Judged by `upshot.workspace.answering_all.answer_all`.
    applied_by
        People whose use at work is on record outside the learning records.
    """
    initiative, kpi = answer.initiative, answer.kpi
    objectives = [answer.plan.objective(name).statement for name in initiative.serves]
    labels = [start for start, _ in answer.built.starts]
    group = group_field(kpi)
    return Findings(
        organisation=workspace.organisation,
        initiative=initiative.title or initiative.id,
        question=f"{initiative.title or initiative.id}: did it change {kpi.spoken}?",
        objective=objectives[0] if objectives else "",
        measure=_measure(kpi, answer.estimate.baseline),
        as_of=answer.built.newest,
        estimate=answer.estimate,
        event_study=answer.event_study,
        data_notice=workspace.notice,
        subject="The training",
        people=workspace.people if group is None else f"{group}s",
        grain=initiative.design.period,
        period=answer.built.window,
        audit=tuple(_line(step) for step in answer.built.audit),
        waves=tuple(Wave(start=start, people=people) for start, people in answer.built.starts) if labels else (),
        plan=PlanFacts(
            promised=answer.expected.effect if answer.expected else None,
            smallest_worth_having=answer.expected.smallest_worth_having if answer.expected else None,
            locked_on=answer.locked_on,
        ),
        method=_method(answer),
        sources=workspace.sources,
        minimum_group=0 if kpi.grain.entity == "firm" else kpi.min_cell,
        value=value_of(answer, actuals=actuals, hurdle=hurdle) if _has_money(answer, actuals) else None,
        chain=chain_of(workspace, answer, applied_by=applied_by),
        persistence=persistence_of(answer),
        slices=tuple(slices),
        sensitivity=sensitivity_of(answer),
        guardrails=tuple(guardrail_of(found) for found in guardrails),
        dose=dose_of(workspace, answer),
    )


def _has_money(answer: Answer, actuals: Sequence[ActualCost]) -> bool:
    """Whether anybody asked what it is worth: a plan without costs and values gets no page about money."""
    return bool(answer.initiative.costs or answer.kpi.value_per_unit or actuals)


def findings_of_file(
    estimate: Estimate, file: Path, *, event_study: Estimate | None = None, people: str = "people"
) -> Findings:
    """Gather what the page of an analyst's own file says.

    Parameters
    ----------
    estimate
        The answer, of whatever design.
    file
        Where the rows came from; its name is the page's, its date the newest the readings can have.
    event_study
        The same comparison by time since start, where there is one.
    people
        Noun for the units, plural.
    """
    labels = [str(term.period) for term in estimate.terms if term.period is not None]
    return Findings(
        organisation="",
        initiative=file.name,
        question=f"Did it change {estimate.outcome}?",
        measure=Measure(label=estimate.outcome),
        as_of=dt.date.fromtimestamp(file.stat().st_mtime),
        estimate=estimate,
        event_study=event_study,
        people=people,
        grain=_grain(labels),
    )


def _grain(labels: list[str]) -> Grain:
    """The grain whose way of writing fits the labels; months where none does."""
    shapes: dict[int, Grain] = {4: "year", 7: "month"}
    found = {shapes.get(len(label)) for label in labels}
    single = found.pop() if len(found) == 1 else None
    return single or GRAINS[2]


def _measure(kpi: Kpi, baseline: float | None) -> Measure:
    """The KPI as it is printed; rare events are counted per hundred."""
    name, unit = kpi.spoken, kpi.unit or ""
    meaning = (
        f"{name[0].upper()}{name[1:]}: {unit or 'as recorded'}, read for each {kpi.grain.entity} and {kpi.grain.time}."
    )
    direction = kpi.direction or "up"
    if unit == "proportion" or kpi.type in ("ratio", "binary"):
        return Measure(label=name, form="proportion", direction=direction, definition=meaning)
    what, per, each = unit.partition(" per ")
    if per and baseline is not None and 0 < baseline < RARE and each.replace("-", "").isalpha():
        return Measure(
            label=name, unit=f"{what} per 100 {each}s", multiplier=100.0, direction=direction, definition=meaning
        )
    return Measure(label=name, unit=unit, direction=direction, definition=meaning)


def _line(step: Step) -> AuditLine:
    return AuditLine(
        step=step.step, rows_in=step.rows_in, rows_kept=step.rows_kept, people=step.people, reason=step.reason
    )


def _method(answer: Answer) -> tuple[str, ...]:
    """Paragraphs on who counts as started and from when, and what the plan says of time."""
    design = answer.initiative.design
    start = design.first_treated
    source = "the start of a person's wave" if start.from_ == "wave" else f"the {answer.initiative.records.take} record"
    rule = _ROUNDINGS[start.round]
    said = [f"Somebody counts as started from {source}, {rule} ({design.period}s, rule “{start.round}”)."]
    if design.weights:
        said.append(f"People count by their sampling weight, the field {design.weights!r}.")
    lag = None if answer.expected is None else answer.expected.lag
    if lag is not None:
        said.append(
            f"The average counts from the start. The plan expects the effect to show only after {lag}, so it holds "
            "periods in which none was expected; see how it develops over time."
        )
    return tuple(said)
