"""Rows of sampling units to moments: one call per partition, then `moments.merge`."""

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError
from upshot.impact.moments import Block, Cell, Floats, Integers, Moments

__all__ = ["moments_of"]


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
    where = np.asarray(cell, dtype=np.int64)
    if y.ndim != 2 or y.shape != (where.size, len(periods)):
        raise DesignError(f"The num parameter of moments_of must have shape (n, T). Got {y.shape!r} instead.")
    if not np.isfinite(y).all():
        raise DesignError("The num parameter of moments_of must be finite; absent outcomes are 0 with den 0.")
    sized = size is not None or cluster is not None
    z = _vectors(y, where, None if den is None else np.asarray(den, dtype=np.float64), size, sized, shift)
    people = np.bincount(where, minlength=len(cells)).astype(np.int64)
    blocks = _by_cell(z, where, len(cells)) if cluster is None else _by_cluster(z, where, np.asarray(cluster))
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


def _vectors(
    y: Floats, where: Integers, den: Floats | None, size: npt.ArrayLike | None, sized: bool, shift: float
) -> Floats:
    weight = np.ones(where.size) if size is None else np.asarray(size, dtype=np.float64)
    if shift:
        y = y - shift * (weight[:, None] if den is None else den)
    parts = [weight[:, None]] if sized else []
    if den is not None:
        parts.append(den)
    return np.hstack([*parts, y]) if parts else y


def _by_cell(z: Floats, where: Integers, n_cells: int) -> tuple[Block, ...]:
    order = np.argsort(where, kind="stable")
    z = z[order]
    ends = np.searchsorted(where[order], np.arange(n_cells + 1))
    spans = ((cell, z[ends[cell] : ends[cell + 1]]) for cell in range(n_cells))
    return tuple(_block((cell,), rows) for cell, rows in spans if len(rows))


def _block(cells: tuple[int, ...], z: Floats) -> Block:
    mean = z.mean(axis=0)
    deviation = z - mean
    return Block(cells, len(z), mean, deviation.T @ deviation)


def _by_cluster(z: Floats, where: Integers, cluster: npt.NDArray[np.generic]) -> tuple[Block, ...]:
    codes = np.unique(cluster, return_inverse=True)[1].astype(np.int64)
    order = np.lexsort((where, codes))
    codes, where, z = codes[order], where[order], z[order]
    first = np.flatnonzero(np.r_[True, (np.diff(codes) != 0) | (np.diff(where) != 0)])
    sums = np.add.reduceat(z, first, axis=0)
    codes, where = codes[first], where[first]
    blocks = []
    for cells in _components(codes, where):
        inside = np.isin(where, cells)
        rows = np.unique(codes[inside], return_inverse=True)[1]
        stacked = np.zeros((rows.max() + 1, len(cells), z.shape[1]))
        stacked[rows, np.searchsorted(cells, where[inside])] = sums[inside]
        blocks.append(_block(cells, stacked.reshape(len(stacked), -1)))
    return tuple(blocks)


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
