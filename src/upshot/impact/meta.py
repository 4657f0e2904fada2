"""Random-effects meta-analysis of past initiatives, and what it lets the next plan expect."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import chi2, norm
from scipy.stats import t as student

from upshot.errors import DesignError, InputError, Problem

__all__ = ["Heterogeneity", "LeftOut", "MetaAnalysis", "Prior", "between_variance", "meta_analysis"]

Floats = npt.NDArray[np.float64]
Heterogeneity = Literal["reml", "paule-mandel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What a new initiative of this kind may be expected to do, before it starts.

    ``mean`` and ``std_dev`` of the effect of a new initiative; ``conf_*`` its prediction interval.
    """

    mean: float
    std_dev: float
    conf_low: float
    conf_high: float

    def chance_above(self, threshold: float) -> float:
        """Normal chance that the new initiative's true effect exceeds ``threshold``.

        Examples
        --------
        >>> Prior(mean=1.0, std_dev=1.0, conf_low=-1.0, conf_high=3.0).chance_above(1.0)
        0.5
        """
        return float(norm.sf(threshold, self.mean, self.std_dev))

    def updated(self, estimate: float, std_error: float) -> tuple[float, float]:
        """Mean and standard deviation after the new initiative's own estimate (normal–normal)."""
        if not (math.isfinite(estimate) and math.isfinite(std_error) and std_error > 0):
            raise DesignError("updated needs a finite estimate and a positive standard error.")
        own, old = std_error**-2, self.std_dev**-2
        return (own * estimate + old * self.mean) / (own + old), (own + old) ** -0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """The pooled effect without one initiative."""

    name: str
    estimate: float
    std_error: float
    tau2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaAnalysis:
    """The average effect of past initiatives, how much they differ, and the next one's range.

    ``tau2`` is the variance between initiatives, ``i2`` its share of the total in [0, 1], ``q``
    Cochran's statistic on ``n - 1`` degrees of freedom. ``prior`` is absent below three
    initiatives: a range for the next needs at least that.
    """

    n: int
    method: Heterogeneity
    hartung_knapp: bool
    level: float
    estimate: float
    std_error: float
    statistic: float
    p_value: float
    conf_low: float
    conf_high: float
    tau2: float
    i2: float
    q: float
    q_p_value: float
    prior: Prior | None
    leave_one_out: tuple[LeftOut, ...]


def between_variance(estimates: npt.ArrayLike, covariance: npt.ArrayLike, *, method: Heterogeneity = "reml") -> float:
    """Variance of the true effects around their common mean, beyond the sampling covariance.

    REML (Viechtbauer 2005) maximises the restricted likelihood over tau² >= 0; Paule & Mandel
    (1982) solves Q(tau²) = n - 1. Both take a full sampling covariance.

    Parameters
    ----------
    estimates
        Shape (n,), n >= 2.
    covariance
        Sampling variances, shape (n,), or covariance, shape (n, n).

    Examples
    --------
    >>> round(between_variance([0.0, 2.0, 4.0], [1.0, 1.0, 1.0]), 6)
    3.0
    """
    y, V = np.asarray(estimates, float), np.asarray(covariance, float)
    V = np.diag(V) if V.ndim == 1 else V
    if y.ndim != 1 or V.shape != (len(y), len(y)) or len(y) < 2:
        raise DesignError("between_variance needs two or more estimates with their sampling variances.")
    unit = float(np.trace(V)) / len(y) + float(np.var(y))
    scaled_y, scaled_V = (y - y.mean()) / math.sqrt(unit), V / unit
    solve = _paule_mandel if method == "paule-mandel" else _reml
    return unit * solve(scaled_y, scaled_V)


@dataclass(frozen=True, slots=True)
class _Rotated:
    """Estimates and the constant in the sampling covariance's own axes, where every tau² is a diagonal away."""

    spread: Floats
    y: Floats
    ones: Floats

    @classmethod
    def of(cls, y: Floats, V: Floats) -> "_Rotated":
        spread, axes = np.linalg.eigh(V)
        return cls(spread, axes.T @ y, axes.T @ np.ones(len(y)))

    def at(self, tau2: npt.ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
        """V + tau² I (…, n), P y, the trace of P, and 1'W1, with W the inverse and P = W - W1 (1'W1)^-1 1'W."""
        whole = self.spread + np.asarray(tau2, float)[..., None]
        level = self.ones / whole
        total = (self.ones * level).sum(axis=-1)
        mean = (self.y * level).sum(axis=-1) / total
        trace = (1 / whole).sum(axis=-1) - (level**2).sum(axis=-1) / total
        return whole, (self.y - mean[..., None] * self.ones) / whole, trace, total


def _paule_mandel(y: Floats, V: Floats) -> float:
    rotated = _Rotated.of(y, V)

    def excess(tau2: float) -> float:
        return float(rotated.y @ rotated.at(tau2)[1]) - (len(y) - 1)

    return _root(excess, 10.0 * (1 + float(y @ y)))


def _reml(y: Floats, V: Floats) -> float:
    """Root of the score with the highest likelihood; zero where the likelihood falls from the start."""
    rotated = _Rotated.of(y, V)

    def scores(tau2: npt.ArrayLike) -> Floats:
        _, Py, trace, _ = rotated.at(tau2)
        return np.asarray((Py**2).sum(axis=-1) - trace)

    def likelihood(tau2: float) -> float:
        whole, Py, _, total = rotated.at(tau2)
        return float(-np.log(whole).sum() - np.log(total) - rotated.y @ Py)

    grid = np.concatenate([[0.0], np.geomspace(1e-6, 10.0 * (1 + float(y @ y)), 60)])
    roots = [
        brentq(lambda tau2: float(scores(tau2)), a, b, xtol=1e-14, rtol=1e-12)
        for (a, left), (b, right) in pairwise(zip(grid, scores(grid), strict=True))
        if left > 0 >= right
    ]
    return float(max([0.0, *roots], key=likelihood))


def _root(falling: Callable[[float], float], upper: float) -> float:
    return 0.0 if falling(0.0) <= 0 else float(brentq(falling, 0.0, upper, xtol=1e-14, rtol=1e-12))


def meta_analysis(
    estimates: Sequence[float],
    std_errors: Sequence[float],
    *,
    names: Sequence[str] | None = None,
    level: float = 0.95,
    method: Heterogeneity = "reml",
    hartung_knapp: bool = True,
) -> MetaAnalysis:
    """Pool the effects of past initiatives on one KPI, taking them to differ.

    Parameters
    ----------
    estimates, std_errors
        One initiative each, in the same units.
    names
        For the leave-one-out table; counted from 1 when absent.
    hartung_knapp
        Student's t interval with the variance of Hartung & Knapp (2001), never below the ordinary
        one (Röver, Knapp & Friede 2015); otherwise the normal one.

    Returns
    -------
    MetaAnalysis
        ``prior`` is the prediction interval of Higgins, Thompson & Spiegelhalter (2009, eq. 12):
        t with n - 2 degrees of freedom, variance tau² + std_error². With fewer than ten or so
        initiatives of unequal precision it holds the next one some points less often than it says
        (Partlett & Riley 2017).

    Raises
    ------
    InputError
        With every initiative whose numbers are not finite or whose standard error is not positive,
        or when there are fewer than two.

    Examples
    --------
    >>> found = meta_analysis([0.1, 0.3, 0.2], [0.1, 0.1, 0.1])
    >>> round(found.estimate, 3), found.tau2
    (0.2, 0.0)
    """
    y, s, labels = _read(estimates, std_errors, names)
    if not 0 < level < 1:
        raise DesignError(f"The level parameter must be between 0 and 1. Got {level!r} instead.")
    tau2 = between_variance(y, s**2, method=method)
    mean, se = _pool(y, s, tau2, hartung_knapp)
    df = len(y) - 1
    reach = student.ppf((1 + level) / 2, df) if hartung_knapp else norm.ppf((1 + level) / 2)
    statistic = mean / se
    w = s**-2
    q = float(np.sum(w * (y - np.average(y, weights=w)) ** 2))
    typical = df * float(w.sum()) / float(w.sum() ** 2 - np.sum(w**2))
    return MetaAnalysis(
        n=len(y),
        method=method,
        hartung_knapp=hartung_knapp,
        level=level,
        estimate=mean,
        std_error=se,
        statistic=statistic,
        p_value=float(2 * (student.sf(abs(statistic), df) if hartung_knapp else norm.sf(abs(statistic)))),
        conf_low=mean - float(reach) * se,
        conf_high=mean + float(reach) * se,
        tau2=tau2,
        i2=tau2 / (tau2 + typical),
        q=q,
        q_p_value=float(chi2.sf(q, df)),
        prior=_prior(mean, se, tau2, len(y), level),
        leave_one_out=tuple(_left_out(y, s, labels, k, method, hartung_knapp) for k in range(len(y)) if len(y) > 2),
    )


def _pool(y: Floats, s: Floats, tau2: float, hartung_knapp: bool) -> tuple[float, float]:
    w = 1 / (s**2 + tau2)
    mean = float(np.average(y, weights=w))
    scale = float(np.sum(w * (y - mean) ** 2)) / (len(y) - 1) if hartung_knapp else 1.0
    return mean, math.sqrt(max(scale, 1.0) / float(w.sum()))


def _prior(mean: float, se: float, tau2: float, n: int, level: float) -> Prior | None:
    if n < 3:
        return None
    sd = math.sqrt(tau2 + se**2)
    half = float(student.ppf((1 + level) / 2, n - 2)) * sd
    return Prior(mean=mean, std_dev=sd, conf_low=mean - half, conf_high=mean + half)


def _left_out(y: Floats, s: Floats, names: Sequence[str], k: int, method: Heterogeneity, knapp: bool) -> LeftOut:
    kept = np.arange(len(y)) != k
    tau2 = between_variance(y[kept], s[kept] ** 2, method=method)
    mean, se = _pool(y[kept], s[kept], tau2, knapp)
    return LeftOut(name=names[k], estimate=mean, std_error=se, tau2=tau2)


def _read(
    estimates: Sequence[float], std_errors: Sequence[float], names: Sequence[str] | None
) -> tuple[Floats, Floats, tuple[str, ...]]:
    y, s = np.asarray(estimates, float), np.asarray(std_errors, float)
    labels = tuple(names) if names is not None else tuple(str(k + 1) for k in range(y.size))
    if y.ndim != 1 or y.shape != s.shape or len(labels) != y.size or y.size < 2:
        raise InputError(
            Problem(
                code="too-few-initiatives",
                text="Pooling needs two or more initiatives, each with an estimate, a standard error and a name.",
            )
        )
    bad = ~(np.isfinite(y) & np.isfinite(s) & (s > 0))
    if bad.any():
        text = "An initiative's estimate must be finite and its standard error positive."
        raise InputError([Problem(code="bad-initiative", text=text, value=labels[k]) for k in np.flatnonzero(bad)])
    return y, s, labels
