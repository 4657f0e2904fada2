"""Outlier influence: whether the answer, or its uncertainty, hangs on one wave or a few large teams."""

import numpy as np

from upshot.impact.aggregate import aggregate
from upshot.impact.callaway_santanna import GroupTime
from upshot.impact.design import Design
from upshot.impact.estimate import CheckResult
from upshot.impact.influence import CellMeans, Linear, variances
from upshot.impact.moments import Floats, Moments

__all__ = ["effective_clusters", "outlier_influence"]

NAME = "outlier-influence"
MOVES = 2.0
"""Standard errors by which leaving one wave out may move the answer before it is worth saying."""
CARRIES = 0.5
STANDS_OUT = 3.0
"""A group that carries half of the variance, and three times its share of the units, stands out."""


def outlier_influence(effects: GroupTime, moments: Moments, means: CellMeans) -> CheckResult:
    """Leave each wave out of the average, and see which group of units carries the variance.

    Decides nothing: a wave may stand out because the programme worked better there.
    """
    simple = aggregate(effects, moments, means, Design())
    if simple.overall is None:
        return CheckResult(name=NAME, status="not_applicable", text="There is no average to leave a wave out of.")
    total = float(variances(moments, means, simple.overall)[0])
    if not total > 0:
        return CheckResult(name=NAME, status="not_applicable", text="The average has no measurable spread.")
    moves = _leave_one_out(effects, moments, means, float(simple.overall.estimate[0])) / np.sqrt(total)
    share, stands_out = _carriers(moments, means, simple.overall, total)
    largest = float(np.abs(moves).max(initial=0.0))
    details = {"largest_move_in_std_errors": largest, "largest_share_of_variance": share}
    said = []
    if largest > MOVES:
        said.append("Leaving one wave out moves the answer by more than twice its standard error.")
    if stands_out:
        said.append("One group of people carries most of the uncertainty; look for extreme readings there.")
    if not said:
        said.append("No single wave decides the answer, and none carries most of its uncertainty.")
    return CheckResult(
        name=NAME,
        status="informative" if largest > MOVES or stands_out else "passed",
        code="heavy-readings" if stands_out else "one-wave-decides" if largest > MOVES else None,
        text=" ".join(said),
        statistic=largest,
        details=details,
    )


def effective_clusters(moments: Moments) -> float:
    """Clusters of equal size that would tell as much: G / (1 + CV²) (Carter, Schnepel & Steigerwald 2017)."""
    if not moments.clustered or not moments.sized:
        return float(sum(block.count for block in moments.blocks))
    total, square = 0.0, 0.0
    for block in moments.blocks:
        where = np.arange(len(block.cells)) * moments.channels
        size = float(block.mean[where].sum())
        total += block.count * size
        square += float(block.centred[np.ix_(where, where)].sum()) + block.count * size**2
    return total**2 / square if square > 0 else 0.0


def _leave_one_out(effects: GroupTime, moments: Moments, means: CellMeans, overall: float) -> Floats:
    """Answer without each wave less the answer; the wave stays in others' comparison groups."""
    cohorts = np.unique(effects.cohort)
    if cohorts.size < 3:
        return np.zeros(0)
    post = (effects.event_time >= 0) & ~effects.reference
    starts = np.array([np.nan if cell.cohort is None else cell.cohort for cell in moments.cells])
    size = np.array([means.size[starts == cohort].sum() for cohort in effects.cohort]) * post
    weighted = size * effects.linear.estimate
    left = [(effects.cohort != cohort) for cohort in cohorts]
    return np.array([weighted[keep].sum() / size[keep].sum() - overall for keep in left if size[keep].sum() > 0])


def _carriers(moments: Moments, means: CellMeans, overall: Linear, total: float) -> tuple[float, bool]:
    """Largest share of the variance one block carries, and whether its units vary far more than the rest."""
    if len(moments.blocks) < 2:
        return 1.0, False
    largest, stands_out = 0.0, False
    units = sum(block.count for block in moments.blocks)
    for block in moments.blocks:
        alone = Moments(
            moments.periods,
            moments.cells,
            moments.people,
            (block,),
            moments.sized,
            moments.varying,
            moments.clustered,
            moments.shift,
        )
        share = float(variances(alone, means, overall)[0]) / total
        largest = max(largest, share)
        stands_out |= share > CARRIES and _spread_of(block, moments) > STANDS_OUT**2 * _rest(block, moments)
    return largest, stands_out and units > 0


def _spread_of(block: object, moments: Moments) -> float:
    """Mean variance of the outcomes within a block."""
    T = len(moments.periods)
    found = next(b for b in moments.blocks if b is block)
    spread = np.diag(found.centred).reshape(len(found.cells), -1)[:, -T:].mean()
    return float(spread / max(found.count - 1, 1))


def _rest(block: object, moments: Moments) -> float:
    others = [(_spread_of(b, moments), b.count) for b in moments.blocks if b is not block and b.count > 1]
    count = sum(n for _, n in others)
    return sum(value * n for value, n in others) / count if count else float("inf")
