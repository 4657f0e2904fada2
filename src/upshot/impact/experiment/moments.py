"""Joint moments of covariates and outcomes by block and arm: mergeable, and all the estimate needs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError
from upshot.impact.experiment.arms import Codes
from upshot.impact.experiment.covariates import Floats

__all__ = ["ExperimentMoments", "experiment_moments", "merge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentMoments:
    """Counts, means and centred cross-products of v = (covariates, outcomes) in every cell.

    Parameters
    ----------
    arms, blocks
        Labels; the control arm first.
    covariates, outcomes
        Names of the columns of v, covariates first.
    n, weight
        Rows and sum of weights by cell, shape (B, A).
    mean
        Weighted means, shape (B, A, p).
    cross
        Weighted cross-products around the cell's mean, shape (B, A, p, p).
    """

    arms: tuple[int | float | str, ...]
    blocks: tuple[int | float | str, ...]
    covariates: tuple[str, ...]
    outcomes: tuple[str, ...]
    n: Codes
    weight: Floats
    mean: Floats
    cross: Floats


def experiment_moments(
    covariates: npt.ArrayLike,
    outcomes: npt.ArrayLike,
    arm: npt.ArrayLike,
    *,
    arms: Sequence[int | float | str],
    block: npt.ArrayLike | None = None,
    blocks: Sequence[int | float | str] = ("all",),
    weights: npt.ArrayLike | None = None,
    covariate_names: Sequence[str] = (),
    outcome_names: Sequence[str] = ("outcome",),
) -> ExperimentMoments:
    """Moments of one partition of the rows.

    Parameters
    ----------
    covariates, outcomes
        Shapes (n, k) and (n, q), finite.
    arm, block
        Position of each row's label in ``arms`` and ``blocks``, shape (n,).
    arms, blocks
        Labels; the same in every partition, the control arm first.
    weights
        Sampling weights above 0, shape (n,).
    covariate_names, outcome_names
        k and q names.
    """
    v = np.column_stack([np.asarray(covariates, float), np.asarray(outcomes, float)])
    w = np.ones(len(v)) if weights is None else np.asarray(weights, float)
    position = np.zeros(len(v), np.int64) if block is None else np.asarray(block, np.int64)
    shape, p = (len(blocks), len(arms)), v.shape[1]
    cell = position * len(arms) + np.asarray(arm, np.int64)
    n = np.bincount(cell, minlength=shape[0] * shape[1])
    order = np.argsort(cell, kind="stable")
    mean, cross, weight = np.zeros((n.size, p)), np.zeros((n.size, p, p)), np.zeros(n.size)
    for c, rows in zip(np.flatnonzero(n), np.split(order, np.cumsum(n[n > 0])[:-1]), strict=True):
        weight[c], mean[c], cross[c] = _cell(v[rows], w[rows])
    return ExperimentMoments(
        arms=tuple(arms),
        blocks=tuple(blocks),
        covariates=tuple(covariate_names),
        outcomes=tuple(outcome_names),
        n=n.reshape(shape).astype(np.int64),
        weight=weight.reshape(shape),
        mean=mean.reshape(*shape, p),
        cross=cross.reshape(*shape, p, p),
    )


def _cell(v: Floats, w: Floats) -> tuple[float, Floats, Floats]:
    total = float(w.sum())
    first = v[0]
    mean = first + w @ (v - first) / total
    centred = v - mean
    return total, mean, (centred * w[:, None]).T @ centred


def merge(left: ExperimentMoments, right: ExperimentMoments) -> ExperimentMoments:
    """Moments of two partitions together (Chan, Golub & LeVeque 1983, eq. 2.1 in matrix form).

    Raises
    ------
    DesignError
        If the two do not describe the same arms, blocks and columns in the same order.
    """
    for name in ("arms", "blocks", "covariates", "outcomes"):
        if getattr(left, name) != getattr(right, name):
            raise DesignError(f"Moments with different {name} cannot be merged; give both the same {name} in order.")
    weight = left.weight + right.weight
    share = np.divide(right.weight, weight, out=np.zeros_like(weight), where=weight > 0)
    gap = np.where((left.weight > 0)[..., None], right.mean - left.mean, 0.0)
    mean = np.where((left.weight > 0)[..., None], left.mean + share[..., None] * gap, right.mean)
    between = (left.weight * share)[..., None, None] * gap[..., :, None] * gap[..., None, :]
    return ExperimentMoments(
        arms=left.arms,
        blocks=left.blocks,
        covariates=left.covariates,
        outcomes=left.outcomes,
        n=left.n + right.n,
        weight=weight,
        mean=mean,
        cross=left.cross + right.cross + between,
    )
