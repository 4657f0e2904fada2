"""What a wave plan must respect: who is to be scheduled, starts, seats, blackouts, fixed and excluded units."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

__all__ = ["Roster", "WaveRules", "allowed_waves", "free_units", "seats"]

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The units the lot is drawn for: teams, or people.

    Parameters
    ----------
    ids
        One name per unit, all different. Length n.
    sizes
        People in each unit, >= 1; ``None`` for one each.
    blocks
        Block of each unit (region, role, size class); the lot is drawn within blocks. ``None``
        for a single block.
    """

    ids: tuple[str, ...]
    sizes: tuple[int, ...] | None = None
    blocks: tuple[str, ...] | None = None

    @property
    def people(self) -> npt.NDArray[np.int64]:
        """People in each unit, shape (n,)."""
        return np.ones(len(self.ids), dtype=np.int64) if self.sizes is None else np.asarray(self.sizes, dtype=np.int64)

    @property
    def block_labels(self) -> tuple[str, ...]:
        """Block of each unit, length n."""
        return ("all",) * len(self.ids) if self.blocks is None else self.blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRules:
    """The constraints.

    Parameters
    ----------
    starts
        Period each wave starts in, counted from launch (0), rising. Length W.
    shares
        Share of the drawn units in each wave, then of the group held back if there is one;
        summing to 1. ``None`` spreads them as evenly as the seats let.
    hold_back
        Share of the drawn units that starts only after the window, in [0, 1).
    capacity
        People who can start per wave: one number for all, or one per wave; ``None`` is no limit.
    trainers, seats_per_trainer
        Trainers at hand per wave (one number, or one per wave) and people each can take.
    blackout
        Periods in which no wave may start.
    unit_blackout
        Per unit, periods in which it may not start.
    fixed
        Units whose wave is set by hand, counted from 1. They take seats, are not drawn, and stay
        out of the comparison.
    excluded
        Units that are not scheduled at all.
    urgent
        Units that must not wait (a legal duty, a safety gap): first wave, not drawn.
    safety_critical
        Whether nobody may be made to wait for this training. Then no delay is randomised.
    max_wait
        Longest wait from launch, in periods; ``None`` is no limit.
    min_gap
        Fewest periods between the starts of successive waves, >= 1.
    """

    starts: tuple[int, ...]
    shares: tuple[float, ...] | None = None
    hold_back: float = 0.0
    capacity: int | tuple[int, ...] | None = None
    trainers: int | tuple[int, ...] | None = None
    seats_per_trainer: int | None = None
    blackout: frozenset[int] = frozenset()
    unit_blackout: Mapping[str, frozenset[int]] = field(default_factory=dict)
    fixed: Mapping[str, int] = field(default_factory=dict)
    excluded: frozenset[str] = frozenset()
    urgent: frozenset[str] = frozenset()
    safety_critical: bool = False
    max_wait: int | None = None
    min_gap: int = 1

    @property
    def n_waves(self) -> int:
        """Waves that start within the plan."""
        return len(self.starts)

    @property
    def n_groups(self) -> int:
        """Waves, and the group held back if there is one."""
        return self.n_waves + (self.hold_back > 0)


def seats(rules: WaveRules) -> npt.NDArray[np.float64]:
    """People who can start in each wave, shape (W,); infinity without a limit."""
    room = np.full(rules.n_waves, np.inf)
    if rules.capacity is not None:
        room = np.minimum(room, np.broadcast_to(np.asarray(rules.capacity, dtype=np.float64), room.shape))
    if rules.trainers is not None and rules.seats_per_trainer is not None:
        taught = np.asarray(rules.trainers, dtype=np.float64) * rules.seats_per_trainer
        room = np.minimum(room, np.broadcast_to(taught, room.shape))
    return room


def free_units(roster: Roster, rules: WaveRules) -> Bools:
    """Units the lot is drawn for, shape (n,)."""
    set_by_hand = set(rules.fixed) | rules.excluded | rules.urgent
    return np.array([name not in set_by_hand for name in roster.ids], dtype=bool)


def allowed_waves(roster: Roster, rules: WaveRules) -> Bools:
    """Whether each unit may start in each group, shape (n, n_groups); the group held back is open to all."""
    allowed = np.ones((len(roster.ids), rules.n_groups), dtype=bool)
    for unit, name in enumerate(roster.ids):
        closed = rules.unit_blackout.get(name)
        if closed:
            allowed[unit, : rules.n_waves] = [start not in closed for start in rules.starts]
    return allowed
