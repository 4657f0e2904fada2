"""Least squares over the simplex: weights that are not negative and sum to one, found exactly."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from upshot.errors import DesignError

__all__ = ["simplex_weights"]

Floats = npt.NDArray[np.float64]


def simplex_weights(A: npt.ArrayLike, b: npt.ArrayLike, *, ridge: float = 0.0, intercept: bool = False) -> Floats:
    """Weights that minimise ||A w - b||² / n + ridge² ||w||² over the simplex.

    On the simplex A w - b = G w with G = A - b 1', so the problem is the point of least norm in
    the convex hull of G's columns. Non-negative least squares on [G; 1'] x ≈ [0; 1] has the
    solution x = s w with s = 1 / (1 + ||G w||²) > 0, hence w = x / sum(x) exactly (Lawson & Hanson
    1974, ch. 23, the least-distance problem): an active-set answer, with no stopping tolerance.

    Parameters
    ----------
    A
        Donors' outcomes, shape (n, k): one column a donor.
    b
        What they should reproduce, shape (n,).
    ridge
        Penalty in the outcome's units (zeta in Arkhangelsky et al. 2021, eq. 2.1), >= 0.
    intercept
        Whether a free constant is allowed between A w and b (their omega_0).

    Returns
    -------
    numpy.ndarray
        Shape (k,), >= 0, sum 1.

    Raises
    ------
    DesignError
        If the shapes do not match, there is no donor or no row, or a number is not finite.

    Examples
    --------
    >>> simplex_weights([[0.0, 2.0], [0.0, 4.0]], [1.0, 2.0]).round(12).tolist()
    [0.5, 0.5]
    """
    donors, target = np.asarray(A, float), np.asarray(b, float)
    if donors.ndim != 2 or target.shape != donors.shape[:1] or 0 in donors.shape:
        raise DesignError("simplex_weights needs a matrix of donors with as many rows as the target, and one or more.")
    if not (np.isfinite(donors).all() and np.isfinite(target).all() and np.isfinite(ridge) and ridge >= 0):
        raise DesignError("simplex_weights needs finite outcomes and a ridge that is not negative.")
    if intercept:
        donors, target = donors - donors.mean(axis=0), target - target.mean()
    return _nearest_in_hull(donors - target[:, None], ridge * np.sqrt(len(target)))


def _nearest_in_hull(G: Floats, penalty: float) -> Floats:
    k = G.shape[1]
    rows = np.vstack([G, penalty * np.eye(k)]) if penalty > 0 else G
    scale = float(np.abs(rows).max()) or 1.0
    right = np.zeros(len(rows) + 1)
    right[-1] = 1.0
    x, _ = nnls(np.vstack([rows / scale, np.ones(k)]), right, maxiter=100 * k)
    weights: Floats = x / x.sum()
    return weights
