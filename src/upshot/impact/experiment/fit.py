"""Contrasts of arm means with their covariance, by the way the design calls for."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from upshot.impact.experiment.additive import additive_effects
from upshot.impact.experiment.adjust import adjusted_means, moment_covariance, without_covariates
from upshot.impact.experiment.covariates import Floats
from upshot.impact.experiment.moments import ExperimentMoments, experiment_moments
from upshot.impact.experiment.pairs import between_block_covariance, block_effects
from upshot.impact.experiment.robust import degrees_of_freedom, robust_covariance, robust_pass
from upshot.impact.experiment.rows import Rows

__all__ = ["Fit", "arm_contrasts", "fit_from_moments", "fit_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Contrasts between arms: one per treated arm, all treated arms together, and the control mean.

    Parameters
    ----------
    effects
        Shape (m, q): m = A + 1 contrasts in the order above, q outcomes.
    covariance
        Shape (m, q, m, q), or ``None`` where it cannot be known.
    df
        Degrees of freedom of each contrast, shape (m,).
    errors
        How the covariance was computed, in words.
    baseline_has_error
        Whether the control mean's error is one of sampling; between blocks it is not.
    spread
        Standard deviation of the first outcome: errors that are rounding beside it are not errors.
    """

    effects: Floats
    covariance: Floats | None
    df: Floats
    errors: str
    baseline_has_error: bool = True
    spread: float = 0.0

    @property
    def pooled(self) -> int:
        """Row of the contrast of all treated arms with the control arm."""
        return len(self.effects) - 2

    @property
    def control(self) -> int:
        """Row of the control arm's mean."""
        return len(self.effects) - 1


def arm_contrasts(weight_by_arm: Floats) -> Floats:
    """Contrast matrix, shape (A + 1, A); treated arms together count by their size.

    Examples
    --------
    >>> arm_contrasts(np.array([10.0, 30.0, 10.0]))
    array([[-1.  ,  1.  ,  0.  ],
           [-1.  ,  0.  ,  1.  ],
           [-1.  ,  0.75,  0.25],
           [ 1.  ,  0.  ,  0.  ]])
    """
    n_arms = len(weight_by_arm)
    each = np.eye(n_arms)[1:] - np.eye(n_arms)[0]
    together = weight_by_arm * (np.arange(n_arms) > 0) / weight_by_arm[1:].sum()
    together[0] = -1.0
    return np.vstack([each, together, np.eye(n_arms)[0]])


def fit_rows(rows: Rows, outcomes: Floats, covariates: Floats, kind: Literal["HC2", "HC3"]) -> Fit:
    """Fit from rows without missing outcomes, every block holding two arms or more.

    Parameters
    ----------
    rows, outcomes, covariates
        Checked rows; outcomes (n, q); covariates (n, k), k = 0 for no adjustment.
    kind
        Leverage correction for rows that are their own clusters.
    """
    contrasts = arm_contrasts(np.bincount(rows.arm, rows.weights, rows.n_arms).astype(np.float64))
    middle = np.average(outcomes, axis=0, weights=rows.weights)
    fit = _fit_centred(rows, outcomes - middle, covariates, contrasts, kind)
    restored = fit.effects + contrasts.sum(axis=1).round()[:, None] * middle
    return replace(fit, effects=restored, spread=float(outcomes[:, 0].std()))


def _fit_centred(
    rows: Rows, outcomes: Floats, covariates: Floats, contrasts: Floats, kind: Literal["HC2", "HC3"]
) -> Fit:
    cells = rows.units_by_cell()
    if (cells == 0).any():
        return _fit_incomplete_blocks(rows, outcomes, covariates, contrasts, kind)
    if (cells < 2).any():
        return _fit_small_blocks(rows, outcomes, covariates, contrasts)
    moments = moments_of(rows, outcomes, covariates)
    solved = adjusted_means(moments)
    done = robust_pass(rows, covariates, outcomes, moments, solved, kind)
    covariance = robust_covariance(rows, done)
    return Fit(
        effects=contrasts @ solved.means,
        covariance=np.einsum("ma,aqbr,nb->mqnr", contrasts, covariance, contrasts),
        df=degrees_of_freedom(rows, done, contrasts),
        errors="CR2 by cluster (Bell & McCaffrey)" if rows.clustered else f"{kind} (robust to unequal variances)",
    )


def moments_of(rows: Rows, outcomes: Floats, covariates: Floats) -> ExperimentMoments:
    """The rows' joint moments."""
    return experiment_moments(
        covariates,
        outcomes,
        rows.arm,
        arms=rows.arms,
        block=rows.block,
        blocks=rows.blocks,
        weights=rows.weights,
        covariate_names=tuple(f"x{j}" for j in range(covariates.shape[1])),
        outcome_names=tuple(f"y{j}" for j in range(outcomes.shape[1])),
    )


def _fit_incomplete_blocks(
    rows: Rows, outcomes: Floats, covariates: Floats, contrasts: Floats, kind: Literal["HC2", "HC3"]
) -> Fit:
    found = additive_effects(rows, covariates, outcomes, contrasts, kind)
    assert found is not None  # noqa: S101 - rows are refused before when blocks do not link the arms
    effects, covariance, df = found
    name = "CR2 by cluster (Bell & McCaffrey)" if rows.clustered else kind
    return Fit(effects=effects, covariance=covariance, df=df, errors=f"{name}, effects alike in all blocks")


def _fit_small_blocks(rows: Rows, outcomes: Floats, covariates: Floats, contrasts: Floats) -> Fit:
    means, shares = block_effects(rows, covariates, outcomes)
    by_block = np.einsum("ma,baq->bmq", contrasts, means)
    m, q = by_block.shape[1:]
    covariance = between_block_covariance(by_block.reshape(len(shares), -1), shares)
    df = max(1.0, 1 / float((shares**2).sum()) - 1 - covariates.shape[1])
    return Fit(
        effects=np.einsum("b,bmq->mq", shares, by_block),
        covariance=None if covariance is None else covariance.reshape(m, q, m, q),
        df=np.full(m, df),
        errors="how effects differ between blocks (Pashley & Miratrix)",
        baseline_has_error=False,
    )


def fit_from_moments(moments: ExperimentMoments, *, adjust: bool = True) -> Fit:
    """Fit from moments alone: unweighted rows, every cell holding two or more, no clusters."""
    used = moments if adjust else without_covariates(moments)
    solved = adjusted_means(used)
    contrasts = arm_contrasts(used.weight.sum(axis=0))
    covariance, df = moment_covariance(used, solved)
    variance = np.einsum("aqaq->aq", covariance)[:, 0]
    parts = contrasts**2 * variance
    spread = (parts**2 / df).sum(axis=1)
    return Fit(
        effects=contrasts @ solved.means,
        covariance=np.einsum("ma,aqbr,nb->mqnr", contrasts, covariance, contrasts),
        df=np.divide(parts.sum(axis=1) ** 2, spread, out=np.ones(len(parts)), where=spread > 0),
        errors="a variance for each arm and block (Neyman)",
    )
