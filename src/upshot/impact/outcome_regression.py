"""Additive regression of outcomes on strata, fit to cell means, with its derivatives."""

from dataclasses import dataclass

import numpy as np

from upshot.impact.moments import Floats
from upshot.impact.strata import Bools

__all__ = ["Regression", "regress", "solvable"]


@dataclass(frozen=True, slots=True)
class Regression:
    """Weighted least squares for P samples over S strata.

    Parameters
    ----------
    fitted
        Predictions for every stratum, shape (P, S).
    """

    x: Floats
    den: Floats
    mean: Floats
    fitted: Floats
    inverse: Floats

    def carried(self, by_fitted: Floats) -> tuple[Floats, Floats]:
        """Carry derivatives by the predictions (P, S) back to denominators and means (P, S).

        From the normal equations ``X'W(m - Xb) = 0``: with q = (X'WX)^-1 X'd,
        ``d/dm = W X q`` and ``d/dw = (m - Xb) X q``.
        """
        step = (by_fitted @ self.x)[:, None, :] @ self.inverse @ self.x.T
        reach = step[:, 0, :]
        return (self.mean - self.fitted) * reach, self.den * reach


def regress(x: Floats, den: Floats, mean: Floats) -> Regression:
    """Fit cell means (P, S) on dummies (S, k), weighted by denominators (P, S).

    Where strata are empty the pseudo-inverse is used: predictions for strata that the fit does not
    reach are then arbitrary, so ask `solvable` first.
    """
    inverse = np.asarray(np.linalg.pinv(_normal(x, den), hermitian=True), dtype=np.float64)
    slope = ((den * mean) @ x)[:, None, :] @ inverse
    return Regression(x, den, mean, (slope @ x.T)[:, 0, :], inverse)


def solvable(x: Floats, den: Floats) -> Bools:
    """Whether the strata with anybody in them settle every coefficient, shape (P,)."""
    seen = _normal(x, (den > 0).astype(np.float64))
    return np.asarray(np.linalg.matrix_rank(seen, hermitian=True) == x.shape[1])


def _normal(x: Floats, weight: Floats) -> Floats:
    return np.asarray(np.einsum("sk,ps,sl->pkl", x, weight, x, optimize=True))
