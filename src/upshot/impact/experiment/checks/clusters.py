"""Few clusters: are there enough for the intervals to mean what they say."""

import math

import numpy as np

from upshot.impact.estimate import CheckResult
from upshot.impact.experiment.rows import Rows

__all__ = ["cluster_check"]

_NAME = "few-clusters"
_ENOUGH = 12


def cluster_check(rows: Rows, level: float) -> CheckResult:
    """Clusters by arm, and whether any lot could show an effect at this level.

    Fails when re-drawing the lot in every possible way could not give a p-value below
    1 − level; informative below 12 clusters.

    Parameters
    ----------
    rows
        Rows the estimate is computed from.
    """
    if not rows.clustered:
        return CheckResult(name=_NAME, status="not_applicable", text="People, not clusters, were assigned.")
    cells = rows.units_by_cell()
    by_arm = cells.sum(axis=0)
    total = int(rows.cluster.max()) + 1
    by_lot = [_smallest_p(cells[:, [0, a]]) for a in range(1, rows.n_arms)]
    smallest_p = max(by_lot) if rows.assigned_by_cluster else 0.0
    counts = ", ".join(f"{arm}: {n}" for arm, n in zip(rows.arms, by_arm, strict=True))
    details = {"clusters": total, "smallest_possible_p": smallest_p}
    if smallest_p > 1 - level:
        text = (
            f"With clusters {counts}, no lot could have shown an effect: the smallest possible p is {smallest_p:.3g}."
        )
        return CheckResult(name=_NAME, status="failed", code="too-few-clusters", text=text, details=details)
    if total < _ENOUGH:
        text = f"There are {total} clusters ({counts}); read the randomisation test beside the interval."
        return CheckResult(name=_NAME, status="informative", code="few-clusters", text=text, details=details)
    return CheckResult(name=_NAME, status="passed", text=f"There are {total} clusters ({counts}).", details=details)


def _smallest_p(cells: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> float:
    ways = math.prod(math.comb(int(row.sum()), int(row[1])) for row in cells)
    mirrored = bool((cells[:, 0] == cells[:, 1]).all())
    return min(1.0, (2.0 if mirrored else 1.0) / ways) if ways < 10**15 else 0.0
