"""Whom a manager talks to this week: those with the newest change, then the others in turn; no order of merit.

The rule, in full: whoever's standing changed within the last week comes first, the newest change before the others,
names alphabetical on ties. Places left over go to the others in alphabetical order, beginning each week where the
week before stopped, so that everybody has their turn and nobody stands there week after week.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from upshot.workspace.participation import STUCK_AFTER, Place, Standing

__all__ = ["MOST", "SUPPORTED", "Candidate", "candidate", "chosen", "recognised"]

MOST = 3
"""People a manager is pointed to in a week."""
SUPPORTED = dt.timedelta(days=90)
"""How long after their last step people are still talked to."""
_AHEAD = dt.timedelta(days=14)
_NEW = dt.timedelta(days=7)
_RECOGNISED = dt.timedelta(days=14)
_LASTING = (Standing.OPEN, Standing.STUCK, Standing.RENEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody a manager could talk to.

    Parameters
    ----------
    changed
        The day on which they came to stand where they stand.
    """

    person: str
    name: str
    place: Place
    changed: dt.date


def candidate(place: Place, name: str, on: dt.date) -> Candidate | None:
    """Somebody as a candidate; ``None`` where there is nothing to talk about now."""
    changed = _changed(place, on)
    if changed is None or (place.standing not in _LASTING and on - changed > SUPPORTED):
        return None
    return Candidate(person=place.person, name=name, place=place, changed=min(changed, on))


def _changed(place: Place, on: dt.date) -> dt.date | None:
    start, last = place.start, place.last
    if place.standing is Standing.WAITING:
        return start - _AHEAD if start is not None and start - _AHEAD <= on else None
    if place.standing is Standing.OPEN:
        return start
    if place.standing is Standing.STUCK:
        return max(day for day in (last, start) if day is not None) + STUCK_AFTER
    return last


def chosen(found: Iterable[Candidate], on: dt.date, *, most: int = MOST) -> tuple[Candidate, ...]:
    """At most so many people, each once, by the rule of this module; given back in alphabetical order."""
    everybody = _each_once(found)
    new = sorted(
        (one for one in everybody if on - one.changed <= _NEW), key=lambda one: (-one.changed.toordinal(), _named(one))
    )[:most]
    rest = sorted((one for one in everybody if one not in new), key=_named)
    picked = [*new, *_in_turn(rest, most - len(new), on)]
    return tuple(sorted(picked, key=_named))


def _each_once(found: Iterable[Candidate]) -> list[Candidate]:
    """The newest change of each person."""
    newest: dict[str, Candidate] = {}
    for one in found:
        if one.person not in newest or one.changed > newest[one.person].changed:
            newest[one.person] = one
    return list(newest.values())


def _in_turn(rest: Sequence[Candidate], places: int, on: dt.date) -> list[Candidate]:
    if places <= 0 or not rest:
        return []
    week = on.toordinal() // 7
    start = week * places % len(rest)
    return [rest[(start + step) % len(rest)] for step in range(min(places, len(rest)))]


def _named(one: Candidate) -> tuple[str, str]:
    return one.name.casefold(), one.person


def recognised(found: Iterable[Candidate], on: dt.date) -> Candidate | None:
    """Who tried something at work or finished within two weeks: trying comes first, then the newest, then the name."""
    fresh = [
        one
        for one in found
        if one.place.standing in (Standing.APPLIED, Standing.FINISHED) and on - one.changed <= _RECOGNISED
    ]
    return min(
        fresh,
        key=lambda one: (one.place.standing is not Standing.APPLIED, -one.changed.toordinal(), _named(one)),
        default=None,
    )
