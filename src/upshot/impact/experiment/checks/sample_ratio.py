"""Sample ratio: did the arms come out in the shares that were planned."""

from collections.abc import Mapping

import numpy as np
from scipy import stats

from upshot.errors import DesignError
from upshot.impact.estimate import CheckResult
from upshot.impact.experiment.rows import Rows

__all__ = ["sample_ratio_check"]

_NAME = "sample-ratio"
_FAILS_BELOW = 0.001


def sample_ratio_check(rows: Rows, planned_shares: Mapping[int | float | str, float] | None) -> CheckResult:
    """Chi-square test of the arms' sizes against the planned shares; fails below p = 0.001.

    Counts clusters when whole clusters were assigned, else rows, missing outcomes included.

    Parameters
    ----------
    rows
        All rows as assigned.
    planned_shares
        Share of each arm by its label; any positive scale.

    Raises
    ------
    DesignError
        If the shares do not name exactly the arms, or one is not above 0.
    """
    if planned_shares is None:
        text = "The planned share of each arm was not given, so the sample ratio was not checked."
        return CheckResult(name=_NAME, status="not_applicable", text=text)
    shares = {str(label): share for label, share in planned_shares.items()}
    if set(shares) != {str(arm) for arm in rows.arms} or not all(share > 0 for share in shares.values()):
        raise DesignError(
            f"planned_shares must give a share above 0 for each of the arms {', '.join(map(repr, rows.arms))}. "
            f"Got {dict(planned_shares)!r} instead."
        )
    planned = np.array([shares[str(arm)] for arm in rows.arms])
    people = np.bincount(rows.arm, minlength=rows.n_arms)
    counts = rows.units_by_cell().sum(axis=0) if rows.assigned_by_cluster else people
    expected = counts.sum() * planned / planned.sum()
    statistic = float(((counts - expected) ** 2 / expected).sum())
    p_value = float(stats.chi2.sf(statistic, rows.n_arms - 1))
    seen = ", ".join(f"{arm}: {n} ({e:.1f} planned)" for arm, n, e in zip(rows.arms, counts, expected, strict=True))
    failed = p_value < _FAILS_BELOW
    ending = "Someone was lost or added after the lot was drawn." if failed else "Chance explains the difference."
    return CheckResult(
        name=_NAME,
        status="failed" if failed else "passed",
        code="sample-ratio-mismatch" if failed else None,
        text=f"Sizes of the arms: {seen}. {ending}",
        statistic=statistic,
        p_value=p_value,
    )
