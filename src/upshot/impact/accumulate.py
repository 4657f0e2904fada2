"""Rows of sampling units to moments: one call per partition, then `moments.merge`."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError
from upshot.impact.moments import Block, Cell, Floats, Integers, Moments

__all__ = ["moments_of"]

CACHE = 2**20
"""Bytes of vectors formed at a time; about the second-level cache of one core."""
ONE_THREAD = 2**18
"""Multiplications up to which OpenBLAS stays on one thread."""
MANY = 2**22
"""Outcomes from which on cells are summed side by side."""


def moments_of(
    num: npt.ArrayLike,
    cell: npt.ArrayLike,
    *,
    periods: tuple[int, ...],
    cells: tuple[Cell, ...],
    den: npt.ArrayLike | None = None,
    size: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    shift: float = 0.0,
) -> Moments:
    """Moments of people given as a dense matrix.

    Parameters
    ----------
    num
        Outcomes, shape (n, T); with weights already times the weight; 0 where absent.
    cell
        Index into ``cells`` per person, shape (n,).
    periods, cells
        Labels of the two axes.
    den
        What outcomes are divided by, shape (n, T): presence (0/1), weight times presence, or the
        denominator of a ratio. ``None`` if it equals ``size`` throughout.
    size
        Weight in cohort shares, shape (n,). ``None`` means one.
    cluster
        Cluster code per person, shape (n,). A cluster must be whole within one call.
    shift
        Constant taken off the outcomes; the same in every partition.

    Raises
    ------
    DesignError
        If the shapes do not agree or an outcome is not finite.
    """
    y = np.ascontiguousarray(num, dtype=np.float64)
    where = np.asarray(cell)
    if y.ndim != 2 or y.shape != (where.size, len(periods)):
        raise DesignError(f"The num parameter of moments_of must have shape (n, T). Got {y.shape!r} instead.")
    if not (np.isfinite(y.sum()) or np.isfinite(y).all()):
        raise DesignError("The num parameter of moments_of must be finite; absent outcomes are 0 with den 0.")
    sized = size is not None or cluster is not None
    vectors = _Vectors(
        num=y,
        den=None if den is None else np.asarray(den),
        size=None if size is None else np.asarray(size, dtype=np.float64),
        sized=sized,
        shift=float(shift),
    )
    people = np.bincount(where, minlength=len(cells)).astype(np.int64)
    blocks = _by_cell(vectors, where, people) if cluster is None else _by_cluster(vectors, where, np.asarray(cluster))
    return Moments(
        periods=periods,
        cells=cells,
        people=people,
        blocks=blocks,
        sized=sized,
        varying=den is not None,
        clustered=cluster is not None,
        shift=float(shift),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vectors:
    """People's vectors (`impact.moments`), formed some rows at a time so that they stay in the cache."""

    num: Floats
    den: npt.NDArray[np.generic] | None
    size: Floats | None
    sized: bool
    shift: float

    @property
    def channels(self) -> int:
        """Length of a vector."""
        return int(self.sized) + (1 if self.den is None else 2) * int(self.num.shape[1])

    @property
    def step(self) -> int:
        """Rows that fit the cache."""
        return max(64, CACHE // (8 * self.channels))

    def rows(self, index: Integers) -> Floats:
        """Vectors of the people in ``index``, shape (len(index), V)."""
        T = self.num.shape[1]
        z = np.empty((index.size, self.channels))
        num = z[:, -T:]
        num[:] = self.num.take(index, axis=0)
        weight = np.ones(index.size) if self.size is None else self.size[index]
        if self.sized:
            z[:, 0] = weight
        if self.den is None:
            num -= self.shift * weight[:, None]
        else:
            den = z[:, -2 * T : -T]
            den[:] = self.den.take(index, axis=0)
            num -= self.shift * den
        return z


def _by_cell(vectors: _Vectors, where: npt.NDArray[np.integer], people: Integers) -> tuple[Block, ...]:
    order = np.argsort(where.astype(np.min_scalar_type(people.size)), kind="stable")
    ends = np.cumsum(people)

    def summed(cell: np.int64) -> Block:
        first, end = int(ends[cell] - people[cell]), int(ends[cell])
        parts = (
            _block((int(cell),), vectors.rows(order[begin : min(begin + vectors.step, end)]))
            for begin in range(first, end, vectors.step)
        )
        return reduce(Block.merged, parts)

    filled = np.flatnonzero(people)
    if vectors.num.size < MANY:
        return tuple(summed(cell) for cell in filled)
    # A cell is summed by one thread in the order of its people, so the number of threads does not show.
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        return tuple(pool.map(summed, filled))


def _block(cells: tuple[int, ...], z: Floats) -> Block:
    mean = z.mean(axis=0)
    z -= mean
    return Block(cells, len(z), mean, _cross_product(z))


def _cross_product(z: Floats) -> Floats:
    """Z'Z from pieces too small for the linear algebra library to hand to threads that then wait on each other."""
    alone = os.environ.get("OPENBLAS_NUM_THREADS") == "1"
    step = max(16, ONE_THREAD // z.shape[1] ** 2, len(z) if alone else 0)
    total = np.zeros((z.shape[1], z.shape[1]))
    for begin in range(0, len(z), step):
        piece = z[begin : begin + step]
        total += piece.T @ piece
    return total


def _by_cluster(
    vectors: _Vectors, where: npt.NDArray[np.integer], cluster: npt.NDArray[np.generic]
) -> tuple[Block, ...]:
    labels = np.unique(cluster, return_inverse=True)[1].astype(np.int64)
    cells = int(where.max()) + 1
    pair = labels * cells + where
    order = np.argsort(pair, kind="stable")
    pair = pair[order]
    first = np.flatnonzero(np.r_[True, np.diff(pair) != 0])
    sums = _sums(vectors, order, first)
    codes = pair[first] // cells
    home: Integers = pair[first] % cells
    blocks = []
    for inside in _components(codes, home):
        chosen = np.isin(home, inside)
        rows = np.unique(codes[chosen], return_inverse=True)[1]
        stacked = np.zeros((rows.max() + 1, len(inside), sums.shape[1]))
        stacked[rows, np.searchsorted(inside, home[chosen])] = sums[chosen]
        blocks.append(_block(inside, stacked.reshape(len(stacked), -1)))
    return tuple(blocks)


def _sums(vectors: _Vectors, order: Integers, first: Integers) -> Floats:
    """Sums of the vectors of each run of ``order`` that begins at ``first``."""
    sums = np.empty((first.size, vectors.channels))
    ends = np.r_[first[1:], order.size]
    done = 0
    while done < first.size:
        until = max(done + 1, int(np.searchsorted(ends, first[done] + vectors.step, side="right")))
        rows = vectors.rows(order[first[done] : ends[until - 1]])
        np.add.reduceat(rows, first[done:until] - first[done], axis=0, out=sums[done:until])
        done = until
    return sums


def _components(codes: Integers, where: Integers) -> list[tuple[int, ...]]:
    """Groups of cells linked by a cluster that has people in more than one of them."""
    parent = {int(cell): int(cell) for cell in np.unique(where)}

    def root(cell: int) -> int:
        while parent[cell] != cell:
            cell = parent[cell]
        return cell

    linked = codes[1:] == codes[:-1]
    for left, right in np.unique(np.c_[where[:-1], where[1:]][linked], axis=0):
        parent[root(int(right))] = root(int(left))
    groups: dict[int, list[int]] = {}
    for cell in sorted(parent):
        groups.setdefault(root(cell), []).append(cell)
    return [tuple(group) for group in groups.values()]
