"""Differential attrition: are outcomes missing more often in one arm, and how much that could hide."""

from typing import Any

import numpy as np

from upshot.impact.estimate import CheckResult
from upshot.impact.experiment.checks.blocks import arms_linked, whole_blocks
from upshot.impact.experiment.fit import fit_rows
from upshot.impact.experiment.intervals import joint_test
from upshot.impact.experiment.lee import lee_bounds
from upshot.impact.experiment.rows import Rows

__all__ = ["attrition_check"]

_NAME = "attrition"
_FAILS_BELOW = 0.05


def attrition_check(rows: Rows) -> CheckResult:
    """Joint test that outcomes are as often missing in every arm, with Lee (2009) bounds; fails below p = 0.05.

    Parameters
    ----------
    rows
        All rows as assigned; a missing outcome is NaN.
    """
    seen = ~np.isnan(rows.outcome)
    if seen.all():
        return CheckResult(name=_NAME, status="passed", text="Every outcome was seen.")
    by_arm = {str(arm): float(1 - seen[rows.arm == a].mean()) for a, arm in enumerate(rows.arms)}
    shares = ", ".join(f"{arm}: {share:.1%}" for arm, share in by_arm.items())
    bounds = {str(rows.arms[a]): _bounds(rows, a) for a in range(1, rows.n_arms)}
    details: dict[str, Any] = {"share_missing": by_arm, "lee_bounds": {k: v for k, v in bounds.items() if v}}
    test = _test(rows, seen.astype(np.float64))
    if test is None:
        text = f"Outcomes are missing ({shares}); there are too few units to test whether the arms differ."
        return CheckResult(name=_NAME, status="informative", code="attrition-untested", text=text, details=details)
    failed = test[1] < _FAILS_BELOW
    verdict = "the arms differ, so those left may not be alike" if failed else "the arms do not differ beyond chance"
    return CheckResult(
        name=_NAME,
        status="failed" if failed else "passed",
        code="differential-attrition" if failed else None,
        text=f"Outcomes are missing ({shares}); {verdict}.",
        statistic=test[0],
        p_value=test[1],
        details=details,
    )


def _test(rows: Rows, seen: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[float, float] | None:
    usable = whole_blocks(rows)
    if len(usable.arm) < len(rows.arm):
        seen = (~np.isnan(usable.outcome)).astype(np.float64)
    if usable.arm.size == 0 or (usable.units_by_cell().sum(axis=0) < 2).any() or not arms_linked(usable):
        return None
    fit = fit_rows(usable, seen[:, None], np.empty((seen.size, 0)), "HC2")
    arms = slice(0, rows.n_arms - 1)
    if fit.covariance is None:
        return None
    return joint_test(fit.effects[arms, 0], fit.covariance[arms, 0, arms, 0], float(fit.df[arms].min()))


def _bounds(rows: Rows, arm: int) -> dict[str, float] | None:
    one, other = rows.arm == arm, rows.arm == 0
    found = lee_bounds(rows.outcome[one], rows.outcome[other], rows.weights[one], rows.weights[other])
    return None if found is None else {"low": found[0], "high": found[1]}
