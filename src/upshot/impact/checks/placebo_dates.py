"""Placebo dates: the programme dated earlier than it began, where it cannot have done anything."""

import numpy as np
from scipy import special

from upshot.impact.checks.event_study import EventStudy, contrast
from upshot.impact.estimate import CheckResult

__all__ = ["placebo_dates"]

NAME = "placebo-dates"
FAILED = 0.01
"""Pre-trends are tested at 5 % beside it; this one looks for slow drift and should seldom fire alone."""
DATES = 3


def placebo_dates(study: EventStudy | None) -> CheckResult:
    """Pretend the start came earlier, at up to three dates, using readings from before the real one only.

    Each made-up effect is the mean difference between made-up and real start less that before.
    Averages over stretches of time see slow drift that a joint test of single periods misses.
    The smallest p-value counts, times the number of dates (Bonferroni).
    """
    points = 0 if study is None else int(study.before.sum()) + 1
    if study is None or points < 3:
        text = "Too few periods before the start to pretend it came earlier; three are needed."
        return CheckResult(name=NAME, status="not_applicable", code="no-placebo-date", text=text)
    shifts = sorted({round(points * share) for share in (0.25, 0.5, 0.75)} & set(range(1, points)))[:DATES]
    found = {shift: _made_up(study, shift) for shift in shifts}
    tested = {shift: values for shift, values in found.items() if values is not None}
    if not tested:
        text = "The differences before the start have no measurable spread, so no date can be tested."
        return CheckResult(name=NAME, status="not_applicable", code="no-placebo-date", text=text)
    worst = max(tested, key=lambda shift: abs(tested[shift][0] / tested[shift][1]))
    statistic = tested[worst][0] / tested[worst][1]
    p_value = min(1.0, len(tested) * float(2 * special.ndtr(-abs(statistic))))
    seen = p_value < FAILED
    verdict = "an “effect” shows where there was none" if seen else "no effect shows, as it should be"
    dates = "one earlier date" if len(tested) == 1 else f"{len(tested)} earlier dates"
    return CheckResult(
        name=NAME,
        status="failed" if seen else "passed",
        code="placebo-date" if seen else None,
        text=f"Pretending that the start came at {dates}, {verdict}.",
        statistic=float(statistic),
        p_value=p_value,
        details={"periods_earlier": sorted(tested), "estimates": [tested[shift][0] for shift in sorted(tested)]},
    )


def _made_up(study: EventStudy, shift: int) -> tuple[float, float] | None:
    """Mean of the last ``shift`` points before the start less the mean of all earlier ones; the base counts as one."""
    before = np.flatnonzero(study.before)
    late, early = before[before.size - (shift - 1) :], before[: before.size - (shift - 1)]
    weights = np.zeros(study.estimate.size)
    weights[late] = 1 / shift
    weights[early] = -1 / early.size
    return contrast(study, weights)
