"""Conformal inference for one start date: is the gap after unlike the gaps of all other periods."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError
from upshot.impact.synthetic.gaps import noise_of
from upshot.impact.synthetic.simplex import simplex_weights
from upshot.impact.synthetic.teams import TeamPanel, cohorts_of

__all__ = ["conformal_interval", "conformal_p_value"]

Floats = npt.NDArray[np.float64]

_STEPS = 24


def conformal_p_value(panel: TeamPanel, effect: float = 0.0, *, intercept: bool = False) -> float:
    """P-value of a constant effect (Chernozhukov, Wüthrich & Zhu 2021, section 2, q = 1).

    The effect is taken off the treated, the synthetic control is fitted to *all* periods, and the
    mean absolute gap after the start is ranked among the cyclic shifts of the gaps over time, so
    that serial dependence is kept. The smallest possible value is one over the periods.

    Raises
    ------
    DesignError
        If the treated units do not share one start with two or more periods before it, or no
        donor is there.
    """
    cohorts, _ = cohorts_of(panel)
    donors = panel.donors
    if len(cohorts) != 1 or not len(donors):
        raise DesignError("conformal_p_value needs one start date, two periods before it and at least one donor.")
    cohort = cohorts[0]
    target = panel.outcome[cohort.treated].mean(axis=0)
    target[cohort.post] -= effect
    ridge = 1e-6 * noise_of(panel.outcome, donors, cohort.pre)
    matrix = panel.outcome[donors].T
    gaps = target - matrix @ simplex_weights(matrix, target, ridge=ridge, intercept=intercept)
    return _shift_rank(gaps - gaps.mean() if intercept else gaps, len(cohort.post))


def _shift_rank(gaps: Floats, n_post: int) -> float:
    shifts = np.array([np.abs(np.roll(gaps, s)[-n_post:]).mean() for s in range(len(gaps))])
    return float(np.mean(shifts >= shifts[0] * (1 - 1e-9)))


def conformal_interval(panel: TeamPanel, *, level: float = 0.95, intercept: bool = False) -> tuple[float, float] | None:
    """Constant effects that `conformal_p_value` does not reject at ``1 - level``.

    ``None`` when the panel has too few periods for any p-value that small, or when the set is not
    bounded within a hundred spreads of the gap.
    """
    if 1.0 / len(panel.periods) > 1 - level:
        return None
    cohorts, _ = cohorts_of(panel)
    centre, width = _start_of_search(panel, intercept)
    if not width or len(cohorts) != 1:
        return None

    def kept(effect: float) -> bool:
        return conformal_p_value(panel, effect, intercept=intercept) > 1 - level + 1e-12

    if not kept(centre):
        return None
    low, high = _edge(kept, centre, -width), _edge(kept, centre, width)
    return (low, high) if low is not None and high is not None else None


def _start_of_search(panel: TeamPanel, intercept: bool) -> tuple[float, float]:
    cohort = cohorts_of(panel)[0][0]
    target, matrix = panel.outcome[cohort.treated].mean(axis=0), panel.outcome[panel.donors].T
    weights = simplex_weights(matrix[cohort.pre], target[cohort.pre], intercept=intercept)
    gaps = target - matrix @ weights
    gaps = gaps - gaps[cohort.pre].mean() if intercept else gaps
    return float(gaps[cohort.post].mean()), float(gaps.std())


def _edge(kept: Callable[[float], bool], centre: float, step: float) -> float | None:
    inside = centre
    for k in range(8):
        outside = centre + step * 2.0**k
        if not kept(outside):
            return _bisect(kept, inside, outside)
        inside = outside
    return None


def _bisect(kept: Callable[[float], bool], inside: float, outside: float) -> float:
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if kept(middle) else (inside, middle)
    return outside
