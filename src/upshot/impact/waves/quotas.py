"""How many units of each block go to each wave: even, under the seats, and random where it does not divide."""

import numpy as np
import numpy.typing as npt

__all__ = ["block_quotas", "wave_targets"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_WHOLE = 1e-9


def wave_targets(n_units: int, weights: Floats, room: Floats) -> Integers:
    """Units per group: in proportion to ``weights``, but never more than ``room``, summing to all.

    Groups that would overflow are filled to the brim and the rest is spread over the others.

    Parameters
    ----------
    n_units
        Units to spread.
    weights
        Wanted proportions, shape (G,), positive.
    room
        Most units each group can take, shape (G,); whole numbers or infinity, summing to at
        least ``n_units``.

    Examples
    --------
    >>> wave_targets(10, np.ones(3), np.array([2.0, np.inf, np.inf])).tolist()
    [2, 4, 4]
    """
    share = np.zeros(weights.size)
    open_ = np.ones(weights.size, dtype=bool)
    while True:
        rest = n_units - room[~open_].sum()
        share = np.where(open_, rest * weights / max(weights[open_].sum(), _WHOLE), room)
        over = open_ & (share > room + _WHOLE)
        if not over.any():
            break
        open_ &= ~over
    target = np.floor(share + _WHOLE).astype(np.int64)
    by_remainder = np.argsort(-(share - target), kind="stable")
    for group in by_remainder[: n_units - int(target.sum())]:
        target[group] += 1
    over = np.maximum(target - room, 0)
    if over.any():  # a remainder landed on a full group: give it to the emptiest that has room
        target -= over.astype(np.int64)
        for _ in range(int(over.sum())):
            target[np.argmax(np.where(target < room, share - target, -np.inf))] += 1
    return target


def block_quotas(blocks: Integers, targets: Integers, rng: np.random.Generator) -> Integers:
    """Split each block over the groups so that both margins hold and each expected cell is in proportion.

    Dependent rounding (Gandhi et al. 2006, Journal of the ACM 53): fractions are moved around
    cycles of the block-by-group table, up or down by a fair lot, until all are whole. Row and
    column sums never change, and neither does any cell's expectation.

    Parameters
    ----------
    blocks
        Units in each block, shape (B,).
    targets
        Units in each group, shape (G,), with the same sum.
    rng
        Source of the lot.

    Returns
    -------
    numpy.ndarray
        Shape (B, G); each cell is the proportional share rounded up or down.
    """
    table = np.outer(blocks, targets) / max(int(blocks.sum()), 1)
    while (cycle := _cycle(_fractional(table))) is not None:
        up, down = cycle[::2], cycle[1::2]
        grow = min(*(_gap(1 - _part(table[cell])) for cell in up), *(_part(table[cell]) for cell in down))
        fall = min(*(_part(table[cell]) for cell in up), *(_gap(1 - _part(table[cell])) for cell in down))
        step = grow if rng.random() < fall / (grow + fall) else -fall
        for cell in up:
            table[cell] += step
        for cell in down:
            table[cell] -= step
    return np.rint(table).astype(np.int64)


def _part(value: float) -> float:
    return float(value - np.floor(value))


def _gap(value: float) -> float:
    return max(value, _WHOLE)


def _fractional(table: Floats) -> npt.NDArray[np.bool_]:
    return np.abs(table - np.rint(table)) > 1e-7


def _cycle(open_: npt.NDArray[np.bool_]) -> list[tuple[int, int]] | None:
    """Cells of an alternating row-column cycle among the open ones; ``None`` when all are whole."""
    rows = np.flatnonzero(open_.any(axis=1))
    if rows.size == 0:
        return None
    row = int(rows[0])
    path: list[tuple[int, int]] = []
    seen: dict[tuple[str, int], int] = {("row", row): 0}
    column = -1
    while True:
        columns = np.flatnonzero(open_[row])
        column = int(columns[columns != column][0])
        path.append((row, column))
        if ("column", column) in seen:
            return path[seen["column", column] :]
        seen["column", column] = len(path)
        others = np.flatnonzero(open_[:, column])
        row = int(others[others != row][0])
        path.append((row, column))
        if ("row", row) in seen:
            return path[seen["row", row] :]
        seen["row", row] = len(path)
