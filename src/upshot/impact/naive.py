"""What a dashboard would say: before against after, and trained against the rest."""

import numpy as np
import numpy.typing as npt

from upshot.impact.estimate import Naive
from upshot.impact.influence import CellMeans
from upshot.impact.moments import Floats, Moments

__all__ = ["naive_figures"]


def naive_figures(moments: Moments, means: CellMeans) -> Naive:
    """Compute the two figures from cohort means, over person-periods.

    Before and after compare the same people: cohorts seen on one side of their start only are
    left out of that figure. Trained against the rest uses the periods in which there are both.
    """
    times = np.array(moments.periods)
    starts = np.array([np.inf if cell.cohort is None else cell.cohort for cell in moments.cells])
    after = times[None, :] >= starts[:, None]
    level = means.mean + moments.shift
    seen = (means.den * after).sum(axis=1) > 0
    unseen = (means.den * ~after).sum(axis=1) > 0
    both = (seen & unseen)[:, None]
    now, then = _mean(level, means.den, after & both), _mean(level, means.den, ~after & both)
    mixed = ((means.den * after).sum(axis=0) > 0) & ((means.den * ~after).sum(axis=0) > 0)
    treated, rest = _mean(level, means.den, after & mixed), _mean(level, means.den, ~after & mixed)
    return Naive(
        before_after=_gap(now, then),
        before_after_relative=_share(now, then),
        treated_vs_rest=_gap(treated, rest),
        treated_vs_rest_relative=_share(treated, rest),
    )


def _mean(level: Floats, den: Floats, chosen: npt.NDArray[np.bool_]) -> float | None:
    weight = den * chosen
    return float((level * weight).sum() / weight.sum()) if weight.sum() > 0 else None


def _gap(left: float | None, right: float | None) -> float | None:
    return None if left is None or right is None else left - right


def _share(left: float | None, right: float | None) -> float | None:
    return None if left is None or not right else left / right - 1 if right > 0 else None
