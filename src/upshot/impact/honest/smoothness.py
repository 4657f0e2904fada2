"""Robust intervals when the trend's slope may change by at most M from one period to the next.

Rambachan & Roth (2023), sections 2.4.1 and 4.1 (``Δ^SD(M)``; optimal fixed-length intervals, after
Donoho 1994 and Armstrong & Kolesár 2018). The interval is ``l'β_post + v'β_pre ± h``. Written in the
changes of slope, the worst-case bias is ``M (B₀ + ‖x‖₁)`` and the variance is quadratic in ``x``: the
earlier weights ``v`` that matter lie on one l1-penalised path, which serves every ``M``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from upshot.impact.honest.intervals import RobustIntervals
from upshot.impact.honest.path import at_penalty, l1_path
from upshot.impact.honest.relative import check_bounds
from upshot.impact.honest.study import EventStudy, Floats, event_study

__all__ = ["SmoothnessPath", "folded_quantile", "smoothness", "smoothness_ends", "smoothness_path"]

_BISECTIONS = 36
_NEWTON = 50
_RIDGE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class SmoothnessPath:
    """Bias and spread of every useful estimator ``l'β_post + v'β_pre``; the same for all ``M``.

    Parameters
    ----------
    penalties, points
        The l1 path of the weighted slope changes ``x``: shapes (B,) and (B, n_pre - 1).
    quadratic, linear, constant
        The variance is ``constant + 2 linear'x + x'quadratic x``.
    least_variance
        Floor of the variance, so that a singular covariance cannot make it 0 or less.
    fixed_bias
        ``B₀``: worst-case bias per unit of ``M`` that no choice of ``v`` removes.
    origin, turn
        ``v = origin + turn x``, nearest pre-period first; shapes (n_pre,) and (n_pre, n_pre - 1).
    """

    penalties: Floats
    points: Floats
    quadratic: Floats
    linear: Floats
    constant: float
    least_variance: float
    fixed_bias: float
    origin: Floats
    turn: Floats

    def bias_and_spread(self, penalty: Floats) -> tuple[Floats, Floats, Floats]:
        """Bias per unit of ``M`` and standard error at each penalty, and the points there."""
        x = at_penalty(self.penalties, self.points, penalty)
        variance = self.constant + 2 * x @ self.linear + np.einsum("bi,ij,bj->b", x, self.quadratic, x)
        return self.fixed_bias + np.abs(x).sum(axis=1), np.sqrt(np.maximum(variance, self.least_variance)), x


def smoothness(
    estimate: npt.ArrayLike,
    covariance: npt.ArrayLike,
    n_pre: int,
    n_post: int,
    *,
    weights: npt.ArrayLike | None = None,
    bounds: Sequence[float] = (0.0,),
    level: float = 0.95,
    anticipation: int = 0,
    event_times: Sequence[int] | None = None,
) -> RobustIntervals:
    """Optimal fixed-length intervals under ``Δ^SD(M)`` (Rambachan & Roth 2023, section 4.1).

    Parameters
    ----------
    estimate, covariance, n_pre, n_post, weights, anticipation, event_times
        As in `event_study`. With missing event times the bound on a change of slope grows with the
        spans beside it, which is never tighter than the bound on the full grid.
    bounds
        Values of ``M``, each >= 0, in KPI units per period, per period. At 0 the earlier trend goes on
        as a straight line.
    level
        Confidence level, in (0, 1).

    Returns
    -------
    RobustIntervals
        Half-lengths are minimal to about nine digits.

    Raises
    ------
    InputError
        With every problem found.

    Examples
    --------
    One period on each side: the earlier change is taken off, and its noise is added.

    >>> found = smoothness([-1.0, 3.0], np.eye(2), 1, 1, bounds=(0.0,))
    >>> round(found.conf_low[0], 2), round(found.conf_high[0], 2)
    (-0.77, 4.77)
    """
    study = event_study(
        estimate, covariance, n_pre, n_post, weights=weights, anticipation=anticipation, event_times=event_times
    )
    largest = check_bounds(bounds, level)
    low, high = smoothness_ends(study, smoothness_path(study), largest, level)
    inner, outer = _identified(study, largest)
    return RobustIntervals(
        restriction="smoothness",
        estimate=study.point,
        std_error=study.std_error,
        bounds=tuple(largest.tolist()),
        conf_low=tuple(low.tolist()),
        conf_high=tuple(high.tolist()),
        identified_low=inner,
        identified_high=outer,
        level=level,
    )


def smoothness_path(study: EventStudy) -> SmoothnessPath:
    """Estimators that trade worst-case bias for spread, for one event study."""
    pre = study.n_pre
    distance = study.before[::-1]
    slopes, spans = _slope_changes(distance)
    slope_after, changes_after, spans_after = _after(study)
    back: Floats = np.linalg.inv(slopes).astype(np.float64)
    origin, turn = back[:, 0] * slope_after, back[:, 1:] / spans
    sigma = study.covariance
    earlier, shared = sigma[:pre, :pre][::-1, ::-1], (sigma[:pre, pre:] @ study.weights)[::-1]
    quadratic = turn.T @ earlier @ turn
    linear = turn.T @ (earlier @ origin + shared)
    constant = study.std_error**2 + 2 * origin @ shared + origin @ earlier @ origin
    quadratic += _RIDGE * np.trace(quadratic) * np.eye(pre - 1)
    penalties, points = l1_path(quadratic, linear)
    return SmoothnessPath(
        penalties=penalties,
        points=points,
        quadratic=quadratic,
        linear=linear,
        constant=float(constant),
        least_variance=_RIDGE * study.std_error**2,
        fixed_bias=float(np.abs(changes_after) @ spans_after),
        origin=origin,
        turn=turn,
    )


def _slope_changes(distance: Floats) -> tuple[Floats, Floats]:
    # Rows: what v loads on the last slope before the reference, then on each earlier change of slope.
    rows = np.maximum(distance[None, :] - np.append(0.0, distance[:-1])[:, None], 0.0)
    gaps = np.diff(distance, prepend=0.0)
    return rows, (gaps[:-1] + gaps[1:]) / 2


def _after(study: EventStudy) -> tuple[float, Floats, Floats]:
    # What the target loads on that slope and on the changes of slope from the reference on.
    knots = np.append(0.0, study.after[:-1])
    loads = np.maximum(study.after[None, :] - knots[:, None], 0.0) @ study.weights
    gaps = np.append(study.before[-1], study.gaps_after())
    return float(study.after @ study.weights), loads, (gaps[:-1] + gaps[1:]) / 2


def smoothness_ends(study: EventStudy, path: SmoothnessPath, largest: Floats, level: float) -> tuple[Floats, Floats]:
    """Ends of the optimal interval for each ``M``, shapes (len(largest),)."""
    penalty = _best_penalty(path, largest, level)
    bias, spread, x = path.bias_and_spread(penalty)
    half = spread * folded_quantile(largest * bias / spread, level)
    centre = study.point + (path.origin + x @ path.turn.T) @ study.estimate[: study.n_pre][::-1]
    return centre - half, centre + half


def _best_penalty(path: SmoothnessPath, largest: Floats, level: float) -> Floats:
    # The half-length is convex in x, so its slope along the path changes sign once.
    low, high = np.zeros_like(largest), np.full_like(largest, path.penalties[0])
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        bias, spread, _x = path.bias_and_spread(middle)
        ratio = largest * bias / spread
        quantile = folded_quantile(ratio, level)
        tilt = np.tanh(ratio * quantile)
        short = middle * (quantile - ratio * tilt) < spread * largest * tilt
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.where(largest > 0, (low + high) / 2, 0.0)


def folded_quantile(shift: Floats, level: float) -> Floats:
    """Quantile of ``|N(shift, 1)|`` at ``level``, for each shift >= 0.

    Examples
    --------
    >>> [round(float(value), 4) for value in folded_quantile(np.array([0.0, 1.0, 50.0]), 0.95)]
    [1.96, 2.6461, 51.6449]
    """
    high = shift + ndtri((1 + level) / 2)
    low, guess = np.zeros_like(high), high.copy()
    for _ in range(_NEWTON):
        excess = ndtr(guess - shift) - ndtr(-guess - shift) - level
        low, high = np.where(excess < 0, guess, low), np.where(excess < 0, high, guess)
        density = np.exp(-((guess - shift) ** 2) / 2) + np.exp(-((guess + shift) ** 2) / 2)
        step = guess - excess * np.sqrt(2 * np.pi) / density
        newer = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        done = np.abs(newer - guess) <= 1e-15 * high
        guess = newer
        if done.all():
            break
    return guess


def _identified(study: EventStudy, largest: Floats) -> tuple[tuple[float | None, ...], tuple[float | None, ...]]:
    distance, earlier = study.before[::-1], study.estimate[: study.n_pre][::-1]
    rows, spans = _slope_changes(distance)
    slope, *changes = np.linalg.solve(rows.T, earlier)
    slope_after, loads, spans_after = _after(study)
    centre = study.point + slope * slope_after
    slack = largest * float(np.abs(loads) @ spans_after)
    allowed = [all(np.abs(changes) <= bound * spans * (1 + 1e-12)) for bound in largest]
    low = tuple(float(centre - s) if ok else None for s, ok in zip(slack, allowed, strict=True))
    high = tuple(float(centre + s) if ok else None for s, ok in zip(slack, allowed, strict=True))
    return low, high
