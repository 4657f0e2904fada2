"""The breakdown value: how large a violation the conclusion "the effect is not zero" survives."""

from collections.abc import Callable, Sequence
from typing import get_args

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError
from upshot.impact.honest.intervals import Breakdown, Restriction
from upshot.impact.honest.relative import check_bounds, holds_zero
from upshot.impact.honest.smoothness import smoothness_ends, smoothness_path
from upshot.impact.honest.study import EventStudy, Floats, event_study

__all__ = ["LARGEST", "breakdown", "breakdown_of"]

LARGEST = 100.0
"""Largest multiple of the earlier change that is tried."""

_FIRST_LOOK = np.array([0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0])
_FURTHER = 1.5
_SPLIT = 5
_STEPS = 64

Holds = Callable[[Floats], npt.NDArray[np.bool_]]


def breakdown(
    estimate: npt.ArrayLike,
    covariance: npt.ArrayLike,
    n_pre: int,
    n_post: int,
    *,
    restriction: Restriction = "relative-magnitudes",
    weights: npt.ArrayLike | None = None,
    level: float = 0.95,
    anticipation: int = 0,
    event_times: Sequence[int] | None = None,
) -> Breakdown:
    """Largest ``Mbar`` or ``M`` for which the robust interval excludes zero.

    Parameters
    ----------
    estimate, covariance, n_pre, n_post, weights, anticipation, event_times
        As in `event_study`.
    restriction
        ``relative-magnitudes`` (the value is a multiple) or ``smoothness`` (KPI units per period, per
        period).
    level
        Confidence level of the interval, in (0, 1).

    Returns
    -------
    Breakdown
        Under relative magnitudes to 0.001, or 0.1 per cent above 1; multiples above ``LARGEST`` are not
        tried. Under smoothness to 0.1 per cent. Zero is outside at the value and, on the search's
        grid, at everything below it.

    Raises
    ------
    InputError
        With every problem found in the numbers.
    DesignError
        If the restriction is not known.

    Examples
    --------
    >>> found = breakdown([0.1, -0.1, 2.0], 0.04 * np.eye(3), 2, 1)
    >>> round(found.value, 2), found.beyond
    (2.93, False)
    """
    if restriction not in get_args(Restriction):
        choices = ", ".join(get_args(Restriction))
        raise DesignError(
            f"The restriction parameter of breakdown must be one of {choices}. Got {restriction!r} instead."
        )
    check_bounds([0.0], level)
    study = event_study(
        estimate, covariance, n_pre, n_post, weights=weights, anticipation=anticipation, event_times=event_times
    )
    return breakdown_of(study, restriction, level)


def breakdown_of(study: EventStudy, restriction: Restriction, level: float) -> Breakdown:
    """As `breakdown`, for an event study that has been checked."""
    value, width, beyond = _relative(study, level) if restriction == "relative-magnitudes" else _smooth(study, level)
    return Breakdown(restriction=restriction, value=value, tolerance=width, beyond=beyond, level=level)


def _relative(study: EventStudy, level: float) -> tuple[float | None, float, bool]:
    def holds(multiples: Floats) -> npt.NDArray[np.bool_]:
        return holds_zero(study, multiples, level)

    tried = _FIRST_LOOK
    inside = holds(tried)
    while not inside.any() and tried[-1] < LARGEST:
        tried = np.minimum(tried[-1] * _FURTHER ** np.arange(4), LARGEST)
        inside = holds(tried)
    return _refined(holds, tried, inside, unit=1.0)


def _smooth(study: EventStudy, level: float) -> tuple[float | None, float, bool]:
    path = smoothness_path(study)

    def holds(largest: Floats) -> npt.NDArray[np.bool_]:
        low, high = smoothness_ends(study, path, largest, level)
        return (low <= 0) & (high >= 0)

    # Half-lengths are at least M B₀ and centres are bounded along the path, so zero is inside from here on.
    earlier = study.estimate[: study.n_pre][::-1]
    centres = study.point + (path.origin + path.points @ path.turn.T) @ earlier
    tried = np.linspace(0.0, np.abs(centres).max() / path.fixed_bias, _STEPS + 1)
    return _refined(holds, tried, holds(tried), unit=0.0)


def _refined(
    holds: Holds, tried: Floats, inside: npt.NDArray[np.bool_], unit: float
) -> tuple[float | None, float, bool]:
    """Narrow the first bracket ``[outside, inside]`` to a thousandth of the value, or of ``unit``."""
    if not inside.any():
        return float(tried[-1]), 0.0, True
    first = int(inside.argmax())
    if first == 0:
        return None, 0.0, False
    low, high = tried[first - 1], tried[first]
    while high - low > 1e-3 * max(high, unit):
        tried = np.linspace(low, high, _SPLIT)
        first = int(np.append(holds(tried[1:-1]), True).argmax())
        low, high = tried[first], tried[first + 1]
    return float(low), float(high - low), False
