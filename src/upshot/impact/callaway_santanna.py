"""Group-time average treatment effects of Callaway & Sant'Anna (2021), from cohort means."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from upshot.impact.comparison import Comparison
from upshot.impact.design import Design
from upshot.impact.influence import CellMeans, Linear
from upshot.impact.moments import Floats, Integers

__all__ = ["Gradient", "GroupTime", "Pair", "group_time", "pairs"]


@dataclass(frozen=True, slots=True)
class Pair:
    """One ATT(g, t): the cohort, the period and its base, and when controls must still be untreated."""

    cohort: int
    period: int
    base: int
    untreated_until: int


@dataclass(frozen=True, slots=True)
class GroupTime:
    """ATT(g, t) for P pairs.

    Parameters
    ----------
    cohort
        Start period g, numeric, shape (P,).
    period
        Index of t into the panel's periods, shape (P,).
    event_time
        t - g in the units of the periods, shape (P,).
    reference
        Whether the pair is the base period itself (effect 0 by definition), shape (P,).
    linear
        Estimates and derivatives.
    missing
        Pairs that could not be formed: nobody of the cohort or of its comparison was seen.
    """

    cohort: Integers
    period: Integers
    event_time: Integers
    reference: npt.NDArray[np.bool_]
    linear: Linear
    missing: tuple[Pair, ...] = ()


class Gradient:
    """Collects the sparse derivatives of P parameters, entry by entry."""

    def __init__(self, n_cells: int, n_periods: int) -> None:
        self._shape = n_cells, n_periods
        self._mean: list[tuple[Integers, Integers, Floats]] = []
        self._den: list[tuple[Integers, Integers, Floats]] = []
        self._size: list[tuple[Integers, Integers, Floats]] = []

    def add_mean(self, row: int, cells: npt.ArrayLike, period: int, values: npt.ArrayLike) -> None:
        """Add derivatives by the means of some cells in one period."""
        self._mean.append(self._entry(row, np.atleast_1d(cells) * self._shape[1] + period, values))

    def add_den(self, row: int, cells: npt.ArrayLike, period: int, values: npt.ArrayLike) -> None:
        """Add derivatives by the denominators of some cells in one period."""
        self._den.append(self._entry(row, np.atleast_1d(cells) * self._shape[1] + period, values))

    def add_size(self, row: int, cells: npt.ArrayLike, values: npt.ArrayLike) -> None:
        """Add derivatives by the sizes of some cells."""
        self._size.append(self._entry(row, np.atleast_1d(cells), values))

    def linear(self, estimate: Floats) -> Linear:
        """Put the entries together."""
        n_cells, n_periods = self._shape
        wide = (estimate.size, n_cells * n_periods)
        return Linear(
            estimate, _sparse(self._mean, wide), _sparse(self._den, wide), _sparse(self._size, (estimate.size, n_cells))
        )

    @staticmethod
    def _entry(row: int, columns: npt.ArrayLike, values: npt.ArrayLike) -> tuple[Integers, Integers, Floats]:
        where = np.asarray(columns, dtype=np.int64)
        return np.full(where.size, row), where, np.broadcast_to(np.asarray(values, dtype=np.float64), where.shape)


def _sparse(entries: list[tuple[Integers, Integers, Floats]], shape: tuple[int, int]) -> sparse.csr_array:
    if not entries:
        return sparse.csr_array(shape, dtype=np.float64)
    rows, columns, values = (np.concatenate(column) for column in zip(*entries, strict=True))
    return sparse.csr_array(sparse.coo_array((values, (rows, columns)), shape=shape))


def pairs(ready: Comparison, design: Design) -> list[Pair]:
    """All (g, t) with their base periods, in order of cohort and period.

    The base of a post-treatment pair is the last period before g - anticipation. Before the start
    it is the period before (varying) or that same base (universal). Controls must be untreated,
    anticipation included, in both periods of a pair (Callaway & Sant'Anna 2021, assumption 5).
    """
    times = ready.moments.periods
    found = []
    for cohort in ready.cohorts:
        fixed = sum(time + design.anticipation < cohort for time in times) - 1
        for period in range(0 if design.base == "universal" else 1, ready.last):
            base = fixed if design.base == "universal" or times[period] >= cohort else period - 1
            until = times[max(period, base)] + design.anticipation
            found.append(Pair(cohort, period, base, until))
    return found


def group_time(ready: Comparison, means: CellMeans, design: Design) -> GroupTime:
    """Difference-in-differences of cohort means for every pair.

    ``ATT(g,t) = (m[g,t] - m[g,b]) - (m[C,t] - m[C,b])`` with the controls' means pooled over their
    cells (Callaway & Sant'Anna 2021, equation 2.9, no covariates). Strata must be merged before.
    """
    moments = ready.moments
    starts = np.array([np.inf if cell.cohort is None else cell.cohort for cell in moments.cells])
    gradient = Gradient(len(moments.cells), len(moments.periods))
    kept: list[Pair] = []
    missing: list[Pair] = []
    estimates: list[float] = []
    for pair in pairs(ready, design):
        if pair.period == pair.base:
            kept.append(pair)
            estimates.append(0.0)
            continue
        own = np.flatnonzero(starts == pair.cohort)
        controls = _controls(starts, pair, design)
        effect = _difference(gradient, len(kept), own, controls, pair, means)
        if effect is None:
            missing.append(pair)
        else:
            kept.append(pair)
            estimates.append(effect)
    return collected(ready, kept, missing, gradient.linear(np.array(estimates, dtype=np.float64)))


def collected(ready: Comparison, kept: list[Pair], missing: list[Pair], linear: Linear) -> GroupTime:
    """Put pairs and their derivatives into one record."""
    cohort = np.array([pair.cohort for pair in kept], dtype=np.int64)
    period = np.array([pair.period for pair in kept], dtype=np.int64)
    times = np.array(ready.moments.periods, dtype=np.int64)
    reference = np.array([pair.period == pair.base for pair in kept], dtype=bool)
    return GroupTime(cohort, period, times[period] - cohort, reference, linear, tuple(missing))


def _controls(starts: Floats, pair: Pair, design: Design) -> Integers:
    if design.control == "never-treated":
        return np.flatnonzero(np.isinf(starts))
    return np.flatnonzero((starts > pair.untreated_until) & (starts != pair.cohort))


def _difference(
    gradient: Gradient, row: int, own: Integers, controls: Integers, pair: Pair, means: CellMeans
) -> float | None:
    """Estimate one pair and note its derivatives; ``None`` if nobody is there to compare."""
    sides = ((own, 1.0), (controls, -1.0))
    both = (pair.period, pair.base)
    if any(means.den[cells, period].sum() <= 0 for cells, _ in sides for period in both):
        return None
    total = 0.0
    for cells, side in sides:
        for period, sign in ((pair.period, side), (pair.base, -side)):
            den = means.den[cells, period]
            share = den / den.sum()
            pooled = share @ means.mean[cells, period]
            total += sign * pooled
            gradient.add_mean(row, cells, period, sign * share)
            if cells.size > 1:
                gradient.add_den(row, cells, period, sign * (means.mean[cells, period] - pooled) / den.sum())
    return float(total)
