"""KPIs that must not get worse: the answer to a guardrail as a verdict in words."""

from typing import Literal

from upshot.report.facts import Verdict
from upshot.report.findings import GuardrailFacts, Range
from upshot.workspace.answers import Answer
from upshot.workspace.refusing import refused, too_few

__all__ = ["guardrail_of"]

Direction = Literal["up", "down", "hold-within"]


def guardrail_of(answer: Answer) -> GuardrailFacts:
    """What the answer to a guardrail KPI says of it.

    It got worse where the whole interval lies on the bad side of zero. It held where the interval
    leaves out every change for the worse of the smallest size that matters (``smallest_worth_having``
    of the KPI under ``expected``; none at all where that is not given). Otherwise one cannot tell:
    that nothing was seen is not that nothing is there.
    """
    kpi, found = answer.kpi, answer.estimate
    direction: Direction = kpi.direction or "up"
    said = not (refused(found) or too_few(answer))
    effect = None
    if said and found.estimate is not None:
        effect = Range(estimate=found.estimate, low=found.conf_low, high=found.conf_high)
    margin = answer.expected.smallest_worth_having if answer.expected else None
    verdict = _verdict(effect, direction, margin or 0.0)
    return GuardrailFacts(
        kpi=kpi.id,
        label=kpi.label or kpi.id,
        unit=kpi.unit or "",
        direction=direction,
        effect=effect,
        grade=found.grade.letter if found.grade else "D",
        verdict=verdict,
        text=_said(kpi.label or kpi.id, verdict, effect, margin),
    )


def _verdict(effect: Range | None, direction: Direction, margin: float) -> Verdict:
    if effect is None or effect.low is None or effect.high is None:
        return "cannot-tell"
    if direction == "hold-within":
        if effect.low > 0 or effect.high < 0:
            return "held" if -margin <= effect.low and effect.high <= margin else "got-worse"
        return "held" if -margin <= effect.low and effect.high <= margin else "cannot-tell"
    low, high = (effect.low, effect.high) if direction == "up" else (-effect.high, -effect.low)
    if high < 0:
        return "got-worse"
    return "held" if low >= -margin else "cannot-tell"


def _said(label: str, verdict: Verdict, effect: Range | None, margin: float | None) -> str:
    name = f"{label[:1].upper()}{label[1:]}"
    if effect is None:
        return f"{name}: no effect is claimed at this grade, so one cannot tell whether it held."
    if verdict == "got-worse":
        return f"{name} got worse among those who started."
    if verdict == "held":
        return f"{name} held: a change for the worse{' that matters' if margin else ''} is ruled out."
    return f"{name}: no change for the worse is shown, and none is ruled out."
