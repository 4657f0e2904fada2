"""Cohort and period effects on a log or logit scale, from cell moments, with errors robust to the person."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["CellFit", "Cells", "fit_untreated", "leads", "usable"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Family = Literal["poisson", "logit"]

_STEPS = 60


@dataclass(frozen=True, slots=True)
class Cells:
    """Cohorts (C) by periods (T) that enter the fit.

    Parameters
    ----------
    start
        First treated period of each cohort as a column index, T or more where it is not within, (C,).
    n
        Units, (C,).
    outcome, exposure
        Means per unit, (C, T).
    cov
        Covariance over the units of a cohort (divided by n) of outcome, then exposure, (C, 2T, 2T).
    """

    start: npt.NDArray[np.int64]
    n: Floats
    outcome: Floats
    exposure: Floats
    cov: Floats

    @property
    def untreated(self) -> Bools:
        """Cells before their cohort's start, (C, T)."""
        return np.arange(self.outcome.shape[1])[None, :] < self.start[:, None]

    def kept(self, cohorts: Bools, periods: Bools) -> "Cells":
        """The cells of some cohorts and periods."""
        rows = np.concatenate([periods, periods])
        moved = np.concatenate([[0], np.cumsum(periods)])[np.minimum(self.start, len(periods))]
        return Cells(
            np.where(self.start >= len(periods), periods.sum(), moved)[cohorts],
            self.n[cohorts],
            self.outcome[np.ix_(cohorts, periods)],
            self.exposure[np.ix_(cohorts, periods)],
            self.cov[np.ix_(cohorts, rows, rows)],
        )


@dataclass(frozen=True, slots=True)
class CellFit:
    """What untreated cells say every cell would have been.

    Parameters
    ----------
    rate, slope
        Expected outcome a unit (C, T) without treatment, and its derivative in the predictor.
    design
        Columns of the predictor, (C, T, p).
    coefficients, bread
        Fitted values (p,) and the inverse information, (p, p).
    moves
        Influence of a unit's residual in each period on the coefficients, (C, p, T).
    noise
        Sum over the units of a cohort of outer products of their residuals, (C, T, T).
    """

    rate: Floats
    slope: Floats
    design: Floats
    coefficients: Floats
    bread: Floats
    moves: Floats
    noise: Floats

    def covariance(self, seen: Floats, base: Floats) -> Floats:
        """Covariance of Σ seen · mean outcome and Σ base · expected outcome, stacked, (2K, 2K).

        ``seen`` and ``base`` are (K, C, T) weights on cell means; ``seen`` is divided by the
        cohort's units already (weights on a unit's outcome).
        """
        gradient = np.einsum("kct,ct,ctp->kp", base, self.slope, self.design)
        total = np.zeros((2 * len(seen), 2 * len(seen)))
        for c in range(self.noise.shape[0]):
            maps = np.concatenate([seen[:, c], gradient @ self.moves[c]])
            total += maps @ self.noise[c] @ maps.T
        return total


def usable(cells: Cells, family: Family) -> tuple[Bools, Bools]:
    """Cohorts and periods whose untreated cells pin down their effect.

    A cohort treated from the first period has none; a period in which everybody is treated has
    none; and where nothing (or, for shares, everything) happened the effect is infinite.
    """
    cohorts, periods = np.ones(len(cells.n), dtype=np.bool_), np.ones(cells.outcome.shape[1], dtype=np.bool_)
    while True:
        open_cells = cells.untreated & cohorts[:, None] & periods
        informative = open_cells & (cells.exposure > 0)
        some = np.where(informative, cells.outcome, 0)
        room = np.where(informative, cells.exposure - cells.outcome, 0) if family == "logit" else informative
        alive_cohorts = cohorts & (some.sum(axis=1) > 0) & (room.sum(axis=1) > 0)
        alive_periods = periods & (some.sum(axis=0) > 0) & (room.sum(axis=0) > 0)
        if (alive_cohorts == cohorts).all() and (alive_periods == periods).all():
            return cohorts, periods
        cohorts, periods = alive_cohorts, alive_periods


def fit_untreated(cells: Cells, family: Family, extra: Floats | None = None) -> CellFit | None:
    """Quasi-maximum likelihood on the untreated cells (Wooldridge 2023, sections 3 and 5).

    With effects free in every treated cell, treated cells are fitted exactly, so the cohort and
    period effects come from the untreated ones alone. Errors are clustered by unit, without a
    small-sample factor. ``extra`` holds further columns (C, T, q). ``None`` when the effects are
    not identified or the likelihood has no finite maximum.
    """
    design = _design(cells)
    if extra is not None:
        design = np.concatenate([design, extra], axis=2)
    rows = cells.untreated & (cells.exposure > 0)
    X = design[rows]
    if np.linalg.matrix_rank(X) < X.shape[1]:
        return None
    n = np.broadcast_to(cells.n[:, None], rows.shape)[rows]
    beta = _scoring(X, cells.outcome[rows], cells.exposure[rows], n, family)
    if beta is None:
        return None
    rate, slope = _mean(design @ beta, cells.exposure, family)
    bread: Floats = np.asarray(np.linalg.inv((X.T * (n * slope[rows])) @ X), dtype=np.float64)
    moves: Floats = np.einsum("pq,ctq,ct->cpt", bread, design, rows.astype(np.float64))
    return CellFit(rate, slope, design, beta, bread, moves, _noise(cells, rate, rows))


def leads(cells: Cells, family: Family) -> tuple[npt.NDArray[np.int64], Floats, Floats] | None:
    """Log ratios by event time before the start, −2 and earlier, against the last period before it.

    Returns
    -------
    tuple or None
        Event times (q,), coefficients (q,) and their covariance (q, q); ``None`` when there are none.
    """
    size = cells.outcome.shape[1]
    event = np.arange(size)[None, :] - cells.start[:, None]
    treated = (cells.start < size)[:, None] & cells.untreated
    times = np.unique(event[treated & (event <= -2)])
    while len(times):
        extra = ((event[:, :, None] == times) & treated[:, :, None]).astype(np.float64)
        found = fit_untreated(cells, family, extra)
        if found is not None:
            q = len(times)
            covariance = np.sum([m[-q:] @ s @ m[-q:].T for m, s in zip(found.moves, found.noise, strict=True)], axis=0)
            return times, found.coefficients[-q:], covariance
        times = times[1:]
    return None


def _design(cells: Cells) -> Floats:
    C, T = cells.outcome.shape
    design = np.zeros((C, T, C + T - 1))
    design[np.arange(C), :, np.arange(C)] = 1
    for t in range(1, T):
        design[:, t, C + t - 1] = 1
    return design


def _noise(cells: Cells, rate: Floats, rows: Bools) -> Floats:
    """Residuals y − e · r per unit; r is the fitted rate before treatment and the cell's own after it."""
    T = cells.outcome.shape[1]
    per = np.divide(rate, cells.exposure, out=np.zeros_like(rate), where=cells.exposure > 0)
    own = np.divide(cells.outcome, cells.exposure, out=np.zeros_like(rate), where=cells.exposure > 0)
    ratio = np.where(rows, per, own)
    gap = np.where(rows, cells.outcome - rate, 0.0)
    totals = np.empty((len(cells.n), T, T))
    for c, n in enumerate(cells.n):
        maps = np.hstack([np.eye(T), -np.diag(ratio[c])])
        totals[c] = n * (maps @ cells.cov[c] @ maps.T + np.outer(gap[c], gap[c]))
    return totals


def _scoring(X: Floats, outcome: Floats, exposure: Floats, n: Floats, family: Family) -> Floats | None:
    beta = np.linalg.lstsq(X, _start(outcome, exposure, family), rcond=None)[0]
    for _ in range(_STEPS):
        rate, slope = _mean(np.clip(X @ beta, -40, 40), exposure, family)
        root = np.sqrt(n * slope)
        step = np.linalg.lstsq(X * root[:, None], n * (outcome - rate) / root, rcond=None)[0]
        beta = beta + np.clip(step, -3, 3)
        if np.abs(step).max() < 1e-12 * max(1.0, float(np.abs(beta).max())) * 10:
            return beta if np.isfinite(beta).all() and np.abs(beta).max() < 60 else None
    return None


def _start(outcome: Floats, exposure: Floats, family: Family) -> Floats:
    share = np.clip(outcome / exposure, 1e-12, None)
    middle: Floats = (share + share.mean()) / 2
    top = np.inf if family == "poisson" else 1 - 1e-6
    middle = np.clip(middle, 1e-300, top)
    linked: Floats = np.log(middle) if family == "poisson" else np.log(middle / (1 - middle))
    return linked


def _mean(predictor: Floats, exposure: Floats, family: Family) -> tuple[Floats, Floats]:
    if family == "poisson":
        rate: Floats = exposure * np.exp(predictor)
        return rate, rate
    share: Floats = 1 / (1 + np.exp(-predictor))
    return exposure * share, exposure * share * (1 - share)
