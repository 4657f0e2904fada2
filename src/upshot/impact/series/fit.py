"""Fit a segmented regression and carry its line past the start: effects, counterfactual, covariance."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import linalg

from upshot.impact.series.design import Columns
from upshot.impact.series.noise import GRID, colour_rows, newey_west, rho_posterior, whiten, whiten_rows

__all__ = ["Fit", "fit"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The P periods after the start against the line carried on.

    Parameters
    ----------
    counterfactual
        Line without the programme in every period, (T,).
    effect, covariance
        Observed less counterfactual after the start, (P,), and the covariance of its error (P, P):
        noise of those periods, of the line, and from not knowing the autocorrelation.
    relative_error
        Standard error of mean(observed) / mean(counterfactual).
    changes, changes_error
        Level change, and slope change a step where there is one; on the log scale for counts.
    rho
        Autocorrelation (posterior mean).
    dispersion
        Variance over mean, counts only.
    whitened
        Residuals with the autocorrelation taken out, (T,).
    least_squares, hac_error, lags
        Mean effect by the same regression without the autocorrelation, and its Newey–West error.
    spare
        Degrees of freedom.
    """

    counterfactual: Floats
    effect: Floats
    covariance: Floats
    relative_error: float | None
    changes: Floats
    changes_error: Floats
    rho: float
    dispersion: float | None
    whitened: Floats
    least_squares: float
    hac_error: float
    lags: int
    spare: int


def fit(
    outcome: Floats,
    index: Integers,
    first_post: int,
    design: Columns,
    family: Literal["gaussian", "poisson"],
    exposure: Floats,
) -> Fit | None:
    """Generalised least squares with AR(1) errors, or quasi-Poisson with an AR(1) working covariance.

    The autocorrelation is averaged over its restricted-likelihood weights: estimates are weighted
    means, covariances weighted means plus the spread of the estimates. ``None`` when the
    columns are collinear or a Poisson fit has no finite maximum.
    """
    if np.linalg.matrix_rank(design.factual) < design.factual.shape[1]:
        return None
    work = _Poisson.of(outcome, design, exposure) if family == "poisson" else _Gaussian.of(outcome, design)
    if work is None:
        return None
    weights = rho_posterior(work.rest if family == "poisson" else work.response, work.columns, index)
    kept = np.flatnonzero(weights > 1e-4 * weights.max())
    weights = weights[kept] / weights[kept].sum()
    runs = [work.at(GRID[k], index, first_post) for k in kept]
    return _mixed(work, runs, weights, GRID[kept], index, first_post)


@dataclass(frozen=True, slots=True)
class _Noise:
    """AR(1) noise with a standard deviation of its own in every period, (T,)."""

    rho: float
    index: Integers
    spread: Floats


@dataclass(frozen=True, slots=True)
class _Run:
    """Everything at one autocorrelation: the errors of all targets are ``maps`` @ noise."""

    counterfactual: Floats
    targets: Floats
    covariance: Floats


@dataclass(frozen=True, slots=True)
class _Gaussian:
    outcome: Floats
    design: Columns
    response: Floats
    columns: Floats
    rest: Floats
    scale: float

    @classmethod
    def of(cls, outcome: Floats, design: Columns) -> "_Gaussian":
        scale = float(np.std(outcome))
        response = (outcome - outcome.mean()) / scale
        beta = linalg.lstsq(design.factual, response)[0]
        return cls(outcome, design, response, design.factual, response - design.factual @ beta, scale)

    def solve(self, rho: float, index: Integers) -> tuple[Floats, Floats, float]:
        """Coefficients, how noise moves them (k, T), and the variance of the noise."""
        X = whiten(self.columns, rho, index)
        moves = whiten_rows(np.asarray(linalg.pinv(X), dtype=np.float64), rho, index)
        beta = moves @ self.response
        rest = whiten(self.response - self.columns @ beta, rho, index)
        variance = float(rest @ rest) / (len(index) - X.shape[1])
        return beta, moves, variance

    def at(self, rho: float, index: Integers, first_post: int) -> _Run:
        beta, moves, variance = self.solve(rho, index)
        spread = np.full(len(index), self.scale * np.sqrt(variance))
        noise = _Noise(rho, index, spread)
        line = self.outcome.mean() + self.scale * (self.design.counterfactual @ beta)
        design, unit = self.design, self.scale
        return _run(design, moves, noise, beta, line, design.counterfactual, self.outcome, first_post, unit)

    def plain(self, index: Integers, first_post: int, lags: int) -> tuple[float, float]:
        """Mean effect and Newey–West error without any autocorrelation in the point estimate."""
        run_moves = linalg.pinv(self.columns)
        pick = _pick(len(index), first_post).mean(axis=0)
        line = self.design.counterfactual[first_post:].mean(axis=0)
        mean = float((pick - line @ run_moves) @ self.response)
        scores = (pick - line @ run_moves) * self.rest
        return mean * self.scale, self.scale * float(np.sqrt(newey_west(scores, lags)))


@dataclass(frozen=True, slots=True)
class _Poisson:
    outcome: Floats
    design: Columns
    columns: Floats
    rest: Floats
    response: Floats
    mean: Floats
    line: Floats
    beta: Floats
    dispersion: float

    @classmethod
    def of(cls, outcome: Floats, design: Columns, exposure: Floats) -> "_Poisson | None":
        beta = _poisson(outcome, design.factual, exposure)
        if beta is None:
            return None
        mean = exposure * np.exp(design.factual @ beta)
        root = np.sqrt(mean)
        rest = (outcome - mean) / root
        spare = len(outcome) - design.factual.shape[1]
        dispersion = max(float(rest @ rest) / spare, 1e-12)
        line = exposure * np.exp(design.counterfactual @ beta)
        return cls(outcome, design, design.factual * root[:, None], rest, rest, mean, line, beta, dispersion)

    def at(self, rho: float, index: Integers, first_post: int) -> _Run:
        root = np.sqrt(self.mean)
        X = self.design.factual
        moves = linalg.solve((X.T * self.mean) @ X, X.T, assume_a="pos")
        variance = self._variance(rho, index)
        noise = _Noise(rho, index, root * np.sqrt(variance))
        slopes = self.line[:, None] * self.design.counterfactual
        return _run(self.design, moves, noise, self.beta, self.line, slopes, self.outcome, first_post)

    def _variance(self, rho: float, index: Integers) -> float:
        """Dispersion from residuals with the autocorrelation taken out, never under Poisson's 1."""
        X, rest = whiten(self.columns, rho, index), whiten(self.rest, rho, index)
        left = rest - X @ linalg.lstsq(X, rest)[0]
        variance = float(left @ left) / (len(index) - X.shape[1])
        return variance if variance > 1 else 1.0

    def plain(self, index: Integers, first_post: int, lags: int) -> tuple[float, float]:
        X = self.design.factual
        moves = linalg.solve((X.T * self.mean) @ X, X.T, assume_a="pos")
        pick = _pick(len(index), first_post).mean(axis=0)
        slopes = (self.line[:, None] * self.design.counterfactual)[first_post:].mean(axis=0)
        scores = (pick - slopes @ moves) * (self.outcome - self.mean)
        return float((self.outcome - self.line)[first_post:].mean()), float(np.sqrt(newey_west(scores, lags)))


def _pick(size: int, first_post: int) -> Floats:
    return np.eye(size)[first_post:]


def _run(
    design: Columns,
    moves: Floats,
    noise: "_Noise",
    beta: Floats,
    line: Floats,
    slopes: Floats,
    outcome: Floats,
    first_post: int,
    unit: float = 1.0,
) -> _Run:
    """Targets: effects after the start (P,), changes (1 or 2,), mean observed over mean line (1,).

    ``noise`` is in units of the outcome, ``beta`` in ``unit`` of them, ``slopes`` is how the line
    moves with ``beta``, both in one unit.
    """
    pick = _pick(len(outcome), first_post)
    shift = slopes[first_post:] @ moves
    rows = [design.level] + ([] if design.slope is None else [design.slope])
    base = float(line[first_post:].mean())
    seen = float(outcome[first_post:].mean())
    ratio = (pick.mean(axis=0) - (seen / base if base else 0.0) * shift.mean(axis=0))[None]
    maps = np.concatenate([pick - shift, moves[rows], ratio])
    targets = np.concatenate([(outcome - line)[first_post:], beta[rows] * unit, [0.0]])
    coloured = colour_rows(maps * noise.spread, noise.rho, noise.index)
    return _Run(line, targets, coloured @ coloured.T)


def _mixed(
    work: _Gaussian | _Poisson, runs: list[_Run], weights: Floats, rhos: Floats, index: Integers, first_post: int
) -> Fit:
    targets = np.array([run.targets for run in runs])
    mean = weights @ targets
    between = (targets - mean).T * weights @ (targets - mean)
    covariance = np.tensordot(weights, np.array([run.covariance for run in runs]), axes=1) + between
    line = weights @ np.array([run.counterfactual for run in runs])
    size = len(index) - first_post
    rho = float(weights @ rhos)
    lags = int(np.floor(4 * (len(index) / 100) ** (2 / 9)))
    least_squares, hac_error = work.plain(index, first_post, lags)
    base = float(line[first_post:].mean())
    errors = np.sqrt(np.diag(covariance))
    X, rest = whiten(work.columns, rho, index), whiten(work.response, rho, index)
    scale = np.array([1.0, 1.0 / work.design.unit])[: len(mean) - size - 1]
    return Fit(
        counterfactual=line,
        effect=mean[:size],
        covariance=covariance[:size, :size],
        relative_error=float(errors[-1] / base) if base > 0 else None,
        changes=mean[size:-1] * scale,
        changes_error=errors[size:-1] * scale,
        rho=rho,
        dispersion=work.dispersion if isinstance(work, _Poisson) else None,
        whitened=rest - X @ linalg.lstsq(X, rest)[0],
        least_squares=least_squares,
        hac_error=hac_error,
        lags=lags,
        spare=len(index) - work.columns.shape[1],
    )


def _poisson(outcome: Floats, design: Floats, exposure: Floats) -> Floats | None:
    """Iteratively reweighted least squares with a log link; ``None`` if it does not settle."""
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(outcome.sum() / exposure.sum())
    for _ in range(_STEPS):
        with np.errstate(over="ignore"):
            mean = exposure * np.exp(design @ beta)
        if not np.isfinite(mean).all() or mean.min() <= 0:
            return None
        step = linalg.lstsq(design * np.sqrt(mean)[:, None], (outcome - mean) / np.sqrt(mean))[0]
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-11:
            return beta if np.abs(beta).max() < 50 else None
    return None
