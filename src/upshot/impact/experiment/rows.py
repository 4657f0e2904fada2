"""The rows of an experiment, checked once: every problem is found before any number is computed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from upshot.errors import InputError, Problem
from upshot.impact.experiment.arms import Codes, arm_codes, codes_of
from upshot.impact.experiment.covariates import CodedCovariates, Floats, code_covariates

__all__ = ["Rows", "check_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Checked columns of equal length n.

    Parameters
    ----------
    arms
        Arm labels, the control arm first.
    arm, block
        Codes of each row's arm and block, shape (n,).
    cluster
        Code of each row's cluster, shape (n,); the row's own number when there are no clusters.
    clustered
        Whether clusters were given.
    outcome, weights
        Shape (n,); a missing outcome is NaN here and nowhere later.
    take_up
        Whether each row took the programme up, 0 or 1, shape (n,), or ``None``.
    covariates
        Coded covariates, shape (n, k).
    blocks
        Block labels; one block when none were given.
    """

    arms: tuple[int | float | str, ...]
    arm: Codes
    outcome: Floats
    weights: Floats
    weighted: bool
    block: Codes
    blocks: tuple[int | float | str, ...]
    cluster: Codes
    clustered: bool
    take_up: Floats | None
    covariates: CodedCovariates

    @property
    def n_arms(self) -> int:
        """Number of arms, the control arm included."""
        return len(self.arms)

    def keep(self, mask: npt.NDArray[np.bool_]) -> "Rows":
        """The rows where ``mask`` is true, with blocks and clusters numbered afresh."""
        kept, block = np.unique(self.block[mask], return_inverse=True)
        _, cluster = np.unique(self.cluster[mask], return_inverse=True)
        return replace(
            self,
            arm=self.arm[mask],
            outcome=self.outcome[mask],
            weights=self.weights[mask],
            block=block.reshape(-1).astype(np.int64),
            blocks=tuple(self.blocks[position] for position in kept),
            cluster=cluster.reshape(-1).astype(np.int64),
            take_up=None if self.take_up is None else self.take_up[mask],
            covariates=replace(self.covariates, values=self.covariates.values[mask]),
        )

    @property
    def assigned_by_cluster(self) -> bool:
        """Whether every cluster lies in one block and one arm."""
        return self.clustered and len(self._cluster_cells()) == int(self.cluster.max()) + 1

    def _cluster_cells(self) -> Codes:
        """Cells in which each cluster has rows, one entry a cluster and cell, as cluster × cells + cell."""
        n_cells = len(self.blocks) * self.n_arms
        return np.unique(self.cluster * n_cells + self.block * self.n_arms + self.arm)

    def units_by_cell(self) -> Codes:
        """Independent units (clusters, or rows) in each block and arm, shape (blocks, arms)."""
        n_cells = len(self.blocks) * self.n_arms
        cell = self._cluster_cells() % n_cells if self.clustered else self.block * self.n_arms + self.arm
        counts = np.bincount(cell, minlength=n_cells)
        return counts.reshape(len(self.blocks), self.n_arms).astype(np.int64)


def check_rows(
    outcome: npt.ArrayLike,
    treatment: npt.ArrayLike,
    *,
    take_up: npt.ArrayLike | None = None,
    covariates: Mapping[str, npt.ArrayLike] | npt.ArrayLike | None = None,
    block: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    control: int | float | str | None = None,
    assigned_by_cluster: bool = False,
) -> Rows:
    """Check every column and put the rows together.

    Raises
    ------
    InputError
        With every problem found: text where numbers belong, infinities, missing labels, weights
        that are not positive, columns of unequal length, one arm only, clusters that straddle arms.
    DesignError
        If the control arm is not named and not obvious.
    """
    problems: list[Problem] = []
    y = _numbers(outcome, "outcome", problems)
    lengths = {"treatment": treatment, "take_up": take_up, "block": block, "cluster": cluster, "weights": weights}
    _check_lengths(lengths, y.size, problems)
    if any(problem.code in ("length", "outcome-shape") for problem in problems):
        raise InputError(problems)
    arms, arm = arm_codes(treatment, control, problems)
    coded = code_covariates(covariates, y.size, problems)
    w = np.ones(y.size) if weights is None else _weights(weights, problems)
    d = None if take_up is None else _take_up(take_up, problems)
    blocks, b = codes_of(np.zeros(y.size) if block is None else block, "block", problems)
    _, g = codes_of(np.arange(y.size) if cluster is None else cluster, "cluster", problems)
    if cluster is not None and assigned_by_cluster:
        _check_nested(g, arm, problems)
    if problems:
        raise InputError(problems)
    return Rows(
        arms=arms, arm=arm, outcome=y, weights=w / w.mean(), weighted=weights is not None, block=b, blocks=blocks,
        cluster=g, clustered=cluster is not None, take_up=d, covariates=coded,
    )  # fmt: skip


def _check_lengths(columns: Mapping[str, npt.ArrayLike | None], n_rows: int, problems: list[Problem]) -> None:
    for name, values in columns.items():
        if values is not None and np.shape(values) != (n_rows,):
            problems.append(
                Problem(
                    code="length",
                    text=f"The {name} column has shape {np.shape(values)}; the outcome has {n_rows} rows.",
                    fix="Give every column one value a row.",
                )
            )


def _numbers(values: npt.ArrayLike, name: str, problems: list[Problem]) -> Floats:
    raw = np.asarray(values)
    try:
        if raw.dtype.kind in "USMm":
            raise ValueError
        numbers = np.array([np.nan if v is None else v for v in raw.tolist()] if raw.dtype == object else raw, float)
    except (TypeError, ValueError):
        problems.append(Problem(code=f"{name}-text", text=f"The {name} is not a column of numbers.", fix=_NUMBERS))
        return np.zeros(raw.shape[0] if raw.ndim else 1)
    if numbers.ndim != 1 or numbers.size == 0:
        problems.append(Problem(code=f"{name}-shape", text=f"The {name} must be one column with rows.", fix=_NUMBERS))
        return np.zeros(1)
    if np.isinf(numbers).any():
        count = int(np.isinf(numbers).sum())
        problems.append(Problem(code=f"{name}-infinite", text=f"The {name} is infinite in {count} rows.", fix=_NUMBERS))
    return numbers


_NUMBERS = "Give a number a row, and leave it empty where it is not known."


def _weights(values: npt.ArrayLike, problems: list[Problem]) -> Floats:
    weights = _numbers(values, "weights", problems)
    if not (weights > 0).all():
        count = int((~(weights > 0)).sum())
        problems.append(
            Problem(
                code="weights-not-positive",
                text=f"A sampling weight must be above 0; {count} rows have none, 0 or less.",
                fix="Leave those rows out, or correct their weights.",
            )
        )
        return np.ones_like(weights)
    return weights


def _take_up(values: npt.ArrayLike, problems: list[Problem]) -> Floats:
    took = _numbers(values, "take_up", problems)
    if not np.isin(took, (0.0, 1.0)).all():
        problems.append(
            Problem(
                code="take-up-not-binary",
                text="Take-up must be 0 or 1 in every row.",
                fix="Say for every person, the control arm included, whether they took the programme up.",
            )
        )
    return took


def _check_nested(cluster: Codes, arm: Codes, problems: list[Problem]) -> None:
    if min(cluster.min(), arm.min()) < 0:
        return  # a missing label is a problem of its own
    n_arms = int(arm.max()) + 1
    arms_held = np.bincount(np.unique(cluster * n_arms + arm) // n_arms)
    straddling = int((arms_held > 1).sum())
    if straddling:
        problems.append(
            Problem(
                code="cluster-straddles-arms",
                text=f"The arms were drawn by cluster, yet {straddling} clusters have rows in more than one arm.",
                fix="Use each cluster's arm as it was drawn, or say that the arms were drawn by person.",
            )
        )
