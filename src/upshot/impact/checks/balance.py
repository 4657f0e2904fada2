"""Balance of waves: whether chance put like with like before anyone started."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import special

from upshot.impact.estimate import CheckResult, Status
from upshot.impact.roth_santanna import Cohorts, Weights, contrast_covariance

__all__ = ["balance_of_waves"]

NAME = "balance"
FAILED = 0.01
UNEVEN = 0.001


def balance_of_waves(cohorts: Cohorts, weights: Weights) -> CheckResult:
    """Test that a lot could have made these waves.

    First the difference that enters the estimate: the pre-start contrast X of Roth & Sant'Anna
    (2023, section 5), which has mean zero under random start dates. Then all waves at once:
    equal mean outcomes before the first start, with the spread pooled over waves, as it is the
    same for all under a lot (F-type statistic, chi-squared with waves - 1 degrees of freedom).

    Parameters
    ----------
    weights
        The headline's contrast, one row.
    """
    early = cohorts.times < cohorts.start[0] if cohorts.start.size else np.zeros(0, dtype=bool)
    if cohorts.start.size < 2 or not early.any():
        text = "There is no period before the first wave, so the waves cannot be compared at the outset."
        return CheckResult(name=NAME, status="not_applicable", code="no-balance-test", text=text)
    contrast = float(np.einsum("pgt,gt->p", weights.before, cohorts.mean)[0])
    variance = float(contrast_covariance(cohorts, weights.before, weights.before)[0, 0])
    if not variance > 0:
        text = "The outcome did not vary before the first wave, so there is nothing to compare at the outset."
        return CheckResult(name=NAME, status="not_applicable", code="no-balance-test", text=text)
    statistic = contrast / np.sqrt(variance)
    p_value = float(2 * special.ndtr(-abs(statistic)))
    uneven = _all_waves(cohorts, early)
    details = {"contrast": contrast, "std_error": float(np.sqrt(variance)), **uneven}
    return _verdict(float(statistic), p_value, uneven.get("waves_p_value"), details)


def _all_waves(cohorts: Cohorts, early: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> dict[str, Any]:
    level = cohorts.mean[:, early].mean(axis=1)
    spread = cohorts.spread[:, early][:, :, early].mean(axis=(1, 2))
    pooled = float((cohorts.count - 1) @ spread / (cohorts.count - 1).sum())
    if not pooled > 0:
        return {}
    common = cohorts.count @ level / cohorts.total
    statistic, df = float(cohorts.count @ (level - common) ** 2 / pooled), cohorts.start.size - 1
    return {"waves_statistic": statistic, "waves_df": df, "waves_p_value": float(special.chdtrc(df, statistic))}


def _verdict(statistic: float, p_value: float, waves: float | None, details: Mapping[str, Any]) -> CheckResult:
    status: Status
    code: str | None
    if p_value < FAILED:
        text = "Those who started earlier already differed from those still waiting, more than a lot makes likely."
        status, code = "failed", "unbalanced"
    elif waves is not None and waves < UNEVEN:
        text = (
            "Earlier and later starters were alike on average, but single waves differed before the first one "
            "started more than a lot makes likely."
        )
        status, code = "failed", "uneven-waves"
    else:
        text = "Before the first wave started, the waves were alike, as a fair lot would make them."
        status, code = "passed", None
    return CheckResult(
        name=NAME,
        status=status,
        code=code,
        text=text,
        statistic=statistic,
        p_value=p_value,
        details=details,
    )
