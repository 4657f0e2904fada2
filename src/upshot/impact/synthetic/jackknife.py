"""Jackknife inference with the weights held fixed, for panels with several treated teams."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.impact.synthetic.gaps import Effects, Fit, by_event
from upshot.impact.synthetic.teams import Cohort

__all__ = ["FEWEST_TREATED", "jackknife"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEWEST_TREATED = 5
"""Treated units below which the spread over them says too little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Left:
    estimate: float
    terms: Floats


def jackknife(Y: Floats, cohorts: Sequence[Cohort], donors: Ints, found: Effects) -> Floats | None:
    """Covariance of (headline, terms) by Algorithm 3 of Arkhangelsky et al. (2021).

    Each unit is left out in turn, the donors' weights scaled up to one again and nothing fitted
    anew; the covariance is (n - 1) / n times the sum of squares about the mean.

    Returns
    -------
    numpy.ndarray or None
        Shape (1 + terms, 1 + terms). ``None`` where leaving a unit out leaves a cohort empty, a
        cohort's whole weight rests on one donor, or fewer than five units are treated.
    """
    n_treated = sum(len(c.treated) for c in cohorts)
    one_donor = any(f.unit_weights.max() > 1 - 1e-9 for f in found.fits)
    if n_treated < FEWEST_TREATED or one_donor or min(len(c.treated) for c in cohorts) < 2:
        return None
    units = np.concatenate([donors, *(c.treated for c in cohorts)])
    rows = [_without(Y, cohorts, donors, found.fits, int(u)) for u in units]
    table = np.array([[r.estimate, *r.terms] for r in rows])
    spread = table - table.mean(axis=0)
    covariance: Floats = (len(units) - 1) / len(units) * spread.T @ spread
    return covariance


def _without(Y: Floats, cohorts: Sequence[Cohort], donors: Ints, fits: Sequence[Fit], unit: int) -> _Left:
    kept = [Cohort(start=c.start, treated=c.treated[c.treated != unit], pre=c.pre, post=c.post) for c in cohorts]
    again = [_refit(Y, c, donors, f, unit) for c, f in zip(kept, fits, strict=True)]
    estimate = np.average([f.effect for f in again], weights=[c.cells for c in kept])
    return _Left(estimate=float(estimate), terms=by_event(again, kept, Y.shape[1]))


def _refit(Y: Floats, cohort: Cohort, donors: Ints, fit: Fit, unit: int) -> Fit:
    omega = np.where(donors == unit, 0.0, fit.unit_weights)
    omega = omega / omega.sum()
    raw = Y[cohort.treated].mean(axis=0) - omega @ Y[donors]
    gaps = raw - fit.time_weights @ raw[cohort.pre]
    effect = float(gaps[cohort.post].mean())
    return Fit(unit_weights=omega, time_weights=fit.time_weights, gaps=gaps, effect=effect)
