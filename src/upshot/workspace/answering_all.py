"""Every KPI an initiative names, answered: the primary one, the others as one family, and what must not get worse."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from upshot.errors import InputError
from upshot.impact.estimate import Caution, Estimate
from upshot.impact.multiplicity import AdjustedTest, GuardrailResult, KpiTest, adjust_kpis, guardrail
from upshot.plan import Document, Lock, Plan
from upshot.plan.chain import change_text
from upshot.plan.initiatives import Expected, Initiative
from upshot.plan.kpis import Kpi
from upshot.workspace.answering import answer_initiative
from upshot.workspace.answers import Answer
from upshot.workspace.folder import Workspace
from upshot.workspace.progress import STAGES, Progress
from upshot.workspace.questions import guardrails_of

__all__ = ["MARGIN", "Answers", "Guardrail", "Secondary", "answer_all"]

MARGIN = 0.05
"""Share of its level that a guardrail may lose where the plan names no smallest effect worth having for it."""

Verdict = Literal["worse", "not worse", "cannot tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Secondary:
    """A further KPI the initiative was meant to move.

    Parameters
    ----------
    answer
        ``None`` where it could not be answered; ``problem`` then says why.
    adjusted
        Judged as one of all KPIs the initiative names (Holm, Benjamini–Hochberg, simultaneous
        interval); ``None`` where it has no number.
    """

    kpi: Kpi
    answer: Answer | None = None
    adjusted: AdjustedTest | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrail:
    """A KPI that must not get worse.

    Parameters
    ----------
    verdict, text
        ``worse``, ``not worse`` or ``cannot tell``, and the same as a sentence.
    margin
        The largest worsening that would still pass, in KPI units; ``None`` where it was not judged.
    worst
        The worst change that is still plausible, in KPI units.
    answer
        ``None`` where it could not be answered.
    """

    kpi: Kpi
    verdict: Verdict
    text: str
    margin: float | None = None
    worst: float | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All that an initiative's KPIs say.

    Parameters
    ----------
    primary
        The initiative's answer. A guardrail that got worse stands in its cautions and its sentence;
        its number and grade are what they would be without.
    family
        The primary KPI, judged as one of all the KPIs the initiative names.
    """

    primary: Answer
    family: AdjustedTest | None
    secondary: tuple[Secondary, ...] = ()
    guardrails: tuple[Guardrail, ...] = ()


def answer_all(
    workspace: Workspace,
    initiative_id: str,
    *,
    document: Document | None = None,
    locked: Lock | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> Answers:
    """Answer an initiative's primary KPI, its further ones, and its guardrails.

    A guardrail is a KPI whose ``guardrail_for`` names one of those under ``expected``. One that
    cannot be answered (no readings yet, say) does not stop the others.

    Parameters
    ----------
    document, locked, options
        As in `answer_initiative`.
    progress
        Counts the stages of all answers together.

    Raises
    ------
    PlanError, PanelError, WorkspaceError
        If the primary KPI cannot be answered.
    Cancelled
        If ``progress`` asked to stop.
    """
    document = document or workspace.plan()
    plan = document.plan
    initiative = plan.initiative(initiative_id).resolved()
    guards = guardrails_of(plan, initiative)
    guarding = {kpi.id for kpi in guards}
    named = [entry.kpi for entry in initiative.expected if entry.kpi not in guarding]
    further = named[1:]
    count = 1 + len(further) + len(guards)

    def asked(kpi_id: str | None, place: int) -> Answer:
        told = None if progress is None else _shifted(progress, place, count)
        return answer_initiative(
            workspace, initiative_id, kpi_id=kpi_id, document=document, locked=locked, progress=told, **options
        )

    primary = asked(named[0] if named else None, 0)
    found = {name: _tried(asked, name, place) for place, name in enumerate([*further, *(k.id for k in guards)], 1)}
    family = _family([primary, *(answer for name in further if isinstance(answer := found[name], Answer))])
    rails = tuple(_judged(kpi, initiative, found[kpi.id]) for kpi in guards)
    return Answers(
        primary=_with_guardrails(primary, rails),
        family=family.get(primary.kpi.id),
        secondary=tuple(_secondary(plan, name, found[name], family.get(name)) for name in further),
        guardrails=rails,
    )


def _shifted(progress: Progress, place: int, count: int) -> Progress:
    def told(what: str, done: int, of: int) -> None:
        if what != "done" or place == count - 1:
            progress(what, place * len(STAGES) + done, count * of)

    return told


def _tried(asked: Any, name: str, place: int) -> Answer | str:
    try:
        found: Answer = asked(name, place)
    except InputError as error:
        return str(error)
    return found


def _family(answers: list[Answer]) -> dict[str, AdjustedTest]:
    tests = [
        KpiTest(name=a.kpi.id, estimate=a.estimate.estimate, std_error=a.estimate.std_error, p_value=a.estimate.p_value)
        for a in answers
        if a.estimate.claimable and a.estimate.estimate is not None
    ]
    level = answers[0].estimate.level
    return {found.name: found for found in adjust_kpis(tests, level=level)}


def _secondary(plan: Plan, name: str, found: Answer | str, adjusted: AdjustedTest | None) -> Secondary:
    kpi = plan.kpi(name).resolved()
    if isinstance(found, str):
        return Secondary(kpi=kpi, problem=found)
    return Secondary(kpi=found.kpi, answer=found, adjusted=adjusted)


def _judged(kpi: Kpi, initiative: Initiative, found: Answer | str) -> Guardrail:
    name = kpi.spoken
    if isinstance(found, str):
        return Guardrail(kpi=kpi, verdict="cannot tell", text=f"Whether {name} got worse cannot be told: {found}")
    answer, estimate = found, found.estimate
    unknown = _unjudged(kpi, estimate)
    if unknown:
        text = f"Whether {name} got worse cannot be told: {unknown}"
        return Guardrail(kpi=kpi, verdict="cannot tell", text=text, answer=answer)
    assert estimate.estimate is not None  # noqa: S101 - `_unjudged` has looked
    assert estimate.std_error is not None  # noqa: S101
    expected = next((entry for entry in initiative.expected if entry.kpi == kpi.id), None)
    margin = _margin(expected, estimate)
    worse: Literal["up", "down"] = "down" if kpi.direction == "up" else "up"
    result = guardrail(
        name, estimate.estimate, estimate.std_error, worse=worse, margin=margin, level=estimate.level
    )  # fmt: skip
    return Guardrail(
        kpi=kpi,
        verdict=_VERDICTS[result.status],
        text=_said(kpi, result, margin),
        margin=margin,
        worst=result.worst,
        answer=answer,
    )


_VERDICTS: dict[str, Verdict] = {"harmed": "worse", "safe": "not worse", "cannot-tell": "cannot tell"}


def _unjudged(kpi: Kpi, estimate: Estimate) -> str:
    if kpi.direction not in ("up", "down"):
        return "the plan does not say which way is worse (direction)."
    if not estimate.claimable or estimate.estimate is None or not estimate.std_error:
        return estimate.grade.text if estimate.grade is not None else "nothing could be estimated."
    return ""


def _margin(expected: Expected | None, estimate: Estimate) -> float:
    """The plan's smallest effect worth having for it, else `MARGIN` of its level; fixed before the effect is seen."""
    if expected is not None and expected.smallest_worth_having is not None:
        return abs(expected.smallest_worth_having)
    return MARGIN * abs(estimate.baseline or 0.0)


def _said(kpi: Kpi, result: GuardrailResult, margin: float) -> str:
    name, worst = kpi.spoken, change_text(float(f"{result.worst:.3g}"), kpi.unit)
    least = change_text(float(f"{margin:.3g}"), kpi.unit, sign=False)
    start = f"{name[:1].upper()}{name[1:]}"
    if result.status == "harmed":
        return f"{start} got worse; a change of {worst} is still plausible."
    if result.status == "safe":
        return f"{start} did not get worse by {least} or more."
    return f"{start} may have got worse: these data cannot rule out a change of {worst}."


def _with_guardrails(primary: Answer, rails: tuple[Guardrail, ...]) -> Answer:
    """The primary answer with a caution and a sentence for each guardrail that got worse; number and grade stay."""
    worse = [rail for rail in rails if rail.verdict == "worse"]
    if not worse:
        return primary
    estimate = primary.estimate
    said = tuple(Caution(code="guardrail-worse", text=rail.text) for rail in worse)
    claim = None if estimate.claim is None else " ".join([estimate.claim, *(rail.text for rail in worse)])
    return replace(primary, estimate=replace(estimate, cautions=(*estimate.cautions, *said), claim=claim))
