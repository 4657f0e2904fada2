"""The lot itself: units shuffled within blocks until every seat and blackout holds, with a seed on record."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from upshot.impact.waves.balance import imbalance
from upshot.impact.waves.quotas import block_quotas, wave_targets
from upshot.impact.waves.seating import seat_everyone

__all__ = ["Draw", "Lot", "Method", "draw_lot"]

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Method = Literal["shuffle", "restricted-shuffle", "swap-chain", "rerandomised"]

_TRIES = 2_000
_SWEEPS = 60
_JUDGED = 200  # draws from which the accepted share of imbalance is read


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What is to be drawn.

    Parameters
    ----------
    people
        People per unit, shape (n,).
    blocks
        Block of each unit as a code from 0, shape (n,).
    weights
        Wanted proportion of units in each group, shape (G,).
    room
        Seats left in each group, in people, shape (G,).
    allowed
        Whether a unit may go to a group, shape (n, G).
    covariates
        What balance is judged on, shape (n, K); K may be 0.
    accept
        For rerandomisation: share of draws, the best balanced, that are accepted; ``None`` takes
        the first that is permitted.
    """

    people: Integers
    blocks: Integers
    weights: Floats
    room: Floats
    allowed: Bools
    covariates: Floats
    accept: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Group of each unit, shape (n,); how it was drawn, and after how many tries."""

    groups: Integers
    method: Method
    tries: int


def draw_lot(lot: Lot, rng: np.random.Generator) -> Draw | None:
    """Draw groups within blocks, every permitted shuffle equally likely.

    Quotas of each block are drawn first (`block_quotas`), then its units are shuffled. Draws that
    break a seat limit or a blackout are thrown away whole, which leaves the permitted ones
    equally likely. Where almost none is permitted, a permitted seating is found by integer
    programming and then stirred by swaps within blocks, accepted whenever they are permitted: a
    symmetric chain whose long-run law is again uniform over the seatings it can reach.

    Returns
    -------
    Draw or None
        ``None`` when no seating exists.
    """
    targets = _targets(lot)
    if targets is not None:
        limit = _balance_limit(lot, targets, rng) if lot.accept is not None else None
        for tries in range(1, _TRIES + 1):
            groups = _shuffle(lot, targets, rng)
            if not _permitted(lot, groups):
                continue
            if limit is None:
                return Draw(groups=groups, method="shuffle" if tries == 1 else "restricted-shuffle", tries=tries)
            if imbalance(lot.covariates, groups) <= limit:
                return Draw(groups=groups, method="rerandomised", tries=tries)
    start = seat_everyone(lot.people, lot.room, lot.allowed, lot.weights)
    return None if start is None else Draw(groups=_stir(lot, start, rng), method="swap-chain", tries=_TRIES)


def _targets(lot: Lot) -> Integers | None:
    """Units per group; by seats in mean sizes, which is exact when all are of one size."""
    n = lot.people.size
    mean_size = float(lot.people.mean())
    room = np.where(np.isinf(lot.room), np.inf, np.floor(lot.room / mean_size + 1e-9))
    if room.sum() < n:
        return None
    return wave_targets(n, lot.weights, room)


def _shuffle(lot: Lot, targets: Integers, rng: np.random.Generator) -> Integers:
    counts = np.bincount(lot.blocks)
    quotas = block_quotas(counts, targets, rng)
    groups = np.empty(lot.people.size, dtype=np.int64)
    order = rng.permutation(lot.people.size)
    order = order[np.argsort(lot.blocks[order], kind="stable")]
    labels = np.concatenate([np.repeat(np.arange(quotas.shape[1]), row) for row in quotas])
    groups[order] = labels
    return groups


def _permitted(lot: Lot, groups: Integers) -> bool:
    used = np.bincount(groups, weights=lot.people, minlength=lot.room.size)
    return bool((used <= lot.room).all() and lot.allowed[np.arange(groups.size), groups].all())


def _balance_limit(lot: Lot, targets: Integers, rng: np.random.Generator) -> float:
    """The accepted share's quantile of imbalance over draws of the same lot."""
    found = [imbalance(lot.covariates, _shuffle(lot, targets, rng)) for _ in range(_JUDGED)]
    return float(np.quantile(found, lot.accept if lot.accept is not None else 1.0))


def _stir(lot: Lot, groups: Integers, rng: np.random.Generator) -> Integers:
    """Swap pairs within blocks at random, keeping every permitted swap."""
    groups = groups.copy()
    used = np.bincount(groups, weights=lot.people, minlength=lot.room.size)
    members = [np.flatnonzero(lot.blocks == block) for block in np.unique(lot.blocks)]
    members = [units for units in members if units.size > 1]
    if not members:
        return groups
    chance = np.array([units.size for units in members], dtype=np.float64)
    for block in rng.choice(len(members), size=_SWEEPS * groups.size, p=chance / chance.sum()):
        one, two = rng.choice(members[block], size=2, replace=False)
        left, right = groups[one], groups[two]
        shift = lot.people[one] - lot.people[two]
        if left == right or not (lot.allowed[one, right] and lot.allowed[two, left]):
            continue
        if used[right] + shift <= lot.room[right] and used[left] - shift <= lot.room[left]:
            groups[one], groups[two] = right, left
            used[right] += shift
            used[left] -= shift
    return groups
