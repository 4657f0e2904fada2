"""Static two-way fixed effects: the regression most people run, shown as the thing to distrust."""

import numpy as np
from scipy import sparse

from upshot.errors import DesignError
from upshot.impact.influence import CellMeans, Linear
from upshot.impact.moments import Floats, Moments

__all__ = ["negative_weight", "two_way_fixed_effects"]


def two_way_fixed_effects(moments: Moments, means: CellMeans) -> Linear:
    """Coefficient of "treated now" with unit and period effects, as one parameter.

    By Frisch–Waugh–Lovell the regressor, cleared of both effects, depends on cohort and period
    alone, so cohort means suffice. With staggered starts it weights some effects negatively
    (Goodman-Bacon 2021; de Chaisemartin & D'Haultfœuille 2020).

    Raises
    ------
    DesignError
        If the panel is unbalanced (the clearing then depends on who is present when), or
        treatment does not vary once both effects are taken out.
    """
    if moments.varying:
        raise DesignError("Two-way fixed effects from cohort means need a balanced panel.")
    share = means.size / means.size.sum()
    cleared = _cleared(moments, share)
    scale = float(means.size @ (cleared**2).sum(axis=1))
    if scale <= 1e-12 * means.size.sum():
        raise DesignError("Treatment does not vary once unit and period effects are taken out.")
    slope = means.size[:, None] * cleared / scale
    estimate = float((slope * means.mean).sum())
    rest = means.mean - share @ means.mean - estimate * cleared
    by_size = (cleared * rest).sum(axis=1) / scale
    C, T = cleared.shape
    return Linear(
        np.array([estimate]),
        sparse.csr_array(slope.reshape(1, -1)),
        sparse.csr_array((1, C * T), dtype=np.float64),
        sparse.csr_array(by_size[None, :]),
    )


def negative_weight(moments: Moments, means: CellMeans) -> float:
    """Sum of the weights below zero that the coefficient gives to effects of treated cells.

    All weights add up to 1 (de Chaisemartin & D'Haultfœuille 2020, theorem 1); 0 if none is negative.
    """
    weights = means.size[:, None] * _cleared(moments, means.size / means.size.sum()) * _treated(moments)
    return float(np.minimum(weights, 0.0).sum() / weights.sum())


def _treated(moments: Moments) -> Floats:
    starts = np.array([np.inf if cell.cohort is None else cell.cohort for cell in moments.cells])
    return (np.array(moments.periods)[None, :] >= starts[:, None]).astype(np.float64)


def _cleared(moments: Moments, share: Floats) -> Floats:
    """Treatment cleared of unit and period effects, shape (C, T)."""
    treated = _treated(moments)
    own = treated.mean(axis=1)
    return np.asarray(treated - own[:, None] - share @ treated + share @ own)
