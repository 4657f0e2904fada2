"""Intervals and bands from an estimate and its covariance."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from upshot.impact.moments import Floats

__all__ = ["Interval", "interval", "simultaneous_quantile"]

DRAWS = 100_000
"""Draws behind a band; the 95 % quantile is then known to about 0.5 %."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A two-sided normal interval with its test of zero."""

    statistic: float
    p_value: float
    conf_low: float
    conf_high: float


def interval(estimate: float, std_error: float, level: float, *, df: float | None = None) -> Interval | None:
    """Two-sided interval, normal or Student's t with ``df``; ``None`` without spread to judge by."""
    if not std_error > 0 or not np.isfinite(std_error):
        return None
    upper, statistic = (1 + level) / 2, estimate / std_error
    half = float(special.ndtri(upper) if df is None else special.stdtrit(df, upper)) * std_error
    tail = special.ndtr(-abs(statistic)) if df is None else special.stdtr(df, -abs(statistic))
    return Interval(statistic, float(2 * tail), estimate - half, estimate + half)


def simultaneous_quantile(covariance: Floats, level: float, seed: int) -> float | None:
    """Critical value of the sup-t band: all terms at once with probability ``level``.

    The quantile of the largest absolute t over draws from N(0, correlation) (Montiel Olea &
    Plagborg-Møller 2019, algorithm 1). Terms without spread are left out; ``None`` if none is left.

    Examples
    --------
    >>> bool(abs(simultaneous_quantile(np.eye(1), 0.95, seed=1) - 1.96) < 0.02)
    True
    """
    spread = np.sqrt(np.clip(np.diag(covariance), 0, None))
    keep = spread > 0
    if not keep.any():
        return None
    scale = spread[keep]
    correlation = covariance[np.ix_(keep, keep)] / np.outer(scale, scale)
    root = _root(correlation)
    generator = np.random.default_rng(seed)
    largest = [
        np.abs(generator.standard_normal((DRAWS // 10, root.shape[1]), dtype=np.float32) @ root.T).max(axis=1)
        for _ in range(10)
    ]
    return float(max(np.quantile(np.concatenate(largest), level), special.ndtri((1 + level) / 2)))


def _root(correlation: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    values, vectors = np.linalg.eigh(correlation)
    keep = values > 1e-10 * values[-1]
    return np.asarray(vectors[:, keep] * np.sqrt(values[keep]), dtype=np.float32)
