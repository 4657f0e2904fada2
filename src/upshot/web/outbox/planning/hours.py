"""When one person may be written to: their own clock, quiet hours, working days, days off, days away."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

__all__ = ["WORKING_DAYS", "Rules", "is_open", "next_open", "week_of"]

WORKING_DAYS = frozenset(range(5))
_DAY = dt.timedelta(days=1)
_FURTHEST = 400
"""Days ahead that are looked through; whoever is away for longer is not planned for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When one person may be written to.

    Parameters
    ----------
    zone
        Name of their time zone.
    quiet_from, quiet_until
        Their quiet hours by their own clock; over midnight where the first is later, none where both are the same.
    days
        Weekdays on which they work; Monday is 0.
    off
        Public holidays where they work.
    away
        First and last days of leave.
    cap
        Most deliveries in one of their weeks.
    """

    zone: str = "UTC"
    quiet_from: dt.time = dt.time(18)
    quiet_until: dt.time = dt.time(8)
    days: frozenset[int] = WORKING_DAYS
    off: frozenset[dt.date] = frozenset()
    away: tuple[tuple[dt.date, dt.date], ...] = ()
    cap: int = 3

    def works(self, day: dt.date) -> bool:
        """Whether they can be written to on a day at all."""
        return (
            day.weekday() in self.days
            and day not in self.off
            and not any(first <= day <= last for first, last in self.away)
        )

    def today(self, moment: dt.datetime) -> dt.date:
        """The day it is where they are."""
        return moment.astimezone(ZoneInfo(self.zone)).date()


def week_of(day: dt.date) -> str:
    """The ISO week of a day: ``2026-W09``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def is_open(rules: Rules, moment: dt.datetime) -> bool:
    """Whether a person may be written to at this very moment."""
    day = rules.today(moment)
    return rules.works(day) and any(begin <= moment < end for begin, end in _windows(rules, day))


def next_open(
    rules: Rules, moment: dt.datetime, *, free: Callable[[dt.date], bool] | None = None
) -> dt.datetime | None:
    """The first moment from this one on at which a person may be written to; ``None`` where none is in sight.

    Parameters
    ----------
    free
        Whether something may still go out on one of their days; it may on any where nothing is given.
    """
    day = rules.today(moment)
    for _ in range(_FURTHEST):
        if rules.works(day) and (free is None or free(day)):
            for begin, end in _windows(rules, day):
                if moment < end:
                    return max(begin, moment)
        day += _DAY
    return None


def _windows(rules: Rules, day: dt.date) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    return _open_windows(rules.zone, rules.quiet_from, rules.quiet_until, day)


@lru_cache(maxsize=20_000)
def _open_windows(
    zone: str, quiet_from: dt.time, quiet_until: dt.time, day: dt.date
) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    """The stretches of a day, in UTC, that are not quiet; on the safe side where the clock changes."""
    midnight, after = dt.datetime.combine(day, dt.time()), dt.datetime.combine(day + _DAY, dt.time())
    quiet, loud = dt.datetime.combine(day, quiet_from), dt.datetime.combine(day, quiet_until)
    if quiet > loud:
        spans = [(loud, quiet)]
    elif quiet < loud:
        spans = [(midnight, quiet), (loud, after)]
    else:
        spans = [(midnight, after)]
    where = ZoneInfo(zone)
    found = ((max(_instants(begin, where)), min(_instants(end, where))) for begin, end in spans)
    return tuple((begin, end) for begin, end in found if begin < end)


def _instants(wall: dt.datetime, where: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """What a time on the clock may mean: twice the same, but for the hour that is skipped or comes twice."""
    return (
        wall.replace(tzinfo=where, fold=0).astimezone(dt.UTC),
        wall.replace(tzinfo=where, fold=1).astimezone(dt.UTC),
    )
