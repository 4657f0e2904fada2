"""A level from a log of evidence by stated rules: what practice suggests, what was seen at work, what is recommended.

The rules, in this order:

1. Entries that were set aside do not count; a setting aside that was set aside itself is undone.
2. Practice suggests a level: the mean share of the newest three scenarios measured, each by its first attempt. Below
   half it is the lowest level, from half the next, from three quarters the one above; never the highest, which only
   work can show.
3. What was seen at work sets the level: the newest such entry.
4. Without one, practice sets the level as far as the scale lets it; above that it recommends.
5. Practice measured after the last look at work may recommend a higher level; it never lowers one.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["HOUSE", "NEWEST", "Entry", "Ladder", "Level", "Standing", "standing"]

NEWEST = 3
"""Scenarios that count."""
STEPS = (0.5, 0.75)
"""Mean shares from which practice suggests the next level."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level: its name, and what can be observed of somebody who stands on it."""

    name: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Levels from lowest to highest, and up to which practice alone sets them."""

    levels: tuple[Level, ...]
    practice_up_to: int = 1

    @property
    def most_by_practice(self) -> int:
        """The highest level that practice can suggest: the top one is for work, where there are more than two."""
        return max(1, len(self.levels) - 2)


HOUSE = Ladder(
    (
        Level("Not shown yet", "What was tried so far does not show it."),
        Level("With help", "Decides well about every second time; somebody stands beside them when it counts."),
        Level("Alone", "Does it at work without help, and notices when it goes wrong."),
        Level("Helps others", "Is asked by colleagues, and shows them how."),
    )
)
"""The levels of a competency that says nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the log as the rules need it.

    Parameters
    ----------
    kind
        ``measured``, ``practised``, ``remembered``, ``observed`` or ``set-aside``.
    about
        The scenario.
    share
        For practice, from 0 to 1.
    level
        For what was seen at work.
    sets_aside
        Number of the entry that no longer counts.
    """

    number: int
    kind: str
    at: dt.datetime
    about: str = ""
    share: float | None = None
    level: int | None = None
    sets_aside: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where somebody stands.

    Parameters
    ----------
    level
        Index in the ladder.
    recommended
        A higher one that somebody should look for at work; absent where there is none.
    seen
        Whether the level was seen at work.
    rests_on
        Numbers of the entries that made it.
    """

    level: int
    recommended: int | None
    seen: bool
    rests_on: tuple[int, ...]


def standing(log: Iterable[Entry], ladder: Ladder) -> Standing:
    """Where a log leads, by the rules above.

    Examples
    --------
    >>> when = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    >>> standing([Entry(number=1, kind="measured", at=when, about="a", share=0.8)], HOUSE)
    Standing(level=1, recommended=2, seen=False, rests_on=(1,))
    """
    entries = sorted(log, key=lambda one: (one.at, one.number))
    gone = _gone(entries)
    kept = [one for one in entries if one.number not in gone]
    seen = next((one for one in reversed(kept) if one.kind == "observed" and one.level is not None), None)
    measured = _measured(kept)
    suggested = _suggested(measured, ladder)
    if seen is not None and seen.level is not None:
        level = min(seen.level, len(ladder.levels) - 1)
        later = any(one.at > seen.at for one in measured)
        return Standing(
            level=level, recommended=suggested if later and suggested > level else None, seen=True,
            rests_on=(seen.number,),
        )  # fmt: skip
    level = min(suggested, ladder.practice_up_to)
    return Standing(
        level=level, recommended=suggested if suggested > level else None, seen=False,
        rests_on=tuple(one.number for one in measured),
    )  # fmt: skip


def _gone(entries: Sequence[Entry]) -> frozenset[int]:
    """Numbers of entries that do not count: the newest word on each decides."""
    gone = set[int]()
    for one in reversed(entries):
        if one.sets_aside is not None and one.number not in gone:
            gone.add(one.sets_aside)
    return frozenset(gone)


def _measured(kept: Sequence[Entry]) -> list[Entry]:
    """The first measurement of each scenario, the newest three of them."""
    first: dict[str, Entry] = {}
    for one in kept:
        if one.kind == "measured" and one.share is not None:
            first.setdefault(one.about, one)
    return sorted(first.values(), key=lambda one: (one.at, one.number))[-NEWEST:]


def _suggested(measured: Sequence[Entry], ladder: Ladder) -> int:
    if not measured:
        return 0
    mean = sum(one.share or 0.0 for one in measured) / len(measured)
    return min(sum(mean >= step - 1e-9 for step in STEPS), ladder.most_by_practice)
