"""Sensitivity: how different trends after the start could be before the answer changes its sign."""

from dataclasses import replace

import numpy as np

from upshot.impact.checks.event_study import WINDOW, EventStudy
from upshot.impact.estimate import CheckResult
from upshot.impact.honest import sensitivity_check

__all__ = ["sensitivity"]


def sensitivity(study: EventStudy | None, *, level: float) -> CheckResult:
    """Rambachan & Roth (2023) on the average effect over the periods near the start.

    It states what the answer survives and never lowers a grade: the larger an effect, the more it
    survives, and a grade must not depend on that.
    """
    if study is None:
        text = "No event study could be formed."
        return CheckResult(name="sensitivity", status="not_applicable", code="sensitivity-no-pre-period", text=text)
    n_pre = int(study.before.sum())
    after = study.event_time[n_pre:] >= 0
    found = sensitivity_check(
        study.estimate,
        study.covariance,
        n_pre,
        study.estimate.size - n_pre,
        weights=after / after.sum() if after.any() else np.zeros(0),
        level=level,
        anticipation=study.anticipation,
        event_times=[int(e) for e in study.event_time],
    )
    if not study.trimmed or found.status == "not_applicable":
        return found
    return replace(found, text=f"{found.text} (The {WINDOW} periods on either side of the start.)")
