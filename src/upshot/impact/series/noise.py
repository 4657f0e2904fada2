"""What is left over: first-order autocorrelation by restricted likelihood, gaps in time included."""

import numpy as np
import numpy.typing as npt
from scipy import linalg, special

__all__ = ["colour_rows", "correlation", "ljung_box", "newey_west", "rho_posterior", "whiten", "whiten_rows"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

GRID = np.concatenate([np.linspace(-0.8, 0.88, 43), np.linspace(0.9, 0.98, 5)])


def correlation(rho: float, index: Integers) -> Floats:
    """Correlation of an AR(1) process at whole steps, (T, T)."""
    apart: Floats = np.abs(np.subtract.outer(index, index)).astype(np.float64)
    alike: Floats = np.asarray(np.power(rho, apart), dtype=np.float64)
    return alike


def whiten(values: Floats, rho: float, index: Integers) -> Floats:
    """Make AR(1) rows (T, ...) independent with unit variance; steps between rows may exceed one."""
    carry = rho ** np.diff(index).astype(np.float64)
    scale = np.sqrt(1 - carry**2)
    shape = (-1,) + (1,) * (values.ndim - 1)
    rest = (values[1:] - carry.reshape(shape) * values[:-1]) / scale.reshape(shape)
    return np.concatenate([values[:1], rest])


def whiten_rows(rows: Floats, rho: float, index: Integers) -> Floats:
    """``rows`` (P, T) times the matrix that `whiten` applies, without building it."""
    carry = rho ** np.diff(index).astype(np.float64)
    scale = np.concatenate([[1.0], np.sqrt(1 - carry**2)])
    scaled: Floats = rows / scale
    scaled[:, :-1] -= carry * scaled[:, 1:]
    return scaled


def colour_rows(rows: Floats, rho: float, index: Integers) -> Floats:
    """``rows`` (P, T) times L, where L Lᵀ is `correlation`; so A R Aᵀ costs no (T, T) matrix."""
    carry = rho ** np.diff(index).astype(np.float64)
    sums = rows.T.copy()
    for t in range(len(carry) - 1, -1, -1):
        sums[t] += carry[t] * sums[t + 1]
    scaled: Floats = sums.T * np.concatenate([[1.0], np.sqrt(1 - carry**2)])
    return scaled


def rho_posterior(outcome: Floats, design: Floats, index: Integers) -> Floats:
    """Weight of each autocorrelation on `GRID` given the series, (len(GRID),), summing to one.

    The restricted likelihood (Patterson & Thompson 1971; Cheang & Reinsel 2000 for AR errors)
    under a flat prior. Plain least-squares residuals understate the autocorrelation of short
    series; the restricted likelihood does not (Turner et al. 2021).
    """
    values = np.array([_restricted(outcome, design, index, rho) for rho in GRID])
    weights: Floats = np.exp(values - values.max()) * np.gradient(GRID)
    weights /= weights.sum()
    return weights


def _restricted(outcome: Floats, design: Floats, index: Integers, rho: float) -> float:
    X, y = whiten(design, rho, index), whiten(outcome, rho, index)
    Q, R = linalg.qr(X, mode="economic")
    rest = y - Q @ (Q.T @ y)
    carry = rho ** (2.0 * np.diff(index))
    spare = len(y) - X.shape[1]
    logs = np.sum(np.log1p(-carry)) + 2 * np.sum(np.log(np.abs(np.diag(R)))) + spare * np.log(rest @ rest)
    return float(-logs / 2)


def newey_west(scores: Floats, lags: int) -> float:
    """Variance of the sum of a series (T,) with Bartlett weights up to ``lags`` (Newey & West 1987)."""
    total = float(scores @ scores)
    for lag in range(1, min(lags, len(scores) - 1) + 1):
        total += 2 * (1 - lag / (lags + 1)) * float(scores[lag:] @ scores[:-lag])
    return total


def ljung_box(rest: Floats, lags: int, spent: int = 1) -> tuple[float, float]:
    """Ljung & Box (1978): statistic and p-value with ``lags - spent`` degrees of freedom."""
    n = len(rest)
    centred = rest - rest.mean()
    power = centred @ centred
    shares = np.array([float(centred[k:] @ centred[:-k] / power) for k in range(1, lags + 1)])
    statistic = float(n * (n + 2) * np.sum(shares**2 / (n - np.arange(1, lags + 1))))
    return statistic, float(special.chdtrc(lags - spent, statistic))
