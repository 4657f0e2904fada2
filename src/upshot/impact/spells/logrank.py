"""The log-rank test of two arms, delayed entry included."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

__all__ = ["LogRank", "logrank"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LogRank:
    """Chi-squared statistic with one degree of freedom, and its p-value."""

    statistic: float
    p_value: float


def logrank(
    duration: Floats, event: Bools, treated: Bools, entry: Floats, strata: npt.NDArray[np.int64] | None = None
) -> LogRank | None:
    """Mantel's log-rank test (1966) of no difference between the arms, summed over strata.

    Parameters
    ----------
    duration, event, treated, entry
        As in `kaplan_meier`, (n,).
    strata
        Codes; the test compares the arms only within a stratum.

    Returns
    -------
    LogRank or None
        ``None`` when the statistic has no variance.
    """
    codes = np.zeros(len(duration)) if strata is None else strata
    parts = [_excess(duration[s], event[s], treated[s], entry[s]) for s in (codes == c for c in np.unique(codes))]
    excess, variance = (float(sum(values)) for values in zip(*parts, strict=True))
    if variance <= 0:
        return None
    statistic = excess**2 / variance
    return LogRank(statistic, float(special.chdtrc(1, statistic)))


def _excess(duration: Floats, event: Bools, treated: Bools, entry: Floats) -> tuple[float, float]:
    times = np.unique(duration[event])
    total = _at_risk(duration, entry, times)
    ours = _at_risk(duration[treated], entry[treated], times)
    ends = _at(duration[event], times)
    our_ends = _at(duration[event & treated], times)
    share = ours / total
    spread = np.divide(total - ends, total - 1, out=np.zeros(len(times)), where=total > 1)
    return float(np.sum(our_ends - ends * share)), float(np.sum(ends * share * (1 - share) * spread))


def _at_risk(duration: Floats, entry: Floats, times: Floats) -> Floats:
    started = np.searchsorted(np.sort(entry), times, side="left")
    return (started - np.searchsorted(np.sort(duration), times, side="left")).astype(np.float64)


def _at(values: Floats, times: Floats) -> Floats:
    counts = np.zeros(len(times))
    np.add.at(counts, np.searchsorted(times, values), 1.0)
    return counts
