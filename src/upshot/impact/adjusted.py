"""Difference-in-differences of 2x2 tables by stratum: saturated, regression, inverse propensity, doubly robust."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from upshot.impact.design import Adjustment
from upshot.impact.moments import Floats, Integers
from upshot.impact.outcome_regression import regress, solvable
from upshot.impact.propensity import propensity
from upshot.impact.strata import BASE, CONTROL, PERIOD, TREATED, Bools, Strata, Tables

__all__ = ["Differences", "differences"]

SIGNS = ((PERIOD, 1.0), (BASE, -1.0))


@dataclass(frozen=True, slots=True)
class Differences:
    """Effects of P pairs.

    Parameters
    ----------
    estimate
        Shape (P,); 0 where not ``known``.
    by
        Derivatives by the denominators and means of the tables.
    known
        Whether the pair could be compared, shape (P,).
    kept
        Strata used in each pair, shape (P, S).
    """

    estimate: Floats
    by: Tables
    known: Bools
    kept: Bools


@dataclass(slots=True)
class _Slopes:
    """Derivatives while they are gathered: by denominators and means (P, 2, 2, S), by odds (P, S)."""

    den: Floats
    mean: Floats
    odds: Floats

    @classmethod
    def none(cls, tables: Tables) -> "_Slopes":
        zero = np.zeros_like(tables.den)
        return cls(zero, zero.copy(), zero[:, 0, 0].copy())


def differences(tables: Tables, strata: Strata, adjust: Adjustment) -> Differences:
    """Effect of each pair on the treated, adjusted for strata.

    With one stratum every method is the plain difference-in-differences. Strata without overlap
    are left out pair by pair: for ``saturated`` those not seen on both sides at both times; for the
    additive models those with a level (of any column) that is not.
    """
    kept = _overlapping(tables, strata, adjust)
    nothing = Tables(np.zeros_like(tables.den), np.zeros_like(tables.mean))
    found = Differences(np.zeros(len(kept)), nothing, np.asarray(kept.any(axis=1)), kept)
    patterns, which = np.unique(kept, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        if pattern.any():
            _fill(found, tables, np.flatnonzero(which.ravel() == number), pattern, strata, adjust)
    return found


def _fill(
    found: Differences, tables: Tables, rows: Integers, pattern: Bools, strata: Strata, adjust: Adjustment
) -> None:
    """Estimate the pairs that use the same strata."""
    cut = tables.take(rows, pattern)
    slopes = _Slopes.none(cut)
    x = np.zeros((int(pattern.sum()), 0)) if adjust == "saturated" else strata.dummies(pattern)
    estimate, usable = _METHODS[adjust](cut, x, slopes)
    found.known[rows] = usable
    found.kept[rows[~usable]] = False
    found.estimate[rows] = np.where(usable, estimate, 0.0)
    inside = np.ix_(rows, np.arange(2), np.arange(2), np.flatnonzero(pattern))
    found.by.den[inside] = np.where(usable[:, None, None, None], slopes.den, 0.0)
    found.by.mean[inside] = np.where(usable[:, None, None, None], slopes.mean, 0.0)


def _overlapping(tables: Tables, strata: Strata, adjust: Adjustment) -> Bools:
    """Strata that can be compared in each pair, shape (P, S)."""
    seen = tables.den > 0
    someone = seen.any(axis=(1, 2))
    if adjust == "saturated":
        return np.asarray(seen.all(axis=(1, 2)))
    needed = (CONTROL,) if adjust == "regression" else (CONTROL, TREATED)
    kept = np.asarray(someone)
    while True:
        level = (tables.den * kept[:, None, None, :]) @ strata.levels
        bad = (level[:, list(needed)] <= 0).any(axis=(1, 2))
        smaller = kept & ~((bad.astype(np.float64) @ strata.levels.T) > 0)
        treated = (tables.den[:, TREATED] * smaller[:, None, :]).sum(axis=2) > 0
        smaller &= treated.all(axis=1)[:, None]
        if (smaller == kept).all():
            return kept
        kept = smaller


def _saturated(tables: Tables, _x: Floats, to: _Slopes) -> tuple[Floats, Bools]:
    """Differences within strata, averaged over the treated."""
    total = _treated_change(tables, to)
    share = tables.den[:, TREATED].sum(axis=1)
    gap = tables.mean[:, CONTROL, PERIOD] - tables.mean[:, CONTROL, BASE]
    value, by_share, by_gap = _mean(share, gap)
    to.den[:, TREATED] -= by_share[:, None]
    for when, sign in SIGNS:
        to.mean[:, CONTROL, when] -= sign * by_gap
    return total - value, np.ones(len(total), dtype=bool)


def _regression(tables: Tables, x: Floats, to: _Slopes) -> tuple[Floats, Bools]:
    """Outcome regression (Heckman, Ichimura & Todd 1997; Sant'Anna & Zhao 2020, equation 2.2)."""
    total = _treated_change(tables, to)
    share = tables.den[:, TREATED].sum(axis=1)
    for when, sign in SIGNS:
        fit = regress(x, tables.den[:, CONTROL, when], tables.mean[:, CONTROL, when])
        value, by_share, by_fitted = _mean(share, fit.fitted)
        total = total - sign * value
        to.den[:, TREATED] -= sign * by_share[:, None]
        _carry(to, CONTROL, when, fit.carried(-sign * by_fitted))
    return total, _settled(tables, x, CONTROL)


def _inverse_propensity(tables: Tables, x: Floats, to: _Slopes) -> tuple[Floats, Bools]:
    """Inverse propensity weighting with weights that sum to one (Abadie 2005, Hajek form)."""
    total = _treated_change(tables, to)
    chance = propensity(x, tables.den[:, TREATED].sum(axis=1), tables.den[:, CONTROL].sum(axis=1))
    for when, sign in SIGNS:
        total = total - sign * _weighted(tables, chance.odds, tables.mean[:, CONTROL, when], when, -sign, to)[0]
    _carry_odds(to, chance.carried(to.odds))
    return total, chance.usable


def _doubly_robust(tables: Tables, x: Floats, to: _Slopes) -> tuple[Floats, Bools]:
    """Sant'Anna & Zhao (2020), the locally efficient form for both panels and cross-sections.

    Their equation 3.4: linear outcome regressions on both sides, logit propensity. In a balanced
    panel it is the panel estimator (their equation 3.1), since the treated's own regression then
    averages to their mean.
    """
    share = tables.den[:, TREATED].sum(axis=1)
    chance = propensity(x, share, tables.den[:, CONTROL].sum(axis=1))
    total = np.zeros(len(share))
    for when, sign in SIGNS:
        own = regress(x, tables.den[:, TREATED, when], tables.mean[:, TREATED, when])
        other = regress(x, tables.den[:, CONTROL, when], tables.mean[:, CONTROL, when])
        value, by_share, by_gap = _mean(share, own.fitted - other.fitted)
        rest, by_rest = _weighted(tables, chance.odds, tables.mean[:, CONTROL, when] - other.fitted, when, -sign, to)
        total = total + sign * (value - rest)
        to.den[:, TREATED] += sign * by_share[:, None]
        _carry(to, TREATED, when, own.carried(sign * by_gap))
        _carry(to, CONTROL, when, other.carried(-sign * by_gap - by_rest))
    _carry_odds(to, chance.carried(to.odds))
    usable = chance.usable & _settled(tables, x, CONTROL)
    even = np.isclose(tables.den[:, TREATED, BASE], tables.den[:, TREATED, PERIOD], rtol=1e-12).all(axis=1)
    return total, usable & (even | _settled(tables, x, TREATED))


_METHODS: dict[Adjustment, Callable[[Tables, Floats, _Slopes], tuple[Floats, Bools]]] = {
    "saturated": _saturated,
    "regression": _regression,
    "inverse-propensity": _inverse_propensity,
    "doubly-robust": _doubly_robust,
}


def _mean(weight: Floats, value: Floats) -> tuple[Floats, Floats, Floats]:
    """Weighted mean over strata (P,), with its derivatives by weight and by value (P, S)."""
    total = weight.sum(axis=1, keepdims=True)
    mean = (weight * value).sum(axis=1, keepdims=True) / total
    return mean[:, 0], (value - mean) / total, weight / total


def _treated_change(tables: Tables, to: _Slopes) -> Floats:
    """Mean of the treated at the period less at the base."""
    total = np.zeros(len(tables.den))
    for when, sign in SIGNS:
        value, by_den, by_mean = _mean(tables.den[:, TREATED, when], tables.mean[:, TREATED, when])
        total = total + sign * value
        to.den[:, TREATED, when] += sign * by_den
        to.mean[:, TREATED, when] += sign * by_mean
    return total


def _weighted(
    tables: Tables, odds: Floats, value: Floats, when: int, scale: float, to: _Slopes
) -> tuple[Floats, Floats]:
    """Mean of the controls' values weighted by the odds; gathers ``scale`` times its derivatives."""
    den = tables.den[:, CONTROL, when]
    mean, by_weight, by_value = _mean(den * odds, value)
    to.den[:, CONTROL, when] += scale * by_weight * odds
    to.odds += scale * by_weight * den
    to.mean[:, CONTROL, when] += scale * by_value
    return mean, scale * by_value


def _carry(to: _Slopes, side: int, when: int, back: tuple[Floats, Floats]) -> None:
    to.den[:, side, when] += back[0]
    to.mean[:, side, when] += back[1]


def _carry_odds(to: _Slopes, back: tuple[Floats, Floats]) -> None:
    to.den[:, TREATED] += back[0][:, None]
    to.den[:, CONTROL] += back[1][:, None]


def _settled(tables: Tables, x: Floats, side: int) -> Bools:
    return solvable(x, tables.den[:, side, PERIOD]) & solvable(x, tables.den[:, side, BASE])
