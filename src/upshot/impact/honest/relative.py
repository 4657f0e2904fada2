"""Robust intervals when later deviations are bounded by a multiple of the largest earlier change.

Rambachan & Roth (2023), section 2.4.1: ``Δ^RM(Mbar)`` bounds every change of the differential trend
after the reference period by ``Mbar`` times the largest one before it. The largest may be any earlier
change, of either sign: for each, the set is a cone, tested by `conditional`; the interval is the hull
of the union.

For one such change ``u`` the linear programme has a closed form. With ``e`` the changes of the effect
path and ``w`` the weights on them (``l'τ = w'e``), the moments are ``±(d_t - e_t) <= Mbar g_t u``. The
dual's vertices are two that use the whole path, ``±(l'β - θ) - Mbar Σ|w_t|g_t u``, and one for each
period, ``-u``; each is scaled by the standard errors of the moments it combines. Only ``l'β`` and ``u``
are left, whatever the number of periods.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.errors import InputError, Problem
from upshot.impact.honest.conditional import FIRST_STAGE, accepted, least_favourable
from upshot.impact.honest.intervals import RobustIntervals
from upshot.impact.honest.study import EventStudy, Floats, event_study

__all__ = ["check_bounds", "holds_zero", "relative_ends", "relative_magnitudes"]

_GRID = 129
_FINE = 17
_ROUNDS = 6
_FLOOR = 1e-12


def relative_magnitudes(
    estimate: npt.ArrayLike,
    covariance: npt.ArrayLike,
    n_pre: int,
    n_post: int,
    *,
    weights: npt.ArrayLike | None = None,
    bounds: Sequence[float] = (0.5, 1.0, 1.5, 2.0),
    level: float = 0.95,
    anticipation: int = 0,
    event_times: Sequence[int] | None = None,
) -> RobustIntervals:
    """Robust intervals under ``Δ^RM(Mbar)`` (Rambachan & Roth 2023), by the hybrid C-LF test.

    Parameters
    ----------
    estimate, covariance, n_pre, n_post, weights, anticipation, event_times
        As in `event_study`.
    bounds
        Values of ``Mbar``, each >= 0. At 0 the interval is the ordinary one.
    level
        Confidence level, in (0, 1).

    Returns
    -------
    RobustIntervals
        Ends are good to about 1e-6 of the interval's width; nothing is drawn at random.

    Raises
    ------
    InputError
        With every problem found; among them, that no pre-period was estimated.

    Examples
    --------
    >>> found = relative_magnitudes([0.1, -0.1, 2.0], 0.04 * np.eye(3), 2, 1, bounds=(0.0, 1.0))
    >>> [(round(low, 2), round(high, 2)) for low, high in zip(found.conf_low, found.conf_high)]
    [(1.61, 2.39), (1.22, 2.78)]
    """
    study = event_study(
        estimate, covariance, n_pre, n_post, weights=weights, anticipation=anticipation, event_times=event_times
    )
    multiples = check_bounds(bounds, level)
    low, high = relative_ends(study, multiples, level)
    slack = multiples * _path_length(study) * np.abs(study.changes_before() @ study.estimate).max()
    return RobustIntervals(
        restriction="relative-magnitudes",
        estimate=study.point,
        std_error=study.std_error,
        bounds=tuple(multiples.tolist()),
        conf_low=tuple(low.tolist()),
        conf_high=tuple(high.tolist()),
        identified_low=tuple((study.point - slack).tolist()),
        identified_high=tuple((study.point + slack).tolist()),
        level=level,
    )


def check_bounds(bounds: Sequence[float] | Floats, level: float) -> Floats:
    """Bounds as an array, or an `InputError` naming what is wrong with them or the level."""
    values = np.asarray(bounds, dtype=np.float64)
    problems = []
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all() or (values < 0).any():
        problems.append(
            Problem(
                code="bounds", text="The bounds must be finite numbers, each zero or more.", fix="Give at least one."
            )
        )
    if not 0 < level < 1:
        problems.append(
            Problem(code="level", text="The level must lie between 0 and 1.", fix="Use 0.95.", value=str(level))
        )
    if problems:
        raise InputError(problems)
    return values


def relative_ends(study: EventStudy, multiples: Floats, level: float) -> tuple[Floats, Floats]:
    """Lowest and highest accepted effect for each multiple, shapes (len(multiples),)."""
    cones = _cones(study, multiples, 1 - level)
    ends = [_hull(cone) for cone in cones]
    low = np.stack([low for low, _high in ends]).reshape(2, len(multiples), -1)
    high = np.stack([high for _low, high in ends]).reshape(2, len(multiples), -1)
    return study.point + np.nanmin(low, axis=(0, 2)), study.point + np.nanmax(high, axis=(0, 2))


def holds_zero(study: EventStudy, multiples: Floats, level: float) -> npt.NDArray[np.bool_]:
    """Whether the interval holds zero, for each multiple; faster than finding its ends."""
    found = np.zeros(len(multiples), dtype=bool)
    share = np.linspace(0.0, 1.0, _GRID)
    for cone in _cones(study, multiples, 1 - level):
        # The estimate itself is always inside, so zero is inside when anything at or beyond it is.
        far = np.minimum(cone.first, -study.point) if study.point > 0 else np.maximum(cone.last, -study.point)
        kept = cone.accepts(-study.point + (far + study.point)[:, None] * share)
        found |= kept.any(axis=1).reshape(len(multiples), -1).any(axis=1)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cones:
    """One test for each (multiple, earlier change), the sign of the change being given.

    Offsets are effects less the estimate. ``first`` and ``last`` are the offsets outside which the
    least-favourable stage alone rejects. Vertices have shape (C, 4, 2), the rest (C, ...).
    """

    vertices: Floats
    change: Floats
    covariance: Floats
    critical: Floats
    first: Floats
    last: Floats
    size: float

    def accepts(self, offset: Floats) -> npt.NDArray[np.bool_]:
        """Whether each offset, shape (C, G), survives its test."""
        still = self.vertices[:, None, :, 1] * self.change[:, None, None]
        values = still - self.vertices[:, None, :, 0] * offset[..., None]
        return accepted(values, self.covariance, self.critical, self.size)


def _cones(study: EventStudy, multiples: Floats, size: float) -> tuple[_Cones, _Cones]:
    factor, change = _reduced(study)
    rising = _vertices(study, multiples).reshape(-1, 4, 2)
    factors = np.tile(factor, (len(multiples), 1, 1))
    changes = np.tile(change, len(multiples))
    # The two signs share their critical value: the normal law is symmetric about 0.
    critical = least_favourable(rising, factors, FIRST_STAGE * size)
    turn = np.array([[1.0], [-1.0]])
    return (
        _cone(rising, factors, changes, critical, size),
        _cone(_mirrored(rising), factors * turn, -changes, critical, size),
    )


def _cone(vertices: Floats, factor: Floats, change: Floats, critical: Floats, size: float) -> _Cones:
    loading = vertices @ factor
    ends = (vertices[:, :2, 1] * change[:, None] - critical[:, None]) / vertices[:, :2, 0]
    return _Cones(
        vertices=vertices,
        change=change,
        covariance=loading @ loading.transpose(0, 2, 1),
        critical=critical,
        first=ends[:, 0],
        last=ends[:, 1],
        size=size,
    )


def _path_length(study: EventStudy) -> float:
    return float(np.abs(_path_weights(study)) @ study.gaps_after())


def _path_weights(study: EventStudy) -> Floats:
    return np.cumsum(study.weights[::-1])[::-1]


def _reduced(study: EventStudy) -> tuple[Floats, Floats]:
    # A factor of the covariance of (target, earlier change), shape (n_pre, 2, 2), and the changes.
    before = study.changes_before()
    spread = study.std_error
    shared = before @ study.covariance @ study.target / spread
    variance = np.einsum("ik,kl,il->i", before, study.covariance, before)
    own = np.sqrt(np.maximum(variance - shared**2, 0.0))
    factor = np.stack(
        [np.stack([np.full_like(shared, spread), np.zeros_like(shared)], -1), np.stack([shared, own], -1)], -2
    )
    return factor, before @ study.estimate


def _vertices(study: EventStudy, multiples: Floats) -> Floats:
    """Dual vertices as coefficients of (target - θ, earlier change); shape (bounds, n_pre, 4, 2)."""
    above, below = _moment_errors(study, multiples)
    path, gaps = _path_weights(study), study.gaps_after()
    up = np.where(path >= 0, above, below) @ np.abs(path)
    down = np.where(path >= 0, below, above) @ np.abs(path)
    reach = multiples[:, None] * _path_length(study)
    lone = 2 * multiples[:, None, None] * gaps / (above + below)
    zero = np.zeros_like(up)
    rows = (
        (1 / up, -reach / up),
        (-1 / down, -reach / down),
        (zero, -lone.min(axis=2)),
        (zero, -lone.max(axis=2)),
    )
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def _moment_errors(study: EventStudy, multiples: Floats) -> tuple[Floats, Floats]:
    # Standard errors of d - Mbar g u and of -d - Mbar g u, shape (bounds, n_pre, n_post).
    before, after, sigma = study.changes_before(), study.changes_after(), study.covariance
    allowed = multiples[:, None, None] * study.gaps_after()
    own = np.einsum("ik,kl,il->i", after, sigma, after)
    shared = before @ sigma @ after.T
    yard = np.einsum("ik,kl,il->i", before, sigma, before)[:, None]
    common = own + allowed**2 * yard
    errors = [np.sqrt(np.maximum(common - sign * 2 * allowed * shared, 0.0)) for sign in (1.0, -1.0)]
    floor = _FLOOR * max(float(np.max(errors)), study.std_error)
    return np.maximum(errors[0], floor), np.maximum(errors[1], floor)


def _mirrored(vertices: Floats) -> Floats:
    # For a falling change the two moments of a period swap their standard errors, so the first two vertices swap.
    swapped = vertices[:, [1, 0, 2, 3]].copy()
    swapped[:, :2, 0] *= -1
    return swapped


def _hull(cones: _Cones) -> tuple[Floats, Floats]:
    # Lowest and highest accepted offset of each test; nan where it accepts none.
    grid = cones.first[:, None] + (cones.last - cones.first)[:, None] * np.linspace(0.0, 1.0, _GRID)
    kept = cones.accepts(grid)
    row = np.arange(len(grid))
    head, tail = kept.argmax(axis=1), _GRID - 1 - kept[:, ::-1].argmax(axis=1)
    low = _refined(cones, grid[row, head], grid[row, np.maximum(head - 1, 0)])
    high = _refined(cones, grid[row, tail], grid[row, np.minimum(tail + 1, _GRID - 1)])
    some = kept.any(axis=1)
    return np.where(some, low, np.nan), np.where(some, high, np.nan)


def _refined(cones: _Cones, inside: Floats, outside: Floats) -> Floats:
    # The accepted offset nearest to `outside`, by grids on an ever narrower bracket.
    share = np.linspace(0.0, 1.0, _FINE)
    row = np.arange(len(inside))
    for _ in range(_ROUNDS):
        grid = outside[:, None] + (inside - outside)[:, None] * share
        kept = cones.accepts(grid)
        kept[:, -1] = True
        at = kept.argmax(axis=1)
        inside, outside = grid[row, at], grid[row, np.maximum(at - 1, 0)]
    return inside
