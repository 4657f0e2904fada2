"""The hybrid conditional and least-favourable test of moment inequalities, over known dual vertices.

Andrews, Roth & Pakes (2023), sections 3 and 5, on the form Rambachan & Roth (2023, section 3) give it.
The statistic is the largest of V linear functions of the data. Here all V depend on two normal
variables only, so the least-favourable critical value is a one-dimensional integral, not a simulation.
"""

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr

from upshot.impact.honest.study import Floats

__all__ = ["FIRST_STAGE", "accepted", "least_favourable"]

FIRST_STAGE = 0.1
"""Share of the size spent on the least-favourable stage (Andrews, Roth & Pakes: alpha / 10)."""

_NODES = 1024
_SAME = 1e-10
_ROUNDS = 60
_FAR = 40.0


def least_favourable(vertices: Floats, factor: Floats, size: float) -> Floats:
    """Critical value of the largest of V functions of a centred bivariate normal.

    Parameters
    ----------
    vertices
        Coefficients of the functions, shape (C, V, 2), for C separate problems.
    factor
        Matrix ``F`` with ``F F'`` the covariance of the two variables, shape (C, 2, 2).
    size
        Probability with which the largest exceeds the critical value.

    Returns
    -------
    numpy.ndarray
        Shape (C,).

    Notes
    -----
    In polar coordinates the radius integrates out:
    ``P(max > c) = (1/2π) ∫ exp(-c² / 2 m(φ)²) dφ`` with ``m(φ)`` the largest function in direction
    φ. The periodic rule with 1,024 nodes gives ``c`` to a relative 1e-6.
    """
    angle = (np.arange(_NODES) + 0.5) * (2 * np.pi / _NODES)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    reach = np.maximum((vertices @ (factor @ circle)).max(axis=1), 0.0)
    with np.errstate(divide="ignore"):
        half = -0.5 / reach**2
    return _tail_inverse(half, reach.max(axis=1), size)


def _tail_inverse(half: Floats, longest: Floats, size: float) -> Floats:
    low: Floats = np.zeros_like(longest)
    high: Floats = longest * np.sqrt(-2 * np.log(size))
    guess: Floats = high.copy()
    for _ in range(_ROUNDS):
        weight = np.exp(half * guess[:, None] ** 2)
        tail = weight.mean(axis=1)
        low, high = np.where(tail > size, guess, low), np.where(tail > size, high, guess)
        with np.errstate(invalid="ignore"):
            slope = 2 * guess * (np.where(weight > 0, half, 0.0) * weight).mean(axis=1)
        step = guess - np.divide(np.log(tail / size) * tail, slope, out=np.zeros_like(slope), where=slope < 0)
        newer = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        done = np.abs(newer - guess) <= 1e-12 * longest
        guess = newer
        if done.all():
            break
    return guess


def accepted(values: Floats, covariance: Floats, critical: Floats, size: float) -> npt.NDArray[np.bool_]:
    """Whether each hypothesis survives the hybrid test.

    Parameters
    ----------
    values
        The V functions at the data, shape (C, G, V), for G hypotheses in each of C problems.
    covariance
        Their covariance, shape (C, V, V).
    critical
        Least-favourable critical values at ``FIRST_STAGE * size``, shape (C,).
    size
        Size of the whole test, 1 less the level.

    Returns
    -------
    numpy.ndarray
        Booleans of shape (C, G).
    """
    star = values.argmax(axis=2)
    largest = np.take_along_axis(values, star[..., None], axis=2)[..., 0]
    variance = np.take_along_axis(np.diagonal(covariance, axis1=1, axis2=2), star, axis=1)
    low, high = _truncation(values, covariance, star, largest, variance)
    high = np.minimum(high, critical[:, None])
    share = _upper_share(largest, low, high, np.sqrt(variance))
    second = (1 - FIRST_STAGE) * size / (1 - FIRST_STAGE * size)
    kept = (largest <= critical[:, None]) & (share >= second) & (variance > 0)
    return kept | (largest <= 0)


def _truncation(
    values: Floats, covariance: Floats, star: npt.NDArray[np.intp], largest: Floats, variance: Floats
) -> tuple[Floats, Floats]:
    # What must hold of the largest function for it to be the largest, given all that is independent of it.
    problem = np.arange(len(values))[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = covariance[problem, star] / variance[..., None]
        bound = (values - slope * largest[..., None]) / (1 - slope)
    low = np.where(slope < 1 - _SAME, bound, -np.inf).max(axis=2)
    high = np.where(slope > 1 + _SAME, bound, np.inf).min(axis=2)
    return np.minimum(low, largest), np.maximum(high, largest)


def _upper_share(value: Floats, low: Floats, high: Floats, spread: Floats) -> Floats:
    # P(Z > value | low < Z < high) for a centred normal, in logs so that far tails stay exact.
    value, low = np.minimum(value, high), np.minimum(low, high)
    with np.errstate(divide="ignore", invalid="ignore"):
        at, start, end = (log_ndtr(-np.clip(edge / spread, -_FAR, np.inf)) for edge in (value, low, high))
        share = np.exp(at - start) * -np.expm1(end - at) / -np.expm1(end - start)
    return np.nan_to_num(share, nan=0.0)
