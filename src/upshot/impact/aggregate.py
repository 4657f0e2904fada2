"""Averages of group-time effects: simple, event, group, calendar (Callaway & Sant'Anna 2021, section 3)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.impact.callaway_santanna import GroupTime
from upshot.impact.design import Design
from upshot.impact.influence import CellMeans, Linear
from upshot.impact.moments import Floats, Integers, Moments

__all__ = ["Aggregated", "aggregate"]


@dataclass(frozen=True, slots=True)
class Aggregated:
    """An average and the components it is an average of.

    Parameters
    ----------
    overall
        One parameter; ``None`` if no post-treatment component exists.
    terms
        K parameters.
    keys
        Event time, cohort or period (numeric) of each term, shape (K,).
    reference
        Whether a term is 0 by definition (universal base), shape (K,).
    """

    overall: Linear | None
    terms: Linear
    keys: Integers
    reference: npt.NDArray[np.bool_]


def aggregate(effects: GroupTime, moments: Moments, means: CellMeans, design: Design) -> Aggregated:
    """Average ATT(g, t) as the design names it, cohort weights by their size.

    The weights are estimated too: their derivative by cohort sizes is part of the result
    (Callaway & Sant'Anna 2021, corollary 2).
    """
    post = (effects.event_time >= 0) & ~effects.reference
    shares = _Shares(effects, moments, means)
    if design.aggregation == "simple":
        terms = effects.linear
        overall = shares.average(post) if post.any() else None
        return Aggregated(overall, terms, effects.event_time, effects.reference)
    if design.aggregation == "event":
        return _event(effects, moments, shares, design)
    if design.aggregation == "calendar":
        return _averaged(shares, post, np.array(moments.periods, dtype=np.int64)[effects.period])
    keys = np.unique(effects.cohort[post])
    terms = shares.plain_means([post & (effects.cohort == key) for key in keys])
    overall = shares.over_cohorts(terms, keys) if keys.size else None
    return Aggregated(overall, terms, keys, np.zeros(keys.size, dtype=bool))


def _event(effects: GroupTime, moments: Moments, shares: "_Shares", design: Design) -> Aggregated:
    keep = np.ones(effects.cohort.size, dtype=bool)
    low, high = design.event_window or (None, None)
    if design.balance is not None:
        last = moments.periods[int(effects.period.max())]
        keep &= last - effects.cohort >= design.balance
        keep &= effects.event_time <= design.balance
        keep &= effects.event_time >= design.balance - last + moments.periods[0]
    if low is not None and high is not None:
        keep &= (effects.event_time >= low) & (effects.event_time <= high)
    keys = np.unique(effects.event_time[keep])
    groups = [keep & (effects.event_time == key) for key in keys]
    reference = np.array([bool(effects.reference[group].all()) for group in groups], dtype=bool)
    return _mean_over(shares, groups, keys, reference, (keys >= 0) & ~reference)


def _averaged(shares: "_Shares", post: npt.NDArray[np.bool_], labels: Integers) -> Aggregated:
    keys = np.unique(labels[post])
    groups = [post & (labels == key) for key in keys]
    return _mean_over(shares, groups, keys, np.zeros(keys.size, dtype=bool), np.ones(keys.size, dtype=bool))


def _mean_over(
    shares: "_Shares",
    groups: list[npt.NDArray[np.bool_]],
    keys: Integers,
    reference: npt.NDArray[np.bool_],
    counted: npt.NDArray[np.bool_],
) -> Aggregated:
    terms = shares.averages(groups)
    overall = terms.combined(counted[None, :] / counted.sum()) if counted.any() else None
    return Aggregated(overall, terms, keys, reference)


class _Shares:
    """Size-weighted averages of pairs, with the derivative of the weights by cell sizes."""

    def __init__(self, effects: GroupTime, moments: Moments, means: CellMeans) -> None:
        self._effects = effects
        starts = np.array([np.inf if cell.cohort is None else cell.cohort for cell in moments.cells])
        self._in_cohort = starts[None, :] == effects.cohort[:, None]
        self._size = self._in_cohort @ means.size
        self._starts, self._cell_size = starts, means.size

    def average(self, chosen: npt.NDArray[np.bool_]) -> Linear:
        return self.averages([chosen])

    def averages(self, groups: list[npt.NDArray[np.bool_]]) -> Linear:
        linear = self._effects.linear
        weights = np.zeros((len(groups), linear.estimate.size))
        by_size = np.zeros((len(groups), self._cell_size.size))
        for row, chosen in enumerate(groups):
            total = self._size[chosen].sum()
            weights[row, chosen] = self._size[chosen] / total
            average = weights[row] @ linear.estimate
            by_size[row] = ((linear.estimate[chosen] - average) / total) @ self._in_cohort[chosen]
        return linear.combined(weights, by_size)

    def plain_means(self, groups: list[npt.NDArray[np.bool_]]) -> Linear:
        weights: Floats = np.array([chosen / chosen.sum() for chosen in groups])
        return self._effects.linear.combined(weights.reshape(len(groups), -1))

    def over_cohorts(self, terms: Linear, cohorts: Integers) -> Linear:
        inside = self._starts[None, :] == cohorts[:, None]
        size = inside @ self._cell_size
        average = size @ terms.estimate / size.sum()
        by_size = ((terms.estimate - average) / size.sum()) @ inside
        return terms.combined((size / size.sum())[None, :], by_size[None, :])
