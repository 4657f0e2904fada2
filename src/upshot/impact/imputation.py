"""Imputation of untreated outcomes (Borusyak, Jaravel & Spiess 2024), from cell means."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import sparse

from upshot.errors import DesignError
from upshot.impact.comparison import Comparison
from upshot.impact.design import Design
from upshot.impact.influence import CellMeans, Linear
from upshot.impact.moments import Floats, Integers
from upshot.impact.strata import Bools

__all__ = ["Imputed", "Partition", "Terms", "averages", "imputed", "terms_for"]

Partition = Literal["cohort-horizon", "cohort", "horizon"]
"""Treated readings that share one average effect in the conservative variance."""

MOST_PAIRS = 400
"""Above this many cohort-period pairs only their average is computed."""


@dataclass(frozen=True, slots=True)
class Imputed:
    """Effects by cell and period, actual less imputed.

    Parameters
    ----------
    effect
        Shape (C, T); 0 where not ``treated``.
    residual
        Cell mean less unit and period effects where ``untreated``, else 0, shape (C, T).
    treated, untreated
        Readings that can be judged, and readings the model is fit on, shape (C, T).
    start, size
        Start period (infinity for never) and weight per cell, shape (C,).
    times
        Numeric periods, shape (T,).
    solve
        Generalised inverse of the normal equations of the period effects, shape (T, T).
    """

    effect: Floats
    residual: Floats
    treated: Bools
    untreated: Bools
    start: Floats
    size: Floats
    times: Floats
    solve: Floats

    @property
    def event_time(self) -> Floats:
        """Periods since the start, shape (C, T); minus infinity for those who never start."""
        return self.times[None, :] - self.start[:, None]


@dataclass(frozen=True, slots=True)
class Terms:
    """Averages of effects with fixed weights: K terms and the average over them.

    Parameters
    ----------
    keys
        Event times, cohorts or periods (K,), or cohort and index of the period (K, 2).
    weights, overall
        Shape (K, C, T) and (1, C, T).
    """

    keys: Integers
    weights: Floats
    overall: Floats


def imputed(ready: Comparison, means: CellMeans, design: Design) -> Imputed:
    """Fit unit and period effects on untreated readings, and impute the rest (their theorem 2).

    Within a cell everybody is seen in the same periods, so unit effects are cleared from cell means
    and only the T period effects are left to solve for. Effects that no untreated reading reaches
    (periods from the last start on, with nobody never treated) are left out.

    Raises
    ------
    DesignError
        If people of a cell are seen in different periods: their unit effects then rest on
        different readings, which cell means do not keep apart.
    """
    moments = ready.moments
    size = means.den.max(axis=1)
    if (means.present & (np.abs(means.den - size[:, None]) > 1e-9 * size[:, None])).any():
        raise DesignError(
            "Imputation needs people of a wave to be seen in the same periods. Leave --unbalanced out, or keep "
            "people apart by when they are seen with --strata 'seen()'."
        )
    times = np.array(moments.periods, dtype=np.float64)
    start = np.array([np.inf if cell.cohort is None else float(cell.cohort) for cell in moments.cells])
    untreated = means.present & (times[None, :] + design.anticipation < start[:, None])
    normal = np.einsum("k,kst->st", size, _clearing(untreated))
    solve = np.asarray(np.linalg.pinv(normal, hermitian=True), dtype=np.float64)
    period = solve @ np.einsum("k,kst,kt->s", size, _clearing(untreated), means.mean)
    rest = means.mean - period
    unit = (rest * untreated).sum(axis=1) / np.maximum(untreated.sum(axis=1), 1)
    rest = rest - unit[:, None]
    treated = np.asarray(means.present & np.isin(start, ready.cohorts)[:, None] & (times[None, :] >= start[:, None]))
    treated &= _reached(normal, untreated)
    return Imputed(rest * treated, rest * untreated, treated, untreated, start, size, times, solve)


def averages(found: Imputed, weights: Floats, partition: Partition = "cohort-horizon") -> Linear:
    """Weighted sums of effects with the conservative variance (their equations 6 to 8).

    Weights (P, C, T) are taken as fixed. The derivative by a cell's size is what is left, weighted,
    of its untreated residuals and of its effects less the average effect of their group (averaged
    with squared weights, equation 8); `influence.covariance` then gives their equation 7.
    """
    share = found.untreated / np.maximum(found.untreated.sum(axis=1), 1)[:, None]
    direct = weights - weights.sum(axis=2)[:, :, None] * share[None]
    reach = -direct.sum(axis=1) @ found.solve
    cleared = np.einsum("kst,pt->pks", _clearing(found.untreated), reach, optimize=True)
    per_unit = direct / np.maximum(found.size, np.finfo(float).tiny)[None, :, None] + cleared
    level = (per_unit * (found.residual + _excess(found, per_unit, partition))).sum(axis=2)
    by_mean = per_unit * found.size[None, :, None]
    return Linear(
        (weights * found.effect).sum(axis=(1, 2)),
        sparse.csr_array(by_mean.reshape(len(weights), found.effect.size)),
        sparse.csr_array((len(weights), found.effect.size), dtype=np.float64),
        sparse.csr_array(level),
    )


def terms_for(found: Imputed, design: Design, *, components: bool = True) -> Terms:
    """Weights of the terms of an aggregation: every reading counts alike within a term.

    The average over terms counts readings (``simple``), people (``group``) or terms alike
    (``event``, ``calendar``), as for Callaway & Sant'Anna. Cohort-period pairs are listed up to
    `MOST_PAIRS`; without ``components`` no terms are.
    """
    k, t = np.nonzero(found.treated & _wanted(found, design))
    columns = {
        "simple": np.c_[found.start[k], t],
        "event": found.event_time[k, t][:, None],
        "group": found.start[k][:, None],
        "calendar": found.times[t][:, None],
    }
    keys, term = np.unique(columns[design.aggregation].astype(np.int64), axis=0, return_inverse=True)
    term = term.ravel()
    total = np.bincount(term, found.size[k], len(keys))
    pairwise = design.aggregation == "simple"
    if pairwise and (len(keys) > MOST_PAIRS or not components):
        weights = np.zeros((1, *found.effect.shape))
        weights[0, k, t] = found.size[k] / total.sum()
        return Terms(keys[:0], weights[:0], weights)
    weights = np.zeros((len(keys), *found.effect.shape))
    weights[term, k, t] = found.size[k] / total[term]
    shares: Floats = np.ones(len(keys))
    if pairwise:
        shares = np.asarray(total, dtype=np.float64)
    elif design.aggregation == "group":
        shares = np.array([found.size[found.start == key[0]].sum() for key in keys])
    overall = np.einsum("p,pkt->kt", shares / max(shares.sum(), np.finfo(float).tiny), weights)[None]
    if not components:
        keys, weights = keys[:0], weights[:0]
    return Terms(keys if pairwise else keys[:, 0], weights, overall)


def _wanted(found: Imputed, design: Design) -> Bools:
    """Readings the event study is limited to, by its window and by balance in event time."""
    wanted = np.ones(found.treated.shape, dtype=bool)
    if design.aggregation != "event":
        return wanted
    if design.event_window is not None:
        low, high = design.event_window
        wanted &= (found.event_time >= low) & (found.event_time <= high)
    if design.balance is not None:
        last = found.times[found.treated.any(axis=0)].max(initial=-np.inf)
        wanted &= (found.event_time <= design.balance) & (last - found.start >= design.balance)[:, None]
    return wanted


def _clearing(untreated: Bools) -> Floats:
    """Matrix per cell that takes the mean over its untreated periods off, shape (C, T, T)."""
    seen = untreated.astype(np.float64)
    count = np.maximum(seen.sum(axis=1), 1.0)
    own = seen[:, :, None] * np.eye(seen.shape[1])
    return np.asarray(own - seen[:, :, None] * seen[:, None, :] / count[:, None, None])


def _reached(normal: Floats, untreated: Bools) -> Bools:
    """Whether a cell's own untreated periods tie it to the effect of a period, shape (C, T)."""
    tied, before = (normal != 0) | (normal.T != 0) | np.eye(len(normal), dtype=bool), 0
    while tied.sum() > before:
        before = int(tied.sum())
        tied = (tied.astype(np.float64) @ tied) > 0
    group = tied.argmax(axis=1)
    own = group[untreated.argmax(axis=1)]
    by_cell, by_period = np.asarray(untreated.any(axis=1)), np.asarray(untreated.any(axis=0))
    return np.asarray((own[:, None] == group[None, :]) & by_period & by_cell[:, None])


def _excess(found: Imputed, per_unit: Floats, partition: Partition) -> Floats:
    """Effects less the average effect of their group (equation 8), shape (P, C, T)."""
    k, t = np.nonzero(found.treated)
    cohort, horizon = found.start[k], found.event_time[k, t]
    columns = {"cohort-horizon": np.c_[cohort, horizon], "cohort": cohort[:, None], "horizon": horizon[:, None]}
    groups, group = np.unique(columns[partition], axis=0, return_inverse=True)
    group, effect = group.ravel(), found.effect[k, t]
    shape = (len(groups), found.size.size)
    slot = group * found.size.size + k
    excess = np.zeros(per_unit.shape)
    for row, weight in enumerate(per_unit[:, k, t]):
        own = np.bincount(slot, weight, int(np.prod(shape))).reshape(shape)
        value = np.bincount(slot, weight * effect, int(np.prod(shape))).reshape(shape)
        mean = (own * value) @ found.size / np.maximum(own**2 @ found.size, np.finfo(float).tiny)
        excess[row, k, t] = effect - mean[group]
    return excess
