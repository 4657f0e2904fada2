"""Sample ratio: whether the waves came out in the sizes that were planned."""

from collections.abc import Mapping

import numpy as np
from scipy import special

from upshot.impact.estimate import CheckResult

__all__ = ["sample_ratio"]

NAME = "sample-ratio"
FAILED = 0.001
"""The bar that experimenters use for this check (Fabijan et al. 2019): it should never fire by chance."""


def sample_ratio(counts: Mapping[int | None, int], planned: Mapping[int | None, float] | None) -> CheckResult:
    """Chi-squared test of the number of randomised units per start against the planned shares.

    Parameters
    ----------
    counts
        Randomised units by start period; ``None`` for those who never start.
    planned
        Planned share of each start period, any positive scale; ``None`` if nothing was planned.
    """
    if not planned:
        text = "No wave sizes were planned, so they cannot be compared with what happened."
        return CheckResult(name=NAME, status="not_applicable", code="no-planned-shares", text=text)
    starts = sorted(set(planned) | set(counts), key=lambda start: (start is None, start or 0))
    seen = np.array([counts.get(start, 0) for start in starts], dtype=np.float64)
    share = np.array([planned.get(start, 0.0) for start in starts], dtype=np.float64)
    if (seen[share == 0] > 0).any():
        text = "Some people started in a period for which no wave was planned."
        return CheckResult(name=NAME, status="failed", code="sample-ratio", text=text, p_value=0.0)
    expected = share / share.sum() * seen.sum()
    keep = expected > 0
    statistic = float(((seen - expected)[keep] ** 2 / expected[keep]).sum())
    p_value = float(special.chdtrc(int(keep.sum()) - 1, statistic)) if keep.sum() > 1 else 1.0
    if p_value < FAILED:
        text = "The waves came out in other sizes than planned; somebody or something changed who started when."
        return CheckResult(
            name=NAME, status="failed", code="sample-ratio", text=text, statistic=statistic, p_value=p_value
        )
    text = "The waves came out in the sizes that were planned."
    return CheckResult(name=NAME, status="passed", text=text, statistic=statistic, p_value=p_value)
