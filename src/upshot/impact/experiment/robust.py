"""Robust covariance of arm means from rows: HC2 and HC3, CR2 for clusters, Bell & McCaffrey's degrees of freedom."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import sparse

from upshot.impact.experiment.adjust import ArmMeans
from upshot.impact.experiment.covariates import Floats
from upshot.impact.experiment.moments import ExperimentMoments
from upshot.impact.experiment.rows import Rows

__all__ = ["RobustPass", "degrees_of_freedom", "robust_covariance", "robust_pass"]

_NO_LEVERAGE_LEFT = 1e-10
_LARGE = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustPass:
    """One pass over the rows; an arm's mean is the sum of ``pull`` times the whitened outcome.

    Parameters
    ----------
    residual
        Residuals times the root of the weight, shape (n, q).
    pull
        Row's weight in its arm's mean after the leverage correction, shape (n,).
    features
        F with F Fᵀ the hat matrix within an arm: block column's value, shape (n,), and covariate
        part, shape (n, k).
    """

    residual: Floats
    pull: Floats
    block_feature: Floats
    features: Floats


def robust_pass(
    rows: Rows,
    covariates: Floats,
    outcomes: Floats,
    moments: ExperimentMoments,
    fit: ArmMeans,
    kind: Literal["HC2", "HC3"],
) -> RobustPass:
    """Residuals and leverage-corrected pulls of every row.

    Parameters
    ----------
    rows
        Checked rows without missing outcomes; every cell holds two independent units or more.
    covariates, outcomes
        The columns ``moments`` were taken of, shapes (n, k) and (n, q).
    moments, fit
        Their moments and adjusted means.
    kind
        HC2 (MacKinnon & White 1985) or HC3; clusters use CR2 (Bell & McCaffrey 2002)
        either way.
    """
    k, root = covariates.shape[1], np.sqrt(rows.weights)
    cell_mean = moments.mean[rows.block, rows.arm]
    x = covariates - cell_mean[:, :k]
    y = outcomes - cell_mean[:, k:] - np.einsum("ik,ikq->iq", x, fit.slopes[rows.arm])
    cell_weight = moments.weight[rows.block, rows.arm]
    half = np.array([_root(matrix) for matrix in fit.bread]).reshape(len(moments.arms), k, k)
    features = root[:, None] * np.einsum("ik,ikj->ij", x, half[rows.arm])
    block_feature = root / np.sqrt(cell_weight)
    reach = np.einsum("ik,akj,aj->ia", x, fit.bread, fit.gap)[np.arange(len(x)), rows.arm]
    pull = root * (fit.shares[rows.block] / cell_weight + reach)
    spare = 1 - block_feature**2 - (features**2).sum(axis=1)
    if rows.clustered:
        pull = _cr2(rows, pull, block_feature, features)
    else:
        power = 0.5 if kind == "HC2" else 1.0
        pull = np.where(spare > _NO_LEVERAGE_LEFT, pull / np.maximum(spare, _NO_LEVERAGE_LEFT) ** power, 0.0)
    return RobustPass(residual=root[:, None] * y, pull=pull, block_feature=block_feature, features=features)


def _root(matrix: Floats) -> Floats:
    scale = np.sqrt(np.diag(matrix))
    safe = np.where(scale > 0, scale, 1.0)
    values, vectors = np.linalg.eigh(matrix / np.outer(safe, safe))
    half: Floats = safe[:, None] * vectors * np.sqrt(np.maximum(values, 0.0))
    return half


def _cr2(rows: Rows, pull: Floats, block_feature: Floats, features: Floats) -> Floats:
    """(I − H_gg)^(−1/2) times the pull, by cluster and arm; H has no entries between arms."""
    corrected = np.empty_like(pull)
    piece = rows.cluster * rows.n_arms + rows.arm
    order = np.argsort(piece, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(piece[order])) + 1):
        inside = (rows.block[members][:, None] == np.unique(rows.block[members])) * block_feature[members][:, None]
        basis, size, _ = np.linalg.svd(np.column_stack([inside, features[members]]), full_matrices=False)
        spare = 1 - size**2
        stretch = np.where(spare > _NO_LEVERAGE_LEFT, np.maximum(spare, _NO_LEVERAGE_LEFT) ** -0.5, 0.0) - 1
        corrected[members] = pull[members] + basis @ (stretch * (basis.T @ pull[members]))
    return corrected


def robust_covariance(rows: Rows, done: RobustPass) -> Floats:
    """Covariance of the arm means, shape (A, q, A, q)."""
    q = done.residual.shape[1]
    scores = done.pull[:, None] * done.residual
    if not rows.clustered:
        covariance = np.zeros((rows.n_arms, q, rows.n_arms, q))
        for a in range(rows.n_arms):
            inside = scores[rows.arm == a]
            covariance[a, :, a, :] = inside.T @ inside
        return covariance
    n_clusters = int(rows.cluster.max()) + 1
    piece = rows.cluster * rows.n_arms + rows.arm
    summed = [np.bincount(piece, column, n_clusters * rows.n_arms) for column in scores.T]
    flat = np.column_stack(summed).astype(np.float64).reshape(n_clusters, rows.n_arms * q)
    return (flat.T @ flat).reshape(rows.n_arms, q, rows.n_arms, q)


def degrees_of_freedom(rows: Rows, done: RobustPass, contrasts: Floats) -> Floats:
    """Satterthwaite degrees of freedom of each contrast (Bell & McCaffrey 2002; Imbens & Kolesár 2016).

    With more than 50,000 rows and no clusters: rows less parameters, which differs by nothing
    that shows.

    Parameters
    ----------
    contrasts
        Shape (m, A).
    """
    n_columns = len(rows.blocks) + done.features.shape[1]
    if not rows.clustered and len(rows.arm) > _LARGE:
        return np.full(len(contrasts), float(len(rows.arm) - rows.n_arms * n_columns))
    return np.array([_satterthwaite(rows, done, contrast[rows.arm], n_columns) for contrast in contrasts])


def _satterthwaite(rows: Rows, done: RobustPass, sign: Floats, n_columns: int) -> float:
    pull = sign * done.pull
    scale = np.abs(pull).max()
    pull = pull / scale if scale > 0 else pull
    own = np.bincount(rows.cluster, pull**2)
    n_blocks, k = len(rows.blocks), done.features.shape[1]
    start = rows.arm * n_columns
    at_block = sparse.coo_array(
        (pull * done.block_feature, (rows.cluster, start + rows.block)), shape=(own.size, rows.n_arms * n_columns)
    )
    value = (pull[:, None] * done.features).ravel()
    column = (start[:, None] + n_blocks + np.arange(k)).ravel()
    at_covariate = sparse.coo_array((value, (np.repeat(rows.cluster, k), column)), shape=at_block.shape)
    q = (at_block + at_covariate).tocsr()
    shared = np.asarray(q.multiply(q).sum(axis=1)).ravel()
    gram = (q.T @ q).tocsr()
    trace = float((own - shared).sum())
    square = float((own**2).sum() - 2 * (own * shared).sum() + gram.multiply(gram).sum())
    return trace**2 / square if square > 0 and trace > 0 else 1.0
