"""Whether more of it goes with more: the answer's panel kept by dose, weaker than the answer and beside it."""

from collections.abc import Mapping
from dataclasses import replace

from upshot.errors import DesignError, PanelError
from upshot.impact.dose import dose_response
from upshot.impact.estimate import Estimate, Term
from upshot.lake.scan import ScannedPanel
from upshot.panel.build import BuiltPanel, build, scan
from upshot.panel.dose import DoseGroup
from upshot.plan.initiatives import Dose
from upshot.report.findings import DoseFacts, DoseRow, Range
from upshot.workspace.answers import Answer
from upshot.workspace.disclosing import FEWER, Disclosure
from upshot.workspace.folder import Workspace
from upshot.workspace.refusing import answered_day, minimum_of, refused, too_few

__all__ = ["dose_of"]

_NOUNS = {
    "minutes": "minutes",
    "share": "steps done",
    "mastery": "scores",
    "applied": "use at work",
}


def dose_of(workspace: Workspace, answer: Answer, *, disclosure: Disclosure | None = None) -> DoseFacts | None:
    """The effect of each dose that people took, and the line through them; ``None`` where the plan asks for no dose.

    People choose their dose, so this is read beside the answer and never changes it: the slope needs
    a stronger assumption than the answer does and is graded C at best. Nothing is said where the
    answer itself is refused, or where no record says who took how much. Groups pass the gate
    together, and an effect is shown only with its group.

    Parameters
    ----------
    disclosure
        The reader's gate; by default the KPI's minimum group.
    """
    asked = answer.initiative.design.dose
    primary = answer.initiative.expected[:1]
    if asked is None or not primary or primary[0].kpi != answer.kpi.id:
        return None
    facts = DoseFacts(by=asked.by, about=_about(answer, asked), level=answer.estimate.level)
    reason = _reason(answer)
    if reason:
        return replace(facts, withheld=reason)
    minimum = minimum_of(answer)
    gate = (disclosure or Disclosure()).at_least(minimum) if minimum else Disclosure(minimum=0)
    try:
        built, scanned = _by_dose(workspace, answer)
    except (PanelError, DesignError) as error:
        return replace(facts, withheld=f"Nothing can be said of the dose: {error}")
    known = [one for one in built.doses if one.dose is not None]
    if not any(one.dose for one in known):
        text = f"The dose is not known: nobody who started has {_NOUNS[asked.by]} on record."
        return replace(facts, withheld=text)
    return _told(facts, answer, built.doses, scanned, gate)


def _reason(answer: Answer) -> str:
    """Why no dose is looked at; empty where one is."""
    if too_few(answer) or refused(answer.estimate) or answer.design is None or answer.scanned is None:
        return "Nothing is said of the dose, since the answer itself cannot tell whether there is an effect."
    if answer.kpi.grain.entity != "person":
        return f"A dose belongs to a person, and {answer.kpi.spoken} is read for each {answer.kpi.grain.entity}."
    return ""


def _about(answer: Answer, asked: Dose) -> tuple[str, ...]:
    if asked.competency is not None:
        named = {one.id: one.label or one.id for one in answer.plan.competencies}
        return (named.get(asked.competency, asked.competency),)
    return tuple(step.title or step.id for step in answer.initiative.path if step.id in asked.steps)


def _by_dose(workspace: Workspace, answer: Answer) -> tuple[BuiltPanel, ScannedPanel]:
    connection = workspace.lake().connect(known_at=answer.as_of)
    try:
        built = build(connection, answer.initiative, answer.kpi, on=answered_day(answer), by_dose=True)
        return built, scan(connection, built, fingerprint="")
    finally:
        connection.close()


def _told(
    facts: DoseFacts, answer: Answer, groups: tuple[DoseGroup, ...], scanned: ScannedPanel, gate: Disclosure
) -> DoseFacts:
    shown = gate.table({(one.name,): one.people for one in groups})
    there = {cell.stratum[0] for cell in scanned.moments.cells}
    doses = {
        one.name: one.dose
        for one in groups
        if one.dose is not None and shown[(one.name,)] is not None and one.name in there
    }
    estimate = _estimate(answer, scanned, doses, max(gate.minimum, 1))
    effects = {str(term.group): term for term in estimate.terms if term.estimate is not None}
    rows = tuple(
        DoseRow(group=one.name, withheld=f"{FEWER.format(minimum=gate.minimum).capitalize()}, or next to such a group.")
        if shown[(one.name,)] is None
        else DoseRow(
            group=one.name,
            people=one.people,
            dose=one.dose,
            effect=_range(effects[one.name]) if one.name in effects else None,
        )
        for one in groups
    )
    claimed = estimate.grade is not None and estimate.grade.letter != "D"
    cautions = [one.text for one in estimate.cautions if one.code == "strong-parallel-trends"]
    if answer.initiative.design.strata:
        cautions.append("Unlike the answer, people are not compared within the plan's strata here.")
    return replace(facts, rows=rows, slope=_range(estimate) if claimed else None, cautions=tuple(cautions))


def _estimate(answer: Answer, scanned: ScannedPanel, doses: Mapping[str, float], minimum: int) -> Estimate:
    assert answer.design is not None  # noqa: S101 - `_reason` has looked
    design = replace(answer.design, adjust=None, balance=None, planned_shares=None, registration="exploratory")
    return dose_response(scanned.moments, doses, design, minimum=minimum)


def _range(found: Estimate | Term) -> Range | None:
    if found.estimate is None:
        return None
    return Range(estimate=found.estimate, low=found.conf_low, high=found.conf_high)
