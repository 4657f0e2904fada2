"""How the planned estimator weighs cohort means: the effect's own weights and the pre-period adjustment's."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError

__all__ = ["PLANNED", "Planned", "adjusted_variance", "planned_weights"]

Floats = npt.NDArray[np.float64]
Planned = Literal["difference", "change", "ancova", "callaway-santanna", "roth-santanna"]
PLANNED: tuple[Planned, ...] = get_args(Planned)


def planned_weights(
    starts: Sequence[int | None],
    sizes: Sequence[float],
    n_periods: int,
    *,
    lag: int = 0,
    before: int | None = None,
) -> tuple[Floats, Floats]:
    """Weights on cohort-by-period means of the effect and of the pre-period difference.

    Every cohort-period in which a cohort has started ``lag`` or more periods ago, and some other
    has not started, is one comparison of that cohort with all not yet started; comparisons are
    averaged by cohort size (the ``simple`` aggregation).

    Parameters
    ----------
    starts
        First treated period of each cohort, counted from the study's first period; ``None`` or
        beyond the end is not treated within it. Length G.
    sizes
        Units (or shares) of each cohort, positive. Length G.
    n_periods
        Periods of the study, T.
    lag
        Periods after the start that do not count yet.
    before
        How many periods before the start the adjustment averages; ``None`` is the last one alone
        (Callaway & Sant'Anna 2021; Roth & Sant'Anna 2023, X-hat of §2.2).

    Returns
    -------
    tuple of numpy.ndarray
        Shapes (G, T): the weights of the unadjusted effect, and those of the same comparisons in
        the periods before the start. ``change`` and Callaway & Sant'Anna subtract the second with
        coefficient one, ``ancova`` and Roth & Sant'Anna with the coefficient of least variance.

    Raises
    ------
    DesignError
        If there is never a period in which some have started and others have not.
    """
    weight = np.asarray(sizes, dtype=np.float64)
    first = np.array([n_periods if start is None else min(start, n_periods) for start in starts])
    theta = np.zeros((first.size, n_periods))
    pre = np.zeros_like(theta)
    total = 0.0
    for period in range(n_periods):
        waiting = np.where(first > period, weight, 0.0)
        if not waiting.any():
            break
        control = waiting / waiting.sum()
        for cohort in np.flatnonzero(first + lag <= period):
            contrast = -control
            contrast[cohort] += 1.0
            theta[:, period] += weight[cohort] * contrast
            window = range(max(first[cohort] - (before or 1), 0), first[cohort])
            for earlier in window:
                pre[:, earlier] += weight[cohort] * contrast / len(window)
            total += weight[cohort]
    if total == 0:
        raise DesignError(
            "There is no period in which some have started and others have not, so nothing can be compared. "
            "Let the waves start at different times, or hold a group back until the end of the window."
        )
    return theta / total, pre / total


def adjusted_variance(
    theta: Floats, pre: Floats, sizes: Sequence[float], covariance: Floats, planned: Planned
) -> float:
    """Variance of the planned estimate when every unit has this covariance over the study.

    ``difference``: V(theta). ``change`` and ``callaway-santanna``: V(theta - X).
    ``ancova`` and ``roth-santanna``: V(theta) - C(theta, X)² / V(X), the least over coefficients
    (Roth & Sant'Anna 2023, Proposition 2.1, with equal covariances in all cohorts; for one cohort
    and equal correlations it is McKenzie 2012, equation for ANCOVA with m rounds before and r after).

    Parameters
    ----------
    theta, pre
        From `planned_weights`, shapes (G, T).
    sizes
        Units per cohort, length G.
    covariance
        Of one unit over the study, shape (T, T).
    planned
        The estimator.

    Returns
    -------
    float
        Variance, in squared units of the outcome.
    """

    def cov(left: Floats, right: Floats) -> float:
        return float(np.einsum("gs,st,gt,g->", left, covariance, right, 1 / np.asarray(sizes, dtype=np.float64)))

    match planned:
        case "difference":
            return cov(theta, theta)
        case "change" | "callaway-santanna":
            return cov(theta - pre, theta - pre)
    spread = cov(pre, pre)
    if spread <= 0:
        return cov(theta, theta)
    return max(cov(theta, theta) - cov(theta, pre) ** 2 / spread, 0.0)
