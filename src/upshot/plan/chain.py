"""The chain cost → path → behaviour → KPI → objective of an initiative, as stages and as text."""

import textwrap
from dataclasses import dataclass

from upshot.plan.costs import cost_lines
from upshot.plan.initiatives import Expected, Initiative
from upshot.plan.objectives import KeyResult
from upshot.plan.practice import Step
from upshot.plan.promise import Plan
from upshot.plan.units import unit_after

__all__ = ["Entry", "Stage", "chain", "chain_text", "change_text"]

WIDTH = 100
_NAME = 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in a stage: its name and what is said about it."""

    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One link of the chain. ``leads`` is the verb to the next; ``missing`` says what an empty one costs."""

    title: str
    entries: tuple[Entry, ...]
    leads: str = ""
    missing: str = ""


def chain(plan: Plan, initiative: Initiative) -> tuple[Stage, ...]:
    """The stages of an initiative, from what it costs to what the business wants."""
    objective = Stage(title="Objective", entries=_objectives(plan, initiative), missing="It serves no objective.")
    if not initiative.is_training:
        return (_diagnosis(initiative), _instead(initiative), objective)
    return (
        Stage(
            title="Cost",
            entries=_costs(plan, initiative),
            leads="pays for",
            missing="No costs are given.",
        ),
        Stage(
            title="Path",
            entries=tuple(Entry(name=step.title or step.id, detail=_step(step)) for step in initiative.path),
            leads="practises",
            missing="No path is planned.",
        ),
        Stage(
            title="Behaviour",
            entries=_behaviours(plan, initiative),
            leads="moves",
            missing="No action at work is named, so a change cannot be observed.",
        ),
        Stage(
            title="KPI",
            entries=tuple(_effect(plan, expected) for expected in initiative.expected),
            leads="shows in",
            missing="No KPI is named that should change.",
        ),
        objective,
    )


def chain_text(plan: Plan, initiative: Initiative) -> str:
    """The chain drawn in boxes, at most 100 columns wide, for a terminal."""
    title = initiative.title or initiative.id
    heading = title if title == initiative.id else f"{title} ({initiative.id})"
    lines = textwrap.wrap(heading, WIDTH)
    for stage in chain(plan, initiative):
        lines += _box(stage)
        if stage.leads:
            lines.append(f"    ▼ {stage.leads}")
    return "\n".join(lines) + "\n"


def _box(stage: Stage) -> list[str]:
    inner = WIDTH - 4
    body: list[str] = []
    for entry in stage.entries or (Entry(name=f"— {stage.missing}"),):
        body += _two_columns(entry, inner)
    top = f"┌─ {stage.title} " + "─" * (WIDTH - 5 - len(stage.title)) + "┐"
    return [top, *(f"│ {line:<{inner}} │" for line in body), "└" + "─" * (WIDTH - 2) + "┘"]


def _two_columns(entry: Entry, inner: int) -> list[str]:
    if not entry.detail:
        return textwrap.wrap(entry.name, inner)
    left = textwrap.wrap(entry.name, _NAME - 2)
    right = textwrap.wrap(entry.detail, inner - _NAME)
    rows = max(len(left), len(right))
    left += [""] * (rows - len(left))
    right += [""] * (rows - len(right))
    return [f"{name:<{_NAME}}{detail}".rstrip() for name, detail in zip(left, right, strict=True)]


def _costs(plan: Plan, initiative: Initiative) -> tuple[Entry, ...]:
    lines = cost_lines(plan, initiative)
    known = [line.amount for line in lines if line.amount is not None]
    hours = sum(line.hours for line in lines if line.amount is None and line.hours is not None)
    unknown = any(line.amount is None and line.hours is None for line in lines)
    total = f"{plan.currency} {sum(known):,.0f}" if known else ""
    if hours:
        total += f"{' and ' if total else ''}{hours:,.0f} hours without a rate"
    if unknown:
        total += f"{', ' if total else ''}and lines that depend on how many take part"
    entries = tuple(Entry(name=line.item, detail=line.text) for line in lines)
    return (*entries, Entry(name="Total", detail=total)) if entries else ()


def _step(step: Step) -> str:
    parts: list[str] = [step.kind]
    if step.minutes:
        parts.append(f"{step.minutes:g} min")
    if step.at:
        parts.append("after " + ", ".join(map(str, step.at)))
    if step.due:
        parts.append(f"due after {step.due}")
    if step.for_:
        parts.append(f"for {step.for_}")
    if step.mastery is not None:
        parts.append(f"passed from {step.mastery:.0%}")
    if step.sign_off:
        parts.append(f"signed off by {step.sign_off.by}")
    if step.needs:
        parts.append(f"needs {', '.join(step.needs)}")
    return " · ".join(parts)


def _behaviours(plan: Plan, initiative: Initiative) -> tuple[Entry, ...]:
    entries = [
        Entry(
            name=action.text,
            detail=f"seen by {', '.join(action.seen_by)}" if action.seen_by else "nobody is named who would see it",
        )
        for action in initiative.actions
    ]
    labels = {item.id: item.label or item.id for item in plan.competencies}
    links = initiative.hypothesis.chain if initiative.hypothesis else ()
    named = [link.partition("/")[2] for link in links if link.startswith("behaviour/")]
    return (*entries, *(Entry(name=labels[name], detail="competency") for name in named if name in labels))


def _effect(plan: Plan, expected: Expected) -> Entry:
    kpi = plan.kpi(expected.kpi)
    parts = []
    if expected.effect is not None:
        parts.append(f"expected {change_text(expected.effect, kpi.unit)}")
    if expected.lag:
        parts.append(f"from {expected.lag} after the start")
    if expected.smallest_worth_having is not None:
        parts.append(f"worth having from {change_text(expected.smallest_worth_having, kpi.unit, sign=False)}")
    if kpi.guardrail_for:
        names = ", ".join(plan.kpi(name).label or name for name in kpi.guardrail_for)
        parts.append(f"guardrail for {names}")
    return Entry(name=kpi.label or kpi.id, detail=" · ".join(parts) or "no effect is named")


def change_text(amount: float, unit: str | None, *, sign: bool = True) -> str:
    """A change of a KPI in its unit; a share's change in points.

    Examples
    --------
    >>> change_text(0.02, "proportion"), change_text(-3, "days")
    ('+2 points', '−3 days')
    """
    points = unit == "proportion"
    number = amount * 100 if points else amount
    spelled = f"{number:+.6g}" if sign else f"{number:.6g}"
    name = unit_after(spelled, "points" if points else unit or "")
    return f"{spelled.replace('-', '−')} {name}" if name else spelled.replace("-", "−")


def _reading(amount: float, unit: str | None) -> str:
    return f"{amount * 100:.6g} %" if unit == "proportion" else f"{amount:.6g}"


def _objectives(plan: Plan, initiative: Initiative) -> tuple[Entry, ...]:
    served = [plan.objective(name) for name in initiative.serves]
    return tuple(
        Entry(name=item.statement, detail=" · ".join(_key_result(plan, result) for result in item.key_results))
        for item in served
    )


def _key_result(plan: Plan, result: KeyResult) -> str:
    kpi = plan.kpi(result.kpi)
    start = f" {_reading(result.baseline, kpi.unit)}" if result.baseline is not None else ""
    target = f" → {_reading(result.target, kpi.unit)}" if result.target is not None else ""
    due = f" by {result.by.day} {result.by:%B %Y}" if result.by else ""
    return f"{kpi.label}{start}{target}{due}"


def _diagnosis(initiative: Initiative) -> Stage:
    diagnosis = initiative.diagnosis
    observed = diagnosis.observed if diagnosis else None
    causes = ", ".join(diagnosis.because) if diagnosis else ""
    entry = Entry(name=observed or "Not described", detail=f"because of {causes}" if causes else "")
    return Stage(title="What was seen", entries=(entry,), leads="is answered by")


def _instead(initiative: Initiative) -> Stage:
    changes = initiative.diagnosis.not_training if initiative.diagnosis else ()
    return Stage(
        title="Not training",
        entries=tuple(Entry(name=change) for change in changes),
        leads="serves",
        missing="The diagnosis ended without training, which counts as a good outcome.",
    )
