"""New hires only: difference-in-differences of restricted mean time over intakes and sites."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import special

from upshot.errors import DesignError, InputError, Problem
from upshot.impact.design import Registration
from upshot.impact.estimate import Caution, CheckResult, Estimate, Naive, Term
from upshot.impact.spells.arrays import Spells, read_spells
from upshot.impact.spells.contrast import enough_until
from upshot.impact.spells.curve import influence, kaplan_meier, restricted_mean, restricted_variance, supported_until

__all__ = ["new_hires"]

Floats = npt.NDArray[np.float64]

_ENOUGH = 5
_FEW_CLUSTERS = 40


def new_hires(
    duration: npt.ArrayLike,
    event: npt.ArrayLike,
    intake: npt.ArrayLike,
    first_treated: Sequence[float | None],
    *,
    entry: npt.ArrayLike | None = None,
    horizon: float | None = None,
    cluster: npt.ArrayLike | None = None,
    level: float = 0.95,
    outcome: str = "duration",
    registration: Registration = "exploratory",
) -> Estimate:
    """Effect of a programme that only people hired from some intake on receive, site by site.

    A *cohort* is the sites that start with one intake. For cohort g and an intake t >= g: the gap
    in restricted mean time to the cohorts not started by t (weighed by their hires at t), less the
    same gap over the intakes before g (weighed by g's hires). The average over (g, t) weighs by
    the hires treated. It assumes that the gap would have stayed as it was; the gaps before the
    start test that.

    Parameters
    ----------
    duration, event, entry
        As in `spells`, (n,).
    intake
        Number of the intake (month, class) each person was hired in, (n,).
    first_treated
        First intake treated at the person's site, ``None`` where it never is, (n,).
    horizon
        Up to when time is counted. Default: the largest time at which every cohort and intake that
        is used still has 5 spells at risk.
    cluster
        Labels (n,), usually the site. Errors hold for them.
    level
        Confidence level.

    Returns
    -------
    Estimate
        ``rmst-difference-in-differences``; terms by cohort (``group``) and intake (``period``),
        those with a negative ``event_time`` being gaps less the last gap before the start. Without
        ``estimate`` when no cohort remains to compare with.

    Raises
    ------
    InputError, DesignError
        As in `spells`.
    """
    if not 0 < level < 1:
        raise DesignError(f"The level parameter of new_hires must be between 0 and 1. Got {level!r} instead.")
    hired, starts = _read_intakes(intake, first_treated)
    data = read_spells(duration, event, (starts <= hired).astype(int), entry=entry, cluster=cluster)
    blank = Estimate(
        method="rmst-by-intake",
        estimand="rmst-difference-in-differences",
        aggregation="simple",
        outcome=outcome,
        level=level,
        registration=registration,
        n_units=len(data),
        n_treated=int(data.treated.sum()),
        n_periods=len(np.unique(hired)),
        n_clusters=None if data.cluster is None else len(np.unique(data.cluster)),
    )
    grid = _grid(hired, starts)
    if not grid.effects:
        return replace(blank, cautions=(_NOTHING,))
    lone = data.cluster is not None and any(len(np.unique(data.cluster[starts == g])) < 2 for g in grid.compared)
    if lone:
        return replace(blank, cautions=(_LONE,))
    found = _cells(data, grid, horizon)
    return replace(blank, cautions=(found,)) if isinstance(found, Caution) else _filled(blank, grid, found, horizon)


_NOTHING = Caution(
    code="no-comparison",
    text=(
        "Every site had started by the same intake, none was observed before it, or the intakes hold fewer than "
        f"{_ENOUGH} people, so there is nothing to compare with. Keep some sites waiting."
    ),
)


_LONE = Caution(
    code="too-few-clusters",
    text="Sites that start together are one cluster, so the effect cannot be told from that cluster's own fate.",
)


@dataclass(frozen=True, slots=True)
class _Effect:
    """One contrast of cells: ``weights`` (G, S) on the restricted means of cohort g, intake s."""

    cohort: float
    intake: float
    event_time: int
    weights: Floats
    hires: int


@dataclass(frozen=True, slots=True)
class _Grid:
    """Cohorts (G,), intakes (S,), each spell's cell (n,), cell sizes (G, S), and the contrasts."""

    cohorts: Floats
    intakes: Floats
    cell: npt.NDArray[np.int64]
    size: npt.NDArray[np.int64]
    effects: tuple[_Effect, ...]
    leads: tuple[_Effect, ...]

    @property
    def compared(self) -> Floats:
        """Cohorts that some effect uses."""
        return self.cohorts[np.any([effect.weights.any(axis=1) for effect in self.effects], axis=0)]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Restricted means and Greenwood variances (G · S,), influence of each spell on its own cell (n,)."""

    horizon: float
    mean: Floats
    variance: Floats
    psi: Floats
    cell: npt.NDArray[np.int64]
    cluster: npt.NDArray[np.int64] | None

    def covariance(self, weights: Floats) -> Floats:
        """Covariance of contrasts with the given weights (L, G · S), shape (L, L)."""
        if self.cluster is None:
            return (weights * self.variance) @ weights.T
        totals = np.zeros((int(self.cluster.max()) + 1, len(weights)))
        np.add.at(totals, self.cluster, (weights[:, self.cell] * self.psi).T)
        return totals.T @ totals * (len(totals) / max(len(totals) - 1, 1))


def _read_intakes(intake: npt.ArrayLike, first_treated: Sequence[float | None]) -> tuple[Floats, Floats]:
    try:
        hired = np.asarray(intake, dtype=np.float64)
        starts = np.array([np.inf if first is None else float(first) for first in first_treated])
    except (TypeError, ValueError):
        raise InputError(Problem(code="not-a-number", text="Intakes must be numbers.", column="intake")) from None
    problems = []
    if not np.isfinite(hired).all():
        problems.append(Problem(code="not-finite", text="Some intakes are missing.", column="intake"))
    if np.isnan(starts).any():
        text = "A first treated intake is not a number; a site that is never treated has none."
        problems.append(Problem(code="not-finite", text=text, column="first_treated"))
    if hired.shape != starts.shape:
        problems.append(Problem(code="lengths-differ", text="intake and first_treated have different lengths."))
    if problems:
        raise InputError(problems)
    return hired, starts


def _grid(hired: Floats, starts: Floats) -> _Grid:
    cohorts, row = np.unique(starts, return_inverse=True)
    intakes, column = np.unique(hired, return_inverse=True)
    cell = row * len(intakes) + column
    size = np.bincount(cell, minlength=len(cohorts) * len(intakes)).reshape(len(cohorts), len(intakes))
    known = np.where(size >= _ENOUGH, size, 0)
    effects, leads = [], []
    for g, start in enumerate(cohorts[np.isfinite(cohorts)]):
        effects += [_gap(g, int(t), cohorts, intakes, known) for t in np.flatnonzero(intakes >= start)]
        leads += _leads(g, cohorts, intakes, known)
    return _Grid(cohorts, intakes, cell, size, tuple(e for e in effects if e), tuple(leads))


def _gap(g: int, t: int, cohorts: Floats, intakes: Floats, size: npt.NDArray[np.int64]) -> _Effect | None:
    """Gap of cohort g to the cohorts waiting at intake t, less the same gap before the start."""
    waiting = np.where(cohorts > intakes[t], size[:, t], 0)
    if not size[g, t] or not waiting.any():
        return None
    before = (intakes < cohorts[g]) & (size[g] > 0) & (size[waiting > 0] > 0).all(axis=0)
    if not before.any():
        return None
    against = -waiting / waiting.sum()
    against[g] = 1.0
    past = np.where(before, size[g], 0)
    weights = np.outer(against, -past / past.sum())
    weights[:, t] += against
    return _Effect(cohorts[g], intakes[t], int(t - np.searchsorted(intakes, cohorts[g])), weights, int(size[g, t]))


def _leads(g: int, cohorts: Floats, intakes: Floats, size: npt.NDArray[np.int64]) -> list[_Effect]:
    """Gaps before the start less the last of them, against the cohorts that start later."""
    start = int(np.searchsorted(intakes, cohorts[g]))
    later = np.where(cohorts > cohorts[g], size[:, max(start - 1, 0)], 0)
    if not later.any():
        return []
    past = np.flatnonzero((intakes < cohorts[g]) & (size[g] > 0) & (size[later > 0] > 0).all(axis=0))
    against = -later / later.sum()
    against[g] = 1.0
    found = []
    for s in past[:-1]:
        weights = np.zeros(size.shape)
        weights[:, s], weights[:, past[-1]] = against, -against
        found.append(_Effect(cohorts[g], intakes[s], int(s - start), weights, int(size[g, s])))
    return found


def _cells(data: Spells, grid: _Grid, horizon: float | None) -> _Cells | Caution:
    used = np.flatnonzero(sum(np.abs(e.weights).ravel() for e in (*grid.effects, *grid.leads)))
    reach = [enough_until(data.duration[grid.cell == k], data.entry[grid.cell == k], _ENOUGH) for k in used]
    limit = min(value or 0.0 for value in reach) if horizon is None else horizon
    mean, variance, psi = np.zeros(grid.size.size), np.zeros(grid.size.size), np.zeros(len(data))
    for k in used:
        rows = grid.cell == k
        curve = kaplan_meier(data.duration[rows], data.event[rows], data.entry[rows])
        if limit <= 0 or supported_until(curve) < limit:
            text = f"An intake is followed to {curve.last:g} only. Choose a horizon every intake has reached, or wait."
            return Caution(code="horizon-beyond-follow-up", text=text)
        mean[k], variance[k] = restricted_mean(curve, limit), restricted_variance(curve, limit)
        psi[rows] = influence(curve, data.duration[rows], data.event[rows], data.entry[rows], limit)
    return _Cells(limit, mean, variance, psi, grid.cell, data.cluster)


def _filled(blank: Estimate, grid: _Grid, cells: _Cells, horizon: float | None) -> Estimate:
    share = np.array([effect.hires for effect in grid.effects], dtype=np.float64)
    share /= share.sum()
    every = np.array([effect.weights.ravel() for effect in (*grid.effects, *grid.leads)])
    headline = share @ every[: len(share)]
    effect, error = float(headline @ cells.mean), float(np.sqrt(cells.covariance(headline[None])[0, 0]))
    if not error > 0:
        text = "The spells do not vary enough to give a standard error, so no effect is stated."
        return replace(blank, cautions=(Caution(code="no-variance", text=text),))
    critical = _critical(blank)
    spread = np.sqrt(np.diag(cells.covariance(every)))
    seen = sum(
        s * cells.mean.reshape(grid.size.shape)[_place(grid, e)] for s, e in zip(share, grid.effects, strict=True)
    )
    return replace(
        blank,
        estimate=effect,
        std_error=error,
        statistic=effect / error,
        p_value=_p_value(effect / error, blank.n_clusters),
        conf_low=effect - critical * error,
        conf_high=effect + critical * error,
        baseline=float(seen) - effect,
        terms=tuple(
            _term(e, float(value), float(wide), critical)
            for e, value, wide in zip((*grid.effects, *grid.leads), every @ cells.mean, spread, strict=True)
        ),
        checks=(_trend(cells, every[len(share) :], len(grid.cohorts)),),
        cautions=_cautions(cells, blank.n_clusters, horizon is None),
        naive=_naive(grid, cells, float(seen)),
    )


def _place(grid: _Grid, effect: _Effect) -> tuple[int, int]:
    return int(np.searchsorted(grid.cohorts, effect.cohort)), int(np.searchsorted(grid.intakes, effect.intake))


def _naive(grid: _Grid, cells: _Cells, seen: float) -> Naive:
    """Treated intakes less all earlier ones of the same cohorts: what a before-and-after page shows."""
    before = {(e.cohort, s): w for e in grid.effects for s, w in enumerate(e.weights[_place(grid, e)[0]]) if w < 0}
    past = np.array([cells.mean.reshape(grid.size.shape)[np.searchsorted(grid.cohorts, c), s] for c, s in before])
    count = np.array([grid.size[np.searchsorted(grid.cohorts, c), s] for c, s in before], dtype=np.float64)
    base = float(past @ count / count.sum())
    return Naive(before_after=seen - base, before_after_relative=(seen - base) / base if base > 0 else None)


def _term(effect: _Effect, value: float, error: float, critical: float) -> Term:
    return Term(
        term="rmst-difference-in-differences",
        event_time=effect.event_time,
        group=effect.cohort,
        period=effect.intake,
        estimate=value,
        std_error=error if error > 0 else None,
        conf_low=value - critical * error if error > 0 else None,
        conf_high=value + critical * error if error > 0 else None,
        n_units=effect.hires,
    )


def _trend(cells: _Cells, leads: Floats, cohorts: int) -> CheckResult:
    """Joint Wald test that the gaps before the start are all equal."""
    name = "pre-trends"
    if len(leads) == 0:
        text = "Fewer than two intakes before the start can be compared, so a trend could not have been seen."
        return CheckResult(name=name, status="not_applicable", code="no-pre-period", text=text)
    covariance, gaps = cells.covariance(leads), leads @ cells.mean
    rank = int(np.linalg.matrix_rank(covariance))
    if rank == 0:
        return CheckResult(name=name, status="not_applicable", text="The gaps before the start do not vary.")
    statistic = float(gaps @ np.linalg.pinv(covariance, hermitian=True) @ gaps)
    p_value = _wald_p(statistic, rank, None if cells.cluster is None else int(cells.cluster.max()) + 2 - cohorts)
    moved = p_value < 0.05
    text = (
        f"Before the start the gap between the sites {'was already moving' if moved else 'did not clearly move'} "
        f"(joint test of {len(leads)} gaps, p = {p_value:.2g})."
    )
    return CheckResult(
        name=name,
        status="failed" if moved else "passed",
        code="pre-trend" if moved else None,
        text=text,
        statistic=statistic,
        p_value=p_value,
    )


def _wald_p(statistic: float, rank: int, clusters: int | None) -> float:
    """Chi-squared; with clusters Hotelling's F, which does not cry wolf when they are few.

    ``clusters`` is the number less one for each cohort but the first: each has a mean of its own.
    """
    if clusters is None:
        return float(special.chdtrc(rank, statistic))
    spare = max(clusters - rank, 1)
    return float(special.fdtrc(rank, spare, statistic * spare / (rank * max(clusters - 1, 1))))


def _cautions(cells: _Cells, clusters: int | None, chosen: bool) -> tuple[Caution, ...]:
    text = f"Time is counted up to {cells.horizon:g}; what happens later is left out."
    if chosen:
        text += f" It is the largest time at which every intake used still has {_ENOUGH} spells at risk."
    said = [Caution(code="horizon-from-data" if chosen else "restricted-mean", text=text)]
    if clusters is None:
        alone = "People are taken as independent. When sites share a fate, give the site as the cluster."
        said.append(Caution(code="no-clusters", text=alone))
    elif clusters < _FEW_CLUSTERS:
        few = f"The interval rests on {clusters} clusters and may be too short."
        said.append(Caution(code="few-clusters", text=few))
    return tuple(said)


def _critical(blank: Estimate) -> float:
    tail = (1 + blank.level) / 2
    if blank.n_clusters is None:
        return float(special.ndtri(tail))
    return float(special.stdtrit(max(blank.n_clusters - 1, 1), tail))


def _p_value(statistic: float, clusters: int | None) -> float:
    size = -abs(statistic)
    return float(2 * (special.ndtr(size) if clusters is None else special.stdtr(max(clusters - 1, 1), size)))
