"""Small blocks, such as matched pairs: effects block by block, their variance from how they differ."""

import numpy as np

from upshot.impact.experiment.covariates import Floats
from upshot.impact.experiment.rows import Rows

__all__ = ["between_block_covariance", "block_effects", "common_slopes"]


def common_slopes(rows: Rows, covariates: Floats, outcomes: Floats) -> Floats:
    """Slopes shared by all arms, from the regression on arms, blocks and covariates, shape (k, q)."""
    arms = (rows.arm[:, None] == np.arange(1, rows.n_arms)).astype(np.float64)
    root = np.sqrt(rows.weights)[:, None]
    design = root * _within_block(rows, np.column_stack([arms, covariates]))
    size = np.sqrt((design**2).sum(axis=0))
    size = np.where(size > 0, size, 1.0)
    solved = np.linalg.lstsq(design / size, root * _within_block(rows, outcomes), rcond=1e-10)[0]
    slopes: Floats = (solved / size[:, None])[rows.n_arms - 1 :]
    return slopes


def _within_block(rows: Rows, values: Floats) -> Floats:
    total = np.bincount(rows.block, rows.weights)
    means = np.column_stack([np.bincount(rows.block, rows.weights * column) / total for column in values.T])
    centred: Floats = values - means[rows.block]
    return centred


def block_effects(rows: Rows, covariates: Floats, outcomes: Floats) -> tuple[Floats, Floats]:
    """Adjusted arm means in every block, shape (B, A, q), and each block's share of the weight, shape (B,)."""
    adjusted = outcomes
    if covariates.shape[1]:
        middle = np.average(covariates, axis=0, weights=rows.weights)
        adjusted = outcomes - (covariates - middle) @ common_slopes(rows, covariates, outcomes)
    n_blocks = len(rows.blocks)
    cell = rows.block * rows.n_arms + rows.arm
    total = np.bincount(cell, rows.weights, n_blocks * rows.n_arms)
    means = np.column_stack([np.bincount(cell, rows.weights * y, total.size) / total for y in adjusted.T])
    shares = np.bincount(rows.block, rows.weights) / rows.weights.sum()
    return means.reshape(n_blocks, rows.n_arms, -1), shares


def between_block_covariance(effects: Floats, shares: Floats) -> Floats | None:
    """Covariance of the share-weighted mean of block effects, never too small in expectation.

    Pashley & Miratrix (2021), blocks of varying size; for pairs of equal weight Imai's (2008) matched-pair variance.

    Parameters
    ----------
    effects
        Shape (B, d).
    shares
        Shares of the blocks, shape (B,), adding up to 1.

    Returns
    -------
    numpy.ndarray or None
        Shape (d, d); ``None`` when one block holds half of the weight or more.
    """
    if (shares >= 0.5).any():
        return None
    off = effects - shares @ effects
    weight = shares**2 / (1 - 2 * shares)
    covariance: Floats = (off * weight[:, None]).T @ off / (1 + weight.sum())
    return covariance
