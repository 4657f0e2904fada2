"""From the pre-period's covariance to the study window's: observed where it is long enough, else a stationary model."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize

from upshot.errors import DesignError
from upshot.impact.power.baseline import Baseline

__all__ = ["Stationary", "fit_stationary", "study_covariance"]

Floats = npt.NDArray[np.float64]

_ENOUGH_UNITS = 10  # units per period before an observed covariance is trusted as it stands
_AR_FROM = 4  # periods needed to tell a decaying correlation from a lasting one


@dataclass(frozen=True, slots=True, kw_only=True)
class Stationary:
    """Covariance at lag k: ``unit + state * rho**k``, plus ``noise`` at lag 0.

    Parameters
    ----------
    unit
        Variance of what stays with a unit throughout.
    state
        Variance of what fades, by the factor ``rho`` a period (an AR(1) process).
    noise
        Variance of what is new in each period.
    rho
        In [0, 1).
    """

    unit: float
    state: float
    noise: float
    rho: float

    def covariance(self, n_periods: int) -> Floats:
        """Covariance over that many successive periods, shape (n_periods, n_periods)."""
        lags = np.abs(np.subtract.outer(np.arange(n_periods), np.arange(n_periods)))
        fading = np.where(lags == 0, 1.0, self.rho ** np.maximum(lags, 1))
        return self.unit + self.state * fading + self.noise * np.eye(n_periods)

    @property
    def autocorrelation(self) -> float:
        """Correlation of the same unit between one period and the next."""
        total = self.unit + self.state + self.noise
        return (self.unit + self.state * self.rho) / total if total > 0 else 0.0


def fit_stationary(covariance: npt.ArrayLike) -> Stationary:
    """Fit the model to the mean covariance at each lag, by non-negative least squares.

    Lags are weighted by how many pairs of periods they average. The fading part is looked for
    only from four periods on; with two or three, what two periods share is taken as lasting.

    Parameters
    ----------
    covariance
        Shape (T, T), T >= 2.

    Raises
    ------
    DesignError
        With a single period: nothing says how steady a unit is from one period to the next.

    Examples
    --------
    >>> model = fit_stationary([[2.0, 0.5], [0.5, 2.0]])
    >>> round(model.unit, 6), round(model.noise, 6), round(model.autocorrelation, 6)
    (0.5, 1.5, 0.25)
    """
    cov = np.asarray(covariance, dtype=np.float64)
    periods = cov.shape[0]
    if periods < 2:
        raise DesignError(
            "One pre-period cannot show how steady people are from one period to the next. "
            "Give at least two pre-periods, or state the autocorrelation."
        )
    gamma = np.array([np.diagonal(cov, lag).mean() for lag in range(periods)])
    weight = np.sqrt(np.arange(periods, 0, -1.0))
    scale = float(gamma[0]) or 1.0
    grid = [0.0] if periods < _AR_FROM else [0.0, *np.linspace(0.05, 0.95, 37)]
    fits = [(*_fit(gamma / scale, weight, rho), rho) for rho in grid]
    parts, _, rho = min(fits, key=lambda fit: fit[1])
    unit, noise, state = (float(part) * scale for part in parts)
    return Stationary(unit=unit, state=state, noise=noise, rho=float(rho) if state > 0 else 0.0)


def _fit(gamma: Floats, weight: Floats, rho: float) -> tuple[Floats, float]:
    lags = np.arange(gamma.size)
    columns = [np.ones(gamma.size), (lags == 0).astype(np.float64)]
    if rho > 0:
        columns.append(rho**lags)
    parts, residual = optimize.nnls(np.column_stack(columns) * weight[:, None], gamma * weight)
    return np.append(parts, np.zeros(3 - parts.size)), float(residual)


def study_covariance(baseline: Baseline, n_periods: int) -> tuple[Floats, str]:
    """Covariance of a unit over a study of that many periods, and the assumption it rests on.

    Raises
    ------
    DesignError
        If a longer study is asked of a baseline with one period.
    """
    observed = baseline.n_periods
    if baseline.assumed and n_periods > observed:
        text = "The numbers were typed in: the same correlation is assumed between any two periods."
        return fit_stationary(baseline.covariance).covariance(n_periods), text
    if n_periods <= observed and (baseline.assumed or baseline.n_units >= _ENOUGH_UNITS * n_periods):
        text = f"The {n_periods} periods of the study are taken to be as noisy as the last {n_periods} measured."
        return baseline.covariance[-n_periods:, -n_periods:], text
    model = fit_stationary(baseline.covariance)
    text = (
        f"Noise over the study's {n_periods} periods is extrapolated from {observed} measured ones: a part that "
        "stays with each unit, a part that fades, and a part new in each period, none of which changes over time."
    )
    return model.covariance(n_periods), text
