"""The other ways the lot could have fallen: every one when they can be counted out, else a seeded draw."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError

__all__ = ["Assignments", "count_assignments", "draw_assignments"]

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignments:
    """Assignments of units to treatment with as many treated in every block as there were.

    Parameters
    ----------
    treated
        Shape (draws, units). When ``exact``, all assignments, the real one among them; otherwise
        random draws without it.
    exact
        Whether every possible assignment is there.
    """

    treated: Bools
    exact: bool


def count_assignments(treated: Bools, block: npt.NDArray[np.int64]) -> int:
    """How many assignments keep each block's number of treated.

    Examples
    --------
    >>> count_assignments(np.array([True, False, True, False]), np.array([0, 0, 1, 1]))
    4
    """
    inside = [treated[block == b] for b in np.unique(block)]
    return math.prod(math.comb(len(part), int(part.sum())) for part in inside)


def draw_assignments(
    treated: npt.ArrayLike, *, block: npt.ArrayLike | None = None, draws: int = 9999, seed: int
) -> Assignments:
    """All assignments when there are no more than ``draws`` + 1, else ``draws`` random ones.

    Parameters
    ----------
    treated
        Whether each unit was treated, shape (units,).
    block
        Block of each unit, shape (units,); units change places only within their block.
    draws
        Number of random draws, >= 1.
    seed
        Seed of the draws.

    Raises
    ------
    DesignError
        If ``draws`` is below 1 or no unit, or every unit, is treated.
    """
    z = np.asarray(treated, dtype=bool)
    blocks = np.zeros(z.size, np.int64) if block is None else np.unique(np.asarray(block), return_inverse=True)[1]
    if draws < 1:
        raise DesignError(f"The draws parameter of draw_assignments must be >= 1. Got {draws!r} instead.")
    if z.all() or not z.any():
        raise DesignError("A randomisation test needs treated and untreated units.")
    if count_assignments(z, blocks) <= draws + 1:
        return Assignments(treated=np.array(list(_enumerate(z, blocks))), exact=True)
    generator = np.random.default_rng(seed)
    drawn = np.empty((draws, z.size), dtype=bool)
    for b in np.unique(blocks):
        inside = np.flatnonzero(blocks == b)
        drawn[:, inside] = generator.permuted(np.tile(z[inside], (draws, 1)), axis=1)
    return Assignments(treated=drawn, exact=False)


def _enumerate(z: Bools, blocks: npt.NDArray[np.int64]) -> Iterator[Bools]:
    members = [np.flatnonzero(blocks == b) for b in np.unique(blocks)]
    for choice in product(*(combinations(inside, int(z[inside].sum())) for inside in members)):
        one = np.zeros(z.size, dtype=bool)
        one[[unit for part in choice for unit in part]] = True
        yield one
