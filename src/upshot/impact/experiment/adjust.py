"""From moments to arm means adjusted for covariates and blocks: Lin's interacted regression, solved arm by arm."""

from dataclasses import dataclass

import numpy as np

from upshot.impact.experiment.arms import Codes
from upshot.impact.experiment.covariates import Floats
from upshot.impact.experiment.moments import ExperimentMoments

__all__ = ["ArmMeans", "adjusted_means", "moment_covariance", "without_covariates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmMeans:
    """What every arm's mean outcome would have been over the whole experiment.

    Parameters
    ----------
    means
        Adjusted means, shape (A, q).
    slopes
        Of outcomes on covariates within arm and block, shape (A, k, q).
    bread
        Pseudo-inverse of the pooled within-cell cross-products of the covariates, shape (A, k, k).
    gap
        Covariate mean of everyone less that of the arm, averaged over blocks, shape (A, k).
    shares
        Share of the weight in each block, shape (B,).
    rank
        Directions of the covariates that vary within each arm, shape (A,).
    """

    means: Floats
    slopes: Floats
    bread: Floats
    gap: Floats
    shares: Floats
    rank: Codes


def without_covariates(moments: ExperimentMoments) -> ExperimentMoments:
    """The same cells, outcomes only."""
    k = len(moments.covariates)
    return ExperimentMoments(
        arms=moments.arms,
        blocks=moments.blocks,
        covariates=(),
        outcomes=moments.outcomes,
        n=moments.n,
        weight=moments.weight,
        mean=moments.mean[..., k:],
        cross=moments.cross[..., k:, k:],
    )


def adjusted_means(moments: ExperimentMoments) -> ArmMeans:
    """Regress within each arm on blocks and covariates; predict at everyone's blocks and covariates.

    The differences are the coefficients of Lin (2013): covariates and block indicators
    centred at the mean of the whole experiment and interacted with every arm. Without covariates
    they are the differences of block means averaged with block shares (Imbens & Rubin 2015, ch. 9).

    Parameters
    ----------
    moments
        Every cell must hold a row.
    """
    k = len(moments.covariates)
    weight, mean = moments.weight, moments.mean
    shares = weight.sum(axis=1) / weight.sum()
    everyone = (weight[..., None] * mean).sum(axis=1) / weight.sum(axis=1)[:, None]
    gap = np.einsum("b,bak->ak", shares, everyone[:, None, :k] - mean[..., :k])
    pooled = moments.cross.sum(axis=0)
    solved = [_inverse(pooled[a, :k, :k]) for a in range(len(moments.arms))]
    bread = np.array([inverse for inverse, _ in solved]).reshape(len(moments.arms), k, k)
    slopes = bread @ pooled[:, :k, k:]
    means = np.einsum("b,baq->aq", shares, mean[..., k:]) + np.einsum("ak,akq->aq", gap, slopes)
    rank = np.array([found for _, found in solved], dtype=np.int64)
    return ArmMeans(means=means, slopes=slopes, bread=bread, gap=gap, shares=shares, rank=rank)


def _inverse(cross: Floats) -> tuple[Floats, int]:
    scale = np.sqrt(np.diag(cross))
    safe = np.where(scale > 0, scale, 1.0)
    values, vectors = np.linalg.eigh(cross / np.outer(safe, safe))
    kept = values > 1e-9 * max(1.0, float(values.max(initial=0.0)))
    inverse = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    return inverse / np.outer(safe, safe), int(kept.sum())


def moment_covariance(moments: ExperimentMoments, fit: ArmMeans) -> tuple[Floats, Floats]:
    """Covariance of the arm means from second moments alone, and its degrees of freedom.

    Variances are free to differ by arm and block, not within them. Without covariates this is
    Neyman's variance, block by block (Imbens & Rubin 2015, ch. 9), and equals HC2.

    Returns
    -------
    tuple
        Covariance, shape (A, q, A, q), zero between arms; Welch–Satterthwaite degrees of freedom
        of each arm's variance of the first outcome, shape (A,).
    """
    k, n = len(moments.covariates), moments.n
    n_arms, n_blocks, q = len(moments.arms), len(moments.blocks), fit.means.shape[1]
    covariance, df = np.zeros((n_arms, q, n_arms, q)), np.zeros(n_arms)
    for a in range(n_arms):
        turn = np.vstack([-fit.slopes[a], np.eye(q)]) if k else np.eye(q)
        residual = np.einsum("pi,bpr,rj->bij", turn, moments.cross[:, a], turn)
        spare = float(n[:, a].sum()) - n_blocks
        scale = spare / (spare - fit.rank[a])
        by_block = scale * (fit.shares**2 / (n[:, a] - 1.0) / n[:, a])[:, None, None] * residual
        slope_part = fit.gap[a] @ fit.bread[a] @ fit.gap[a] * residual.sum(axis=0) / (spare - fit.rank[a])
        covariance[a, :, a, :] = by_block.sum(axis=0) + slope_part
        parts = by_block[:, 0, 0]
        whole = float(parts.sum())
        df[a] = whole**2 / float((parts**2 / (n[:, a] - 1.0)).sum()) if whole > 0 else spare
    return covariance, df
