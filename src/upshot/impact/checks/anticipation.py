"""Anticipation: whether people already reacted right before they started."""

import numpy as np
from scipy import special

from upshot.impact.checks.event_study import EventStudy, contrast
from upshot.impact.estimate import CheckResult, Status

__all__ = ["anticipation"]

NAME = "anticipation"
FAILED = 0.01


def anticipation(study: EventStudy | None) -> CheckResult:
    """Compare the last periods before the start with the earlier ones, the design's own allowance first.

    With no anticipation in the design it is the last period before the start, the base of every
    comparison: a dip or a jump there (Ashenfelter 1978) carries over into the effect. With some,
    those periods are outside the base, and moving in them is allowed for.
    """
    allowed = 0 if study is None else study.anticipation
    if study is None or not study.before.any():
        text = "Too few periods before the start to see whether people reacted early."
        return CheckResult(name=NAME, status="not_applicable", code="no-anticipation-test", text=text)
    earlier = np.flatnonzero(study.before)
    weights = np.zeros(study.estimate.size)
    if allowed:
        near = np.flatnonzero((study.event_time > study.base) & (study.event_time < 0))
        weights[near] = 1 / max(near.size, 1)
        weights[earlier] = -1 / (earlier.size + 1)
    else:
        weights[earlier] = -1 / earlier.size
    found = contrast(study, weights)
    if found is None:
        text = "The differences before the start have no measurable spread, so they cannot be compared."
        return CheckResult(name=NAME, status="not_applicable", code="no-anticipation-test", text=text)
    statistic = found[0] / found[1]
    p_value = float(2 * special.ndtr(-abs(statistic)))
    return _verdict(statistic, p_value, allowed, found)


def _verdict(statistic: float, p_value: float, allowed: int, found: tuple[float, float]) -> CheckResult:
    moved = p_value < FAILED
    details = {"periods": max(allowed, 1), "allowed_for": bool(allowed), "estimate": found[0], "std_error": found[1]}
    status: Status
    code: str | None
    if moved and allowed:
        status, code = "informative", "anticipation-allowed-for"
        text = "People reacted in the periods before their start that the design allows for; the base lies before them."
    elif moved:
        status, code = "failed", "anticipation"
        text = "Right before the start something already moved; the effect is measured from there."
    else:
        status, code = "passed", None
        text = "Right before the start nothing moved."
    return CheckResult(
        name=NAME,
        status=status,
        code=code,
        text=text,
        statistic=statistic,
        p_value=p_value,
        details=details,
    )
