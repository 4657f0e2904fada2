"""Every way in which roster and rules contradict each other, found at once, each with the smallest way out."""

import math
from collections import Counter
from collections.abc import Iterator

import numpy as np

from upshot.errors import Problem
from upshot.impact.waves.rules import Roster, WaveRules, allowed_waves, free_units, seats
from upshot.periods import periods

__all__ = ["find_conflicts", "taken_seats"]


def find_conflicts(roster: Roster, rules: WaveRules) -> tuple[Problem, ...]:
    """All contradictions that can be seen without trying to seat everyone.

    Returns
    -------
    tuple of Problem
        Empty when none was found; whether units of unequal size fit together is left to the draw.
    """
    shape = (*_roster(roster), *_shapes(rules))
    if shape:
        return shape
    return (*_calendar(rules), *_shares(rules), *_names(roster, rules), *_counts(roster, rules), *_room(roster, rules))


def _roster(roster: Roster) -> Iterator[Problem]:
    n = len(roster.ids)
    if n == 0:
        yield Problem(code="no-units", text="There is nobody to schedule.")
    for name, count in Counter(roster.ids).items():
        if count > 1:
            yield Problem(code="duplicate-unit", text=f"A unit is listed {count} times.", value=name)
    for what, values in (("sizes", roster.sizes), ("blocks", roster.blocks)):
        if values is not None and len(values) != n:
            yield Problem(code="wrong-length", text=f"There are {n} units but {len(values)} {what}.")
    if roster.sizes is not None and any(size < 1 for size in roster.sizes):
        yield Problem(code="empty-unit", text="Some units have nobody in them.", fix="Leave them out.")


def _shapes(rules: WaveRules) -> Iterator[Problem]:
    if not rules.starts:
        yield Problem(code="no-waves", text="No wave has a start.", fix="Name at least one start.")
    for what, value in (("capacity", rules.capacity), ("trainers", rules.trainers)):
        if isinstance(value, tuple) and len(value) != rules.n_waves:
            text = f"There are {rules.n_waves} waves but {len(value)} values of {what}."
            yield Problem(code="wrong-length", text=text, fix="Give one value for all, or one per wave.")
        if value is not None and np.min(value) < 0:
            yield Problem(code="negative-seats", text=f"The {what} of a wave is below 0.")
    if (rules.trainers is None) != (rules.seats_per_trainer is None):
        text = "Trainers and seats per trainer come together."
        yield Problem(code="half-trainers", text=text, fix="Give both, or give capacity alone.")
    if not 0 <= rules.hold_back < 1:
        text = "The share held back must be at least 0 and below 1."
        yield Problem(code="hold-back-range", text=text, value=f"{rules.hold_back:g}")
    if rules.min_gap < 1:
        yield Problem(code="gap-range", text="The gap between waves must be at least 1 period.")


def _calendar(rules: WaveRules) -> Iterator[Problem]:
    if rules.starts[0] < 0:
        yield Problem(code="before-launch", text="The first wave starts before launch.", value=str(rules.starts[0]))
    for number, (one, two) in enumerate(zip(rules.starts, rules.starts[1:], strict=False), start=1):
        if two - one < rules.min_gap:
            text = f"Waves {number} and {number + 1} start {periods(two - one)} apart, not {rules.min_gap}."
            fix = f"Start wave {number + 1} in period {one + rules.min_gap} or later, or lower the gap."
            yield Problem(code="gap-too-short", text=text, fix=fix)
    closed = [number for number, start in enumerate(rules.starts, start=1) if start in rules.blackout]
    if closed and len(closed) == rules.n_waves:
        fix = f"Move a wave to period {_next_open(rules, rules.starts[0])}, the first that is open."
        yield Problem(code="all-blackout", text="Every wave starts in a blackout, so nobody can start.", fix=fix)
    else:
        for number in closed:
            start = rules.starts[number - 1]
            fix = f"Move it to period {_next_open(rules, start)}."
            yield Problem(code="blackout", text=f"Wave {number} starts in a blackout (period {start}).", fix=fix)
    if rules.max_wait is None:
        return
    late = [number for number, start in enumerate(rules.starts, start=1) if start > rules.max_wait]
    if late:
        verb = "start" if len(late) > 1 else "starts"
        text = f"{_list('wave', late)} {verb} after the longest wait of {periods(rules.max_wait)}."
        fix = f"Raise the longest wait to {max(rules.starts)}, or start them sooner."
        yield Problem(code="wait-too-long", text=text, fix=fix)
    if rules.hold_back > 0:
        text = f"A group held back past the window waits longer than {periods(rules.max_wait)}."
        fix = "Hold nobody back, or lift the longest wait for that group and tell them when they start."
        yield Problem(code="hold-back-wait", text=text, fix=fix)


def _shares(rules: WaveRules) -> Iterator[Problem]:
    if rules.shares is None:
        return
    if len(rules.shares) != rules.n_groups:
        held = " and a group held back" if rules.hold_back > 0 else ""
        text = f"There are {rules.n_waves} waves{held}, but {len(rules.shares)} shares."
        yield Problem(code="wrong-length", text=text)
        return
    if any(not share > 0 for share in rules.shares):
        yield Problem(code="share-range", text="Every share must be above 0.")
    if abs(sum(rules.shares) - 1) > 1e-6:
        text = f"The shares sum to {sum(rules.shares):g}, not to 1."
        yield Problem(code="shares-sum", text=text, fix=f"Add {1 - sum(rules.shares):+.4g} to one of them.")
    if rules.hold_back > 0 and abs(rules.shares[-1] - rules.hold_back) > 1e-6:
        text = f"The last share is {rules.shares[-1]:g}, but {rules.hold_back:g} is to be held back."
        yield Problem(code="hold-back-share", text=text, fix="Make the two the same.")


def _names(roster: Roster, rules: WaveRules) -> Iterator[Problem]:
    known = set(roster.ids)
    named = {
        "fixed": set(rules.fixed),
        "excluded": set(rules.excluded),
        "urgent": set(rules.urgent),
        "blacked out": set(rules.unit_blackout),
    }
    for what, names in named.items():
        for name in sorted(names - known):
            fix = "Check its spelling against the list of units."
            yield Problem(code="unknown-unit", text=f"A unit to be {what} is not listed.", value=name, fix=fix)
    for name in sorted(set(rules.fixed) & rules.excluded):
        text = f"A unit is fixed to wave {rules.fixed[name]} and excluded."
        yield Problem(code="fixed-and-excluded", text=text, value=name, fix="Keep one of the two.")
    for name in sorted(rules.urgent & rules.excluded):
        text = "A unit must not wait, and is excluded."
        yield Problem(code="urgent-and-excluded", text=text, value=name, fix="Keep one of the two.")
    for name, wave in sorted(rules.fixed.items()):
        if not 1 <= wave <= rules.n_waves:
            text = f"A unit is fixed to wave {wave}; there are {rules.n_waves}."
            yield Problem(code="unknown-wave", text=text, value=name)
        elif name in rules.urgent and wave != 1:
            text = f"A unit must not wait, and is fixed to wave {wave}."
            yield Problem(code="urgent-and-fixed", text=text, value=name, fix="Fix it to wave 1.")
        elif rules.starts[wave - 1] in rules.unit_blackout.get(name, ()):
            text = f"A unit is fixed to wave {wave}, which starts in its own blackout."
            yield Problem(code="fixed-in-blackout", text=text, value=name, fix="Fix it to another wave.")
    for name in sorted(rules.urgent - set(rules.fixed)):
        if rules.starts[0] in rules.unit_blackout.get(name, ()):
            text = "A unit must not wait, and may not start when wave 1 does."
            yield Problem(code="urgent-in-blackout", text=text, value=name, fix="Lift one of the two.")


def _counts(roster: Roster, rules: WaveRules) -> Iterator[Problem]:
    free = free_units(roster, rules)
    drawn = int(free.sum())
    if drawn < max(rules.n_groups, 2):
        text = f"{drawn} {'unit is' if drawn == 1 else 'units are'} left to draw for {rules.n_groups} groups."
        fewer = f"Use {drawn} groups at most" if drawn >= 2 else "Draw for at least two units"
        fix = f"{fewer}, or draw for smaller units (people instead of teams)."
        yield Problem(code="fewer-units-than-waves", text=text, fix=fix)
    allowed = allowed_waves(roster, rules)
    for unit in np.flatnonzero(free & ~allowed.any(axis=1)):
        fix = "Lift one of its blackouts, exclude it, or add a wave it can join."
        yield Problem(
            code="no-wave-open", text="A unit may start in none of the waves.", value=roster.ids[unit], fix=fix
        )


def _room(roster: Roster, rules: WaveRules) -> Iterator[Problem]:
    room, people, free = seats(rules), roster.people, free_units(roster, rules)
    taken = taken_seats(roster, rules)
    for over in np.flatnonzero(taken > room).tolist():
        short = int(taken[over] - room[over])
        text = f"Those fixed to wave {over + 1} are {int(taken[over])} people; it has {int(room[over])} seats."
        yield Problem(code="fixed-over-capacity", text=text, fix=f"Add {short} seats to it, or move a unit.")
    left = np.maximum(room - taken, 0)
    largest = int(people[free].max(initial=0))
    if rules.hold_back == 0 and largest > left.max():
        text = f"The largest unit has {largest} people; no wave has more than {int(left.max())} seats left."
        fix = f"Add {largest - int(left.max())} seats to one wave, or split the unit."
        yield Problem(code="unit-over-capacity", text=text, fix=fix)
    need = int(people[free].sum() * (1 - rules.hold_back))
    if need > left.sum():
        short = need - int(left.sum())
        more = math.ceil(short / room.max()) if room.max() > 0 else None
        text = f"{need} people are to start and {int(left.sum())} seats are left: {short} short."
        each = math.ceil(short / rules.n_waves)
        fix = f"Add {short} seats in all ({each} a wave)" + (
            f", or {more} {'wave' if more == 1 else 'waves'} more." if more else "."
        )
        yield Problem(code="capacity-short", text=text, fix=fix)
    elif rules.shares is not None and len(rules.shares) == rules.n_groups:
        for wave in range(rules.n_waves):
            wanted = math.floor(rules.shares[wave] * people[free].sum())
            if wanted > left[wave] + largest:
                text = f"Wave {wave + 1} is to take about {wanted} people and has {int(left[wave])} seats left."
                share = left[wave] / people[free].sum()
                fix = f"Lower its share to {share:.3f}, or add {wanted - int(left[wave])} seats."
                yield Problem(code="share-over-capacity", text=text, fix=fix)


def taken_seats(roster: Roster, rules: WaveRules) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Seats that fixed and urgent units take in each wave, shape (W,)."""
    taken = np.zeros(rules.n_waves)
    for name, size in zip(roster.ids, roster.people, strict=True):
        wave = rules.fixed.get(name, 1 if name in rules.urgent else None)
        if wave is not None and name not in rules.excluded and 1 <= wave <= rules.n_waves:
            taken[wave - 1] += size
    return taken


def _next_open(rules: WaveRules, start: int) -> int:
    others = set(rules.starts)
    period = start
    while period in rules.blackout or (period != start and period in others):
        period += 1
    return period


def _list(word: str, numbers: list[int]) -> str:
    return f"{word.capitalize()}{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
