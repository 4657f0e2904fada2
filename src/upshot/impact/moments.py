"""Mergeable moments of the outcome vector by cohort and stratum: all that any estimator needs.

A *sampling unit* (a person, or a cluster of people) carries a vector per cell it has people in::

    [ size ]  [ den_1 … den_T ]  num_1 … num_T

``num`` are the outcomes (sums of weighted outcomes in general), ``den`` what they are divided by
(presence, weights, or the denominator of a ratio) and ``size`` how much the unit counts in cohort
shares. ``den`` is left out where it equals ``size`` in every period, ``size`` where it is one.
Cells that share sampling units form one `Block`; within it count, mean and centred cross-product
are kept and merged by the pairwise rule of Chan, Golub & LeVeque (1983), never a raw Gram.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError

__all__ = ["Block", "Cell", "Floats", "Integers", "Moments", "merge"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """People of one stratum who start in one period; ``cohort`` is ``None`` for those who never do."""

    cohort: int | None
    stratum: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Moments of the sampling units whose people lie in ``cells``.

    Parameters
    ----------
    cells
        Indices into `Moments.cells`, rising.
    count
        Number of sampling units.
    mean
        Mean of their vectors, shape (V,), V = len(cells) x channels.
    centred
        Sum of outer products of deviations from the mean, shape (V, V).
    """

    cells: tuple[int, ...]
    count: int
    mean: Floats
    centred: Floats

    def merged(self, other: "Block") -> "Block":
        """Pool with a block of the same cells."""
        count = self.count + other.count
        if not self.count or not other.count:
            return self if self.count else other
        gap = other.mean - self.mean
        return Block(
            self.cells,
            count,
            self.mean + gap * (other.count / count),
            self.centred + other.centred + np.outer(gap, gap) * (self.count * other.count / count),
        )

    def widened(self, cells: tuple[int, ...]) -> "Block":
        """Stand in a larger block: the units have nothing in the cells that were added."""
        if cells == self.cells:
            return self
        channels = self.mean.size // len(self.cells)
        keep = np.concatenate([np.arange(channels) + channels * cells.index(cell) for cell in self.cells])
        mean = np.zeros(channels * len(cells))
        centred = np.zeros((mean.size, mean.size))
        mean[keep] = self.mean
        centred[np.ix_(keep, keep)] = self.centred
        return Block(cells, self.count, mean, centred)


@dataclass(frozen=True, slots=True)
class Moments:
    """What one scan of a panel leaves behind.

    Parameters
    ----------
    periods
        Numeric periods in order, length T; differences are event times.
    cells
        Cohort-stratum cells, in order, length C.
    people
        People per cell, shape (C,); never weighted.
    blocks
        Disjoint groups of cells with the moments of their sampling units.
    sized, varying
        Whether vectors carry the ``size`` channel, and the ``den`` channels.
    clustered
        Whether sampling units are clusters.
    shift
        Taken off every outcome (times its ``den``) before summing, for precision.
    """

    periods: tuple[int, ...]
    cells: tuple[Cell, ...]
    people: Integers
    blocks: tuple[Block, ...]
    sized: bool = False
    varying: bool = False
    clustered: bool = False
    shift: float = 0.0

    @property
    def channels(self) -> int:
        """Length of a unit's vector within one cell."""
        return int(self.sized) + (2 if self.varying else 1) * len(self.periods)

    @property
    def n_units(self) -> int:
        """Number of people."""
        return int(self.people.sum())

    @property
    def n_clusters(self) -> int | None:
        """Number of clusters, if sampling units are clusters."""
        return sum(block.count for block in self.blocks) if self.clustered else None

    def keep(self, wanted: Iterable[bool]) -> "Moments":
        """Drop every cell not wanted.

        Clusters that straddle kept and dropped cells stay with the people they have left; one
        with nobody left stays in ``n_clusters`` but weighs nothing.
        """
        mask = np.fromiter(wanted, dtype=bool, count=len(self.cells))
        if mask.all():
            return self
        new_index = np.cumsum(mask) - 1
        blocks = tuple(cut for block in self.blocks if (cut := _cut(block, mask, new_index, self.channels)) is not None)
        cells = tuple(cell for cell, kept in zip(self.cells, mask, strict=True) if kept)
        return replace(self, cells=cells, people=self.people[mask], blocks=blocks)

    def pooled(self, names: Iterable[Cell]) -> "Moments":
        """Rename cells (one name per present cell, in order) and pool those that end up alike.

        Slices merge back into the whole this way; so do cohorts that start after the window into
        the never-treated.
        """
        renamed = tuple(names)
        if renamed == self.cells:
            return self
        target = tuple(sorted(set(renamed), key=_cell_order))
        place = {cell: index for index, cell in enumerate(target)}
        where = [place[cell] for cell in renamed]
        people = np.zeros(len(target), dtype=np.int64)
        np.add.at(people, where, self.people)
        blocks = _joined([_summed(block, where, self.channels) for block in self.blocks])
        return replace(self, cells=target, people=people, blocks=blocks)


def merge(parts: Iterable[Moments]) -> Moments:
    """Pool moments of disjoint sets of sampling units; order does not matter beyond rounding.

    Raises
    ------
    DesignError
        If there is nothing to merge, or the parts do not describe the same kind of panel.
    """
    found = list(parts)
    if not found:
        raise DesignError("There are no moments to merge.")
    kinds = {(part.periods, part.sized, part.varying, part.clustered, part.shift) for part in found}
    if len(kinds) > 1:
        raise DesignError("Moments to merge must share periods, channels, clustering and shift.")
    cells = tuple(sorted({cell for part in found for cell in part.cells}, key=_cell_order))
    return reduce(_merge_pair, [_reindexed(part, cells) for part in found])


def _merge_pair(left: Moments, right: Moments) -> Moments:
    return replace(left, people=left.people + right.people, blocks=_joined([*left.blocks, *right.blocks]))


def _joined(blocks: list[Block]) -> tuple[Block, ...]:
    """Merge blocks until none overlap: those that share a cell are widened to their union."""
    home: dict[int, Block] = {}
    for block in blocks:
        overlapping = list({id(home[cell]): home[cell] for cell in block.cells if cell in home}.values())
        cells = tuple(sorted(set(block.cells).union(*(other.cells for other in overlapping))))
        pooled = reduce(Block.merged, [other.widened(cells) for other in overlapping], block.widened(cells))
        home |= dict.fromkeys(cells, pooled)
    return tuple(sorted({id(block): block for block in home.values()}.values(), key=lambda block: block.cells))


def _reindexed(part: Moments, cells: tuple[Cell, ...]) -> Moments:
    place = {cell: index for index, cell in enumerate(cells)}
    where = [place[cell] for cell in part.cells]
    people = np.zeros(len(cells), dtype=np.int64)
    people[where] = part.people
    blocks = tuple(_summed(block, where, part.channels) for block in part.blocks)
    return replace(part, cells=cells, people=people, blocks=blocks)


def _summed(block: Block, where: list[int], channels: int) -> Block:
    """Carry a block to new cell indices; cells that land together add up within a unit."""
    cells = tuple(sorted({where[cell] for cell in block.cells}))
    if len(cells) == len(block.cells) and [where[cell] for cell in block.cells] == list(cells):
        return Block(cells, block.count, block.mean, block.centred)
    fold = np.zeros((channels * len(cells), block.mean.size))
    for old, cell in enumerate(block.cells):
        rows = channels * cells.index(where[cell]) + np.arange(channels)
        fold[rows, channels * old + np.arange(channels)] = 1.0
    return Block(cells, block.count, fold @ block.mean, fold @ block.centred @ fold.T)


def _cut(block: Block, mask: npt.NDArray[np.bool_], new_index: Integers, channels: int) -> Block | None:
    kept = [position for position, cell in enumerate(block.cells) if mask[cell]]
    if not kept:
        return None
    keep = np.concatenate([np.arange(channels) + channels * position for position in kept])
    cells = tuple(int(new_index[block.cells[position]]) for position in kept)
    return Block(cells, block.count, block.mean[keep], block.centred[np.ix_(keep, keep)])


def _cell_order(cell: Cell) -> tuple[bool, int, tuple[str, ...]]:
    return (cell.cohort is None, cell.cohort or 0, cell.stratum)
