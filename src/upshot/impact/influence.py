"""The one variance formula: a parameter's derivative by cell means and sizes, put on the moments.

A parameter is a smooth function of totals S = sum of the sampling units' vectors that does not
change when all totals are scaled alike. Then unit i's influence is the gradient times its vector,
and with blocks k of N units with mean m and centred cross-product M (DESIGN §5)::

    Cov = sum_k [ A M A' + N (A m)(A m)' ]        A = gradient by the totals of block k

written below around each cell's own means, so that a large common level cancels exactly.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from upshot.impact.moments import Block, Floats, Integers, Moments

__all__ = ["CellMeans", "Linear", "cell_means", "covariance", "variances"]

DENSE = 20_000_000
"""Entries up to which derivatives are held dense while a covariance is formed (160 MB)."""


@dataclass(frozen=True, slots=True)
class CellMeans:
    """Totals and means per cell.

    Parameters
    ----------
    mean
        num / den per cell and period, shape (C, T), less `Moments.shift`; 0 where nobody is.
    den
        Total denominator, shape (C, T); 0 where nobody is.
    size
        Total size, shape (C,).
    people
        People, shape (C,).
    """

    mean: Floats
    den: Floats
    size: Floats
    people: Integers

    @property
    def present(self) -> npt.NDArray[np.bool_]:
        """Whether anyone of the cell is seen in the period, shape (C, T)."""
        return self.den > 0


@dataclass(frozen=True, slots=True)
class Linear:
    """P parameters and their derivatives.

    Parameters
    ----------
    estimate
        Shape (P,).
    by_mean, by_den
        Derivatives by `CellMeans.mean` and `CellMeans.den`, sparse (P, C*T), row-major by cell.
    by_size
        Derivative by `CellMeans.size`, sparse (P, C).
    """

    estimate: Floats
    by_mean: sparse.csr_array
    by_den: sparse.csr_array
    by_size: sparse.csr_array

    def combined(self, weights: Floats, by_size: Floats | None = None) -> "Linear":
        """Weighted sums of the parameters, weights (Q, P).

        ``by_size`` (Q, C) is the extra derivative where the weights depend on sizes themselves.
        """
        w = sparse.csr_array(weights)
        extra = w @ self.by_size
        if by_size is not None:
            extra = extra + sparse.csr_array(by_size)
        return Linear(
            np.asarray(w @ self.estimate, dtype=np.float64), w @ self.by_mean, w @ self.by_den, sparse.csr_array(extra)
        )

    def take(self, rows: npt.ArrayLike) -> "Linear":
        """Keep some of the parameters, in the order given."""
        index = np.asarray(rows, dtype=np.int64)
        return Linear(self.estimate[index], self.by_mean[index], self.by_den[index], self.by_size[index])


def cell_means(moments: Moments) -> CellMeans:
    """Totals and means per cell from the moments."""
    C, T = len(moments.cells), len(moments.periods)
    num, den, size = np.zeros((C, T)), np.zeros((C, T)), np.zeros(C)
    for block in moments.blocks:
        totals = (block.count * block.mean).reshape(len(block.cells), -1)
        rows = list(block.cells)
        num[rows] = totals[:, -T:]
        size[rows] = totals[:, 0] if moments.sized else block.count
        den[rows] = totals[:, -2 * T : -T] if moments.varying else size[rows][:, None]
    mean = np.divide(num, den, out=np.zeros_like(num), where=den > 0)
    return CellMeans(mean, den, size, moments.people)


def covariance(moments: Moments, means: CellMeans, linear: Linear) -> Floats:
    """Covariance of the parameters over sampling units, shape (P, P)."""
    total = np.zeros((linear.estimate.size, linear.estimate.size))
    for block, slope, level in _gradients(moments, means, linear):
        spread = slope @ block.centred
        total += spread @ slope.T + block.count * np.outer(level, level)
    return (total + total.T) / 2


def variances(moments: Moments, means: CellMeans, linear: Linear) -> Floats:
    """Diagonal of `covariance`, shape (P,), without forming the rest."""
    total = np.zeros(linear.estimate.size)
    for block, slope, level in _gradients(moments, means, linear):
        total += np.einsum("pv,pv->p", slope @ block.centred, slope) + block.count * level**2
    return total


def _gradients(moments: Moments, means: CellMeans, linear: Linear) -> Iterator[tuple[Block, Floats, Floats]]:
    """Each block with the gradient by its unit vector (P, V) and its value at the mean vector (P,)."""
    by = (_sliceable(linear.by_mean), _sliceable(linear.by_den), _sliceable(linear.by_size))
    for block in moments.blocks:
        parts = [_gradient(moments, means, by, block, position) for position in range(len(block.cells))]
        yield block, np.hstack([slope for slope, _ in parts]), np.sum([level for _, level in parts], axis=0)


def _gradient(
    moments: Moments, means: CellMeans, by: tuple["_Sliceable", ...], block: Block, position: int
) -> tuple[Floats, Floats]:
    """One cell's part of a block's gradient, and of its value at the mean."""
    T, cell = len(moments.periods), block.cells[position]
    columns, den = slice(cell * T, (cell + 1) * T), means.den[cell]
    by_num = _columns(by[0], columns) / np.where(den > 0, den, 1.0)
    by_den = _columns(by[1], columns)
    by_size = _columns(by[2], slice(cell, cell + 1))[:, 0]
    drift = by_num * means.mean[cell]
    if moments.varying:
        parts = [by_den - drift, by_num]
        slope_size = by_size
    else:
        parts = [by_num]
        by_size = by_size + by_den.sum(axis=1)
        slope_size = by_size - drift.sum(axis=1)
    slope = np.hstack([slope_size[:, None], *parts] if moments.sized else parts)
    return slope, _level(moments, block, position, by_size, by_den)


_Sliceable = Floats | sparse.csc_array


def _sliceable(matrix: sparse.csr_array) -> _Sliceable:
    """Give columns cheaply: dense while that is small."""
    return matrix.toarray() if int(np.prod(matrix.shape)) <= DENSE else matrix.tocsc()


def _columns(matrix: _Sliceable, columns: slice) -> Floats:
    part = matrix[:, columns]
    return part if isinstance(part, np.ndarray) else np.asarray(part.toarray())


def _level(moments: Moments, block: Block, position: int, by_size: Floats, by_den: Floats) -> Floats:
    """Gradient at the block's mean: the outcome part is zero, since cell means are its ratios."""
    T, start = len(moments.periods), position * moments.channels
    size = block.mean[start] if moments.sized else 1.0
    level = by_size * size
    if moments.varying:
        first = start + int(moments.sized)
        level = level + by_den @ block.mean[first : first + T]
    return np.asarray(level)
