"""Blocks that lack an arm: effects assumed alike in all blocks, so that every arm can still be compared."""

from typing import Literal

import numpy as np

from upshot.impact.experiment.covariates import Floats
from upshot.impact.experiment.rows import Rows

__all__ = ["additive_effects"]

_NO_LEVERAGE_LEFT = 1e-10


def additive_effects(
    rows: Rows, covariates: Floats, outcomes: Floats, contrasts: Floats, kind: Literal["HC2", "HC3"]
) -> tuple[Floats, Floats, Floats] | None:
    """Least squares on arms, blocks and covariates, none interacted; HC2 or HC3, CR2 for clusters.

    Parameters
    ----------
    rows
        Rows of blocks that hold two arms or more.
    covariates, outcomes
        Shapes (n, k) and (n, q).
    contrasts
        Of arm means, shape (m, A); the last is the control mean, read at the average block.

    Returns
    -------
    tuple or None
        Effects (m, q), covariance (m, q, m, q) and degrees of freedom (m,); ``None`` when blocks
        do not link all arms.
    """
    root = np.sqrt(rows.weights)[:, None]
    nuisance = np.column_stack([rows.block[:, None] == np.arange(len(rows.blocks)), covariates]).astype(np.float64)
    spread = np.sqrt((nuisance**2).mean(axis=0))
    nuisance = nuisance / np.where(spread > 0, spread, 1.0)
    arms = (rows.arm[:, None] == np.arange(1, rows.n_arms)).astype(np.float64)
    if np.linalg.matrix_rank(np.column_stack([arms, nuisance])) < arms.shape[1] + np.linalg.matrix_rank(nuisance):
        return None
    middle = np.average(nuisance, axis=0, weights=rows.weights)
    asked = np.column_stack([contrasts[:, 1:], contrasts.sum(axis=1).round()[:, None] * middle])
    left, size, right = np.linalg.svd(root * np.column_stack([arms, nuisance]), full_matrices=False)
    kept = size > 1e-9 * size[0]
    basis = left[:, kept]
    reach = basis @ ((right[kept] @ asked.T) / size[kept][:, None])
    residual = root * outcomes - basis @ (basis.T @ (root * outcomes))
    pull = _corrected(rows, basis, reach, kind)
    own = np.einsum("im,iq->imq", pull, residual).reshape(len(pull), -1)
    scores = np.column_stack([np.bincount(rows.cluster, column) for column in own.T])
    m, q = len(contrasts), outcomes.shape[1]
    df = np.array([_satterthwaite(rows, basis, column) for column in pull.T])
    covariance: Floats = (scores.T @ scores).astype(np.float64).reshape(m, q, m, q)
    return reach.T @ (root * outcomes), covariance, df


def _corrected(rows: Rows, basis: Floats, reach: Floats, kind: Literal["HC2", "HC3"]) -> Floats:
    if not rows.clustered:
        spare = 1 - (basis**2).sum(axis=1)[:, None]
        power = 0.5 if kind == "HC2" else 1.0
        return np.where(spare > _NO_LEVERAGE_LEFT, reach / np.maximum(spare, _NO_LEVERAGE_LEFT) ** power, 0.0)
    corrected = np.empty_like(reach)
    order = np.argsort(rows.cluster, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(rows.cluster[order])) + 1):
        axes, size, _ = np.linalg.svd(basis[members], full_matrices=False)
        spare = 1 - size**2
        stretch = np.where(spare > _NO_LEVERAGE_LEFT, np.maximum(spare, _NO_LEVERAGE_LEFT) ** -0.5, 0.0) - 1
        corrected[members] = reach[members] + axes @ (stretch[:, None] * (axes.T @ reach[members]))
    return corrected


def _satterthwaite(rows: Rows, basis: Floats, pull: Floats) -> float:
    """Bell & McCaffrey's degrees of freedom of one contrast."""
    pull = pull / (np.abs(pull).max() or 1.0)
    own = np.bincount(rows.cluster, pull**2)
    q = np.column_stack([np.bincount(rows.cluster, pull * column) for column in basis.T])
    shared = (q**2).sum(axis=1)
    trace = float((own - shared).sum())
    square = float((own**2).sum() - 2 * (own * shared).sum() + ((q.T @ q) ** 2).sum())
    return trace**2 / square if square > 0 and trace > 0 else 1.0
