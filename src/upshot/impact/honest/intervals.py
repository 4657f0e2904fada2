"""Robust confidence intervals and breakdown values: the records a sensitivity analysis returns."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Breakdown", "Restriction", "RobustIntervals"]

Restriction = Literal["relative-magnitudes", "smoothness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustIntervals:
    """Confidence intervals for one target, one for each bound on the violation of parallel trends.

    Parameters
    ----------
    restriction
        What is assumed about the violation.
    estimate, std_error
        The target's estimate and standard error if trends were parallel, in KPI units.
    bounds
        ``Mbar`` (a multiple of the largest earlier change) or ``M`` (KPI units per period, per
        period), as given.
    conf_low, conf_high
        Ends of the intervals, in KPI units, one for each bound. A test can accept a union of
        intervals; these are the ends of its hull.
    identified_low, identified_high
        Ends of the set of effects that the estimates would allow if they had no sampling error;
        ``None`` where the earlier estimates themselves break the bound.
    level
        Confidence level.
    """

    restriction: Restriction
    estimate: float
    std_error: float
    bounds: tuple[float, ...]
    conf_low: tuple[float, ...]
    conf_high: tuple[float, ...]
    identified_low: tuple[float | None, ...]
    identified_high: tuple[float | None, ...]
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """The largest violation of parallel trends under which the robust interval excludes zero.

    Parameters
    ----------
    restriction
        What is assumed about the violation.
    value
        The breakdown value, rounded down by at most ``tolerance``. ``None`` when the interval holds
        zero already at bound 0.
    tolerance
        How far below the exact value ``value`` may lie, in the bound's units.
    beyond
        True when the interval still excluded zero at ``value``, the largest bound that was tried.
    level
        Confidence level.
    """

    restriction: Restriction
    value: float | None
    tolerance: float
    beyond: bool
    level: float
