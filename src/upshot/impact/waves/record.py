"""The drawn plan as a record: each unit's wave, the seed, the audit, the balance and what it can see."""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

from upshot.impact.estimate import Caution
from upshot.impact.power import Baseline, PowerAnswer
from upshot.impact.waves.audit import AuditRow
from upshot.impact.waves.balance import BalanceRow
from upshot.impact.waves.draw import Method

__all__ = ["SCHEMA", "Assigned", "PlannedPower", "Reason", "Wave", "WavePlan"]

SCHEMA = "upshot-waves/1"

Reason = Literal["drawn", "held-back", "fixed", "urgent", "excluded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """One unit's place: its wave (absent if held back or excluded), the wave's start, and why."""

    unit: str
    block: str
    people: int
    reason: Reason
    wave: int | None = None
    start: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """One wave: its start in periods from launch, who is in it, and its seats (absent without a limit)."""

    wave: int
    start: int
    n_units: int
    n_people: int
    n_drawn: int
    seats: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPower:
    """What `plan_waves` needs to say what the plan can see.

    Parameters
    ----------
    baseline
        Noise of the unit the lot is drawn for.
    after, before
        Periods from launch to the end of the window, and pre-periods used.
    worth
        Smallest effect worth having on a participant.
    other
        Noise of the other unit.
    outcome, lag, take_up, level, power
        As in `power.Study` and `power.power_answer`.
    """

    baseline: Baseline
    after: int
    before: int = 1
    worth: float | None = None
    other: Baseline | None = None
    outcome: str = "outcome"
    lag: int = 0
    take_up: float = 1.0
    level: float = 0.95
    power: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class WavePlan:
    """A drawn plan, ready to be put on record before launch.

    Parameters
    ----------
    assignment
        One row per unit, in the roster's order.
    waves
        One row per wave.
    held_back
        Units drawn to start after the window.
    seed, method, tries
        What the draw can be repeated from: ``shuffle`` (first draw), ``restricted-shuffle``
        (permitted only after ``tries``), ``swap-chain`` or ``rerandomised``.
    fingerprint
        SHA-256 of roster, rules and seed.
    audit, balance
        Each rule with its figure; each covariate over the drawn groups.
    power
        What the drawn plan can see, beside alternatives; absent without a baseline.
    cautions
        What to know.
    """

    assignment: tuple[Assigned, ...]
    waves: tuple[Wave, ...]
    held_back: int
    seed: int
    method: Method
    tries: int
    fingerprint: str
    audit: tuple[AuditRow, ...]
    balance: tuple[BalanceRow, ...] = ()
    power: PowerAnswer | None = None
    cautions: tuple[Caution, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types by the schema's names; absent means not set or not computable."""
        return {"schema": SCHEMA, **_plain(self)}


def _plain(value: Any) -> Any:
    if isinstance(value, PowerAnswer):
        return value.to_dict()
    if is_dataclass(value):
        pairs = ((f.name, getattr(value, f.name)) for f in fields(value))
        return {name: _plain(item) for name, item in pairs if item is not None}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
