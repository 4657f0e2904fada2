"""Unit and time weights of each method, the gap they leave, and its average over treated cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from upshot.impact.synthetic.simplex import simplex_weights
from upshot.impact.synthetic.teams import Cohort

__all__ = ["Effects", "Fit", "Method", "effects", "event_times", "fit", "noise_of", "pre_rmspe"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Method = Literal["synthetic-control", "demeaned-synthetic-control", "synthetic-did", "did"]

_TINY_RIDGE = 1e-6
"""Arkhangelsky et al. (2021) section 2.2: a ridge only large enough to make the weights unique."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """One cohort's weights and gaps.

    ``unit_weights`` (donors,), ``time_weights`` (len(pre),) are zero where a method has none;
    ``gaps`` (periods,) is treated mean less synthetic, less the time-weighted gap before.
    """

    unit_weights: Floats
    time_weights: Floats
    gaps: Floats
    effect: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """The headline and the gap at each event time; ``terms`` has the shape of ``event_times``."""

    estimate: float
    terms: Floats
    fits: tuple[Fit, ...]


def noise_of(Y: Floats, donors: Ints, pre: Ints) -> float:
    """Spread of the donors' first differences before the start (their eq. 2.2), in KPI units."""
    steps = np.diff(Y[np.ix_(donors, pre)], axis=1)
    return float(np.std(steps, ddof=1)) if steps.size > 1 else 0.0


def fit(Y: Floats, cohort: Cohort, donors: Ints, method: Method, noise: float) -> Fit:
    """Weights of one cohort (Abadie, Diamond & Hainmueller 2010; Arkhangelsky et al. 2021, Algorithm 1).

    Parameters
    ----------
    Y
        Outcomes, shape (units, periods).
    noise
        The donors' `noise_of`, which scales the penalties; kept fixed over placebo draws.
    """
    before = Y[np.ix_(donors, cohort.pre)]
    target = Y[cohort.treated].mean(axis=0)
    omega = _unit_weights(before.T, target[cohort.pre], cohort, method, noise)
    lam = _time_weights(before, Y[np.ix_(donors, cohort.post)].mean(axis=1), method, noise)
    raw = target - omega @ Y[donors]
    gaps = raw - lam @ raw[cohort.pre]
    return Fit(unit_weights=omega, time_weights=lam, gaps=gaps, effect=float(gaps[cohort.post].mean()))


def _unit_weights(donors: Floats, target: Floats, cohort: Cohort, method: Method, noise: float) -> Floats:
    k = donors.shape[1]
    match method:
        case "did":
            return np.full(k, 1.0 / k)
        case "synthetic-did":
            return simplex_weights(donors, target, ridge=cohort.cells**0.25 * noise, intercept=True)
        case "demeaned-synthetic-control":
            return simplex_weights(donors, target, ridge=_TINY_RIDGE * noise, intercept=True)
    return simplex_weights(donors, target, ridge=_TINY_RIDGE * noise)


def _time_weights(before: Floats, after: Floats, method: Method, noise: float) -> Floats:
    t = before.shape[1]
    match method:
        case "synthetic-control":
            return np.zeros(t)
        case "synthetic-did":
            return simplex_weights(before, after, ridge=_TINY_RIDGE * noise, intercept=True)
    return np.full(t, 1.0 / t)


def event_times(cohorts: Sequence[Cohort], n_periods: int) -> Ints:
    """Every event time some cohort is seen at, rising."""
    seen = [np.arange(n_periods) - c.start for c in cohorts]
    return np.unique(np.concatenate(seen)).astype(np.int64)


def effects(Y: Floats, cohorts: Sequence[Cohort], donors: Ints, method: Method, noises: Sequence[float]) -> Effects:
    """Average effect over treated cells, and the gaps by event time, over all cohorts.

    The headline weighs cohorts by treated unit-periods, an event time by the treated units seen at it.
    """
    fits = tuple(fit(Y, c, donors, method, s) for c, s in zip(cohorts, noises, strict=True))
    return Effects(estimate=_headline(fits, cohorts), terms=by_event(fits, cohorts, Y.shape[1]), fits=fits)


def _headline(fits: Sequence[Fit], cohorts: Sequence[Cohort]) -> float:
    return float(np.average([f.effect for f in fits], weights=[c.cells for c in cohorts]))


def by_event(fits: Sequence[Fit], cohorts: Sequence[Cohort], n_periods: int) -> Floats:
    """Gaps averaged at each event time with the cohorts' sizes as weights; shape of `event_times`."""
    events = event_times(cohorts, n_periods)
    total, weight = np.zeros(len(events)), np.zeros(len(events))
    for one, cohort in zip(fits, cohorts, strict=True):
        at = np.searchsorted(events, np.arange(n_periods) - cohort.start)
        total[at] += len(cohort.treated) * one.gaps
        weight[at] += len(cohort.treated)
    return total / weight


def pre_rmspe(fits: Sequence[Fit], cohorts: Sequence[Cohort], *, centred: bool) -> float:
    """Root mean squared gap before the start, over cohorts; ``centred`` takes each one's mean gap out."""
    squares = []
    for one, cohort in zip(fits, cohorts, strict=True):
        gaps = one.gaps[cohort.pre]
        squares.append(gaps - gaps.mean() if centred else gaps)
    return float(np.sqrt(np.mean(np.concatenate(squares) ** 2)))
