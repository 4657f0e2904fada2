"""The audit of a wave plan: each rule, whether the assignment keeps it, and the figure that shows it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.impact.waves.rules import Roster, WaveRules, seats
from upshot.periods import periods

__all__ = ["AuditRow", "audit_plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One rule, and whether the plan keeps it."""

    rule: str
    holds: bool
    text: str


def audit_plan(roster: Roster, rules: WaveRules, groups: npt.NDArray[np.int64]) -> tuple[AuditRow, ...]:
    """Check an assignment against every rule, from the assignment alone.

    Parameters
    ----------
    roster, rules
        What was asked for.
    groups
        Group of each unit, shape (n,): 0 … W-1 for waves, W for the group held back, -1 for
        units not scheduled.
    """
    waves = rules.n_waves
    scheduled = groups >= 0
    started = scheduled & (groups < waves)
    place = {name: int(group) for name, group in zip(roster.ids, groups, strict=True)}
    used = np.bincount(groups[started], weights=roster.people[started], minlength=waves)
    room = seats(rules)
    starts = np.asarray(rules.starts)
    gaps = np.diff(starts)
    own = [name for name, closed in rules.unit_blackout.items() if _start(rules, place.get(name, -1)) in closed]
    moved = [name for name, wave in rules.fixed.items() if place.get(name) != wave - 1]
    kept_out = [name for name in rules.excluded if place.get(name, -1) >= 0]
    late = [name for name in rules.urgent if place.get(name) != 0]
    longest = int(starts[groups[started]].max(initial=0)) if started.any() else 0
    seated = ", ".join(f"{int(u)} of {'any' if np.isinf(r) else int(r)}" for u, r in zip(used, room, strict=True))
    waiting = bool((groups == waves).any())
    return (
        AuditRow(rule="seats", holds=bool((used <= room).all()), text=f"People per wave: {seated}."),
        AuditRow(
            rule="everyone-placed",
            holds=bool(all(place[name] >= 0 for name in roster.ids if name not in rules.excluded)),
            text=f"Units that start in a wave: {int(started.sum())}; held back: {int((groups == waves).sum())}.",
        ),
        AuditRow(
            rule="blackout",
            holds=not set(rules.starts) & rules.blackout and not own,
            text=f"Periods closed to all: {len(rules.blackout)}; units with their own: {len(rules.unit_blackout)}.",
        ),
        AuditRow(
            rule="fixed", holds=not moved, text=f"Units placed by hand, each where it was fixed: {len(rules.fixed)}."
        ),
        AuditRow(rule="excluded", holds=not kept_out, text=f"Units left out: {len(rules.excluded)}."),
        AuditRow(rule="urgent", holds=not late, text=f"Units that must not wait, all in wave 1: {len(rules.urgent)}."),
        AuditRow(
            rule="longest-wait",
            holds=rules.max_wait is None or (longest <= rules.max_wait and not waiting),
            text=f"The longest wait is {periods(longest)}" + ("; those held back wait longer." if waiting else "."),
        ),
        AuditRow(
            rule="gap",
            holds=bool((gaps >= rules.min_gap).all()),
            text=f"Waves start at least {periods(int(gaps.min()))} apart." if gaps.size else "There is one wave.",
        ),
        AuditRow(
            rule="safety",
            holds=not rules.safety_critical,
            text="No one waits by lot for safety-critical training.",
        ),
    )


def _start(rules: WaveRules, group: int) -> int | None:
    return rules.starts[group] if 0 <= group < rules.n_waves else None
