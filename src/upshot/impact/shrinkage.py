"""Effects by slice (region, role, tenure), pulled towards their common mean as far as noise demands."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2, norm

from upshot.errors import DesignError, InputError, Problem
from upshot.impact.estimate import Caution
from upshot.impact.meta import Heterogeneity, between_variance
from upshot.impact.multiplicity import benjamini_hochberg

__all__ = ["SliceEffect", "SliceEffects", "shrink_slices"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceEffect:
    """One slice. Where ``shown`` is false there are too few people and no number at all.

    ``estimate, std_error`` are the slice's own; ``shrunken, conf_*`` the empirical Bayes ones to
    print; ``weight`` the share of the slice's own estimate in it; ``p_adjusted`` its own effect's
    p-value after Benjamini & Hochberg over all slices shown.
    """

    name: str
    shown: bool
    estimate: float | None = None
    std_error: float | None = None
    shrunken: float | None = None
    shrunken_std_error: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    weight: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceEffects:
    """All slices, their common mean, and whether they differ at all.

    ``q, q_p_value`` test that every slice has the same effect. ``tau2`` is the variance of the
    true effects between slices.
    """

    slices: tuple[SliceEffect, ...]
    mean: float | None
    mean_std_error: float | None
    tau2: float | None
    q: float | None
    q_p_value: float | None
    cautions: tuple[Caution, ...]


def shrink_slices(
    names: Sequence[str],
    estimates: Sequence[float],
    covariance: npt.ArrayLike,
    n_units: Sequence[int],
    *,
    minimum_group: int = 5,
    level: float = 0.95,
    method: Heterogeneity = "reml",
) -> SliceEffects:
    """Empirical Bayes effects of slices (Efron & Morris 1975; Morris 1983).

    The true effects are taken as normal around a common mean with variance tau²; each estimate
    moves towards that mean by its share of noise. The variance adds what is not known of the mean,
    and Morris's (1983, section 4) term for what is not known of tau².

    Parameters
    ----------
    names, estimates, n_units
        One a slice; ``n_units`` is people in it.
    covariance
        Sampling variances, shape (n,), or their covariance, shape (n, n), when slices share people
        or a comparison group.
    minimum_group
        Slices of fewer people are not shown and do not enter the mean. Hiding one slice of a
        whole still lets the rest reveal it: the query layer suppresses a second.
    method
        How tau² is estimated.

    Raises
    ------
    InputError
        With every slice whose numbers are not finite, not positive or doubled.
    DesignError
        If the shapes do not match or an option is out of range.

    Examples
    --------
    >>> found = shrink_slices(["a", "b", "c"], [0.0, 1.0, 2.0], [0.5, 0.5, 0.5], [40, 40, 3])
    >>> [s.shown for s in found.slices]
    [True, True, False]
    """
    y, V, n = _read(names, estimates, covariance, n_units)
    if minimum_group < 1 or not 0 < level < 1:
        raise DesignError("shrink_slices needs a minimum_group of at least 1 and a level between 0 and 1.")
    shown = np.flatnonzero(n >= minimum_group)
    hidden = _hidden_caution(len(n) - len(shown), minimum_group)
    if len(shown) == 0:
        return _bare(tuple(SliceEffect(name=str(name), shown=False) for name in names), hidden)
    inside = _shrink(y[shown], V[np.ix_(shown, shown)], method)
    slices = _slices([str(x) for x in names], shown, y, V, inside, level)
    return SliceEffects(
        slices=slices,
        mean=inside.mean,
        mean_std_error=inside.mean_std_error,
        tau2=inside.tau2,
        q=inside.q,
        q_p_value=float(chi2.sf(inside.q, len(shown) - 1)) if inside.q is not None else None,
        cautions=(*hidden, *_few_caution(len(shown))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shrunken:
    mean: float
    mean_std_error: float
    tau2: float | None
    q: float | None
    effects: Floats
    variances: Floats
    weights: Floats


def _shrink(y: Floats, V: Floats, method: Heterogeneity) -> _Shrunken:
    k = len(y)
    if k == 1:
        return _Shrunken(
            mean=float(y[0]),
            mean_std_error=float(math.sqrt(V[0, 0])),
            tau2=None,
            q=None,
            effects=y,
            variances=np.diag(V),
            weights=np.ones(1),
        )
    tau2 = between_variance(y, V, method=method)
    W = np.linalg.inv(V + tau2 * np.eye(k))
    rows = W.sum(axis=1)
    mean, mean_variance = float(rows @ y / rows.sum()), float(1 / rows.sum())
    B = tau2 * W
    away = np.ones(k) - B.sum(axis=1)
    posterior = tau2 * np.eye(k) - tau2 * B + mean_variance * np.outer(away, away)
    noise = 1 - np.diag(B)
    unsure = 2 / (k - 3) * (noise * (y - mean)) ** 2 if k > 3 else np.zeros(k)
    fixed = np.linalg.inv(V)
    return _Shrunken(
        mean=mean,
        mean_std_error=math.sqrt(mean_variance),
        tau2=tau2,
        q=float(y @ (fixed - np.outer(fixed.sum(axis=1), fixed.sum(axis=1)) / fixed.sum()) @ y),
        effects=mean + B @ (y - mean),
        variances=np.minimum(np.diag(posterior) + unsure, np.diag(V)),
        weights=np.diag(B),
    )


def _slices(
    names: Sequence[str], shown: npt.NDArray[np.intp], y: Floats, V: Floats, inside: _Shrunken, level: float
) -> tuple[SliceEffect, ...]:
    se = np.sqrt(np.diag(V))
    p = 2 * norm.sf(np.abs(y[shown]) / se[shown])
    adjusted, reach = benjamini_hochberg(p), float(norm.ppf((1 + level) / 2))
    found = {int(row): k for k, row in enumerate(shown)}
    out = []
    for row, name in enumerate(names):
        if row not in found:
            out.append(SliceEffect(name=name, shown=False))
            continue
        k = found[row]
        at, error = float(inside.effects[k]), float(np.sqrt(inside.variances[k]))
        out.append(
            SliceEffect(
                name=name,
                shown=True,
                estimate=float(y[row]),
                std_error=float(se[row]),
                shrunken=at,
                shrunken_std_error=error,
                conf_low=at - reach * error,
                conf_high=at + reach * error,
                weight=float(inside.weights[k]),
                p_value=float(p[k]),
                p_adjusted=float(adjusted[k]),
            )
        )
    return tuple(out)


def _bare(slices: tuple[SliceEffect, ...], cautions: tuple[Caution, ...]) -> SliceEffects:
    return SliceEffects(
        slices=slices, mean=None, mean_std_error=None, tau2=None, q=None, q_p_value=None, cautions=cautions
    )


def _hidden_caution(hidden: int, minimum: int) -> tuple[Caution, ...]:
    if not hidden:
        return ()
    text = f"{hidden} slices have fewer than {minimum} people and are not shown."
    return (Caution(code="too-few-to-show", text=text),)


def _few_caution(shown: int) -> tuple[Caution, ...]:
    if shown == 1:
        return (Caution(code="one-slice", text="One slice alone cannot be shrunk; its own estimate is shown."),)
    if shown <= 3:
        text = "With three slices or fewer, how much slices differ is hardly known; read the intervals with care."
        return (Caution(code="few-slices", text=text),)
    return ()


def _read(
    names: Sequence[str], estimates: Sequence[float], covariance: npt.ArrayLike, n_units: Sequence[int]
) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    y, V, n = np.asarray(estimates, float), np.asarray(covariance, float), np.asarray(n_units)
    V = np.diag(V) if V.ndim == 1 else V
    if y.ndim != 1 or V.shape != (len(y), len(y)) or n.shape != y.shape or len(names) != len(y):
        raise DesignError("shrink_slices needs one name, estimate, variance and number of people a slice.")
    if not len(y):
        raise InputError(Problem(code="no-slice", text="There is no slice to show."))
    _check_slices(names, y, V, n)
    return y, V, n.astype(np.int64)


def _check_slices(names: Sequence[str], y: Floats, V: Floats, n: npt.NDArray[np.generic]) -> None:
    labels = [str(x) for x in names]
    bad = ~(np.isfinite(y) & np.isfinite(V).all(axis=1)) | ~(np.diag(V) > 0) | (n.astype(float) < 0)
    problems = [Problem(code="slice-twice", text="A slice stands twice.", value=x) for x in _twice(labels)]
    problems += [
        Problem(
            code="bad-slice",
            text="A slice needs a finite estimate, a positive variance and a number of people.",
            value=labels[k],
        )
        for k in np.flatnonzero(bad)
    ]
    if not problems and (not np.allclose(V, V.T) or np.linalg.eigvalsh(V / np.diag(V).max()).min() < -1e-9):
        problems.append(Problem(code="bad-covariance", text="The slices' covariance must be symmetric and positive."))
    if problems:
        raise InputError(problems)


def _twice(labels: Sequence[str]) -> list[str]:
    return sorted({x for x in labels if labels.count(x) > 1})
