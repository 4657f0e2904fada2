"""The planner: a person's open messages to the moments at which they go out, bundled, under their cap."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from upshot.web.outbox.planning.hours import Rules, next_open, week_of

__all__ = ["GATHER", "Bundle", "Planned", "Wish", "plan"]

GATHER = dt.timedelta(minutes=30)
"""How long a first message waits for others, so that one digest goes out and not two mails."""

_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One open message, as far as its time is concerned.

    Parameters
    ----------
    id
        Number of the message.
    not_before
        From when it may go out.
    expires
        From when it need not.
    binding
        It goes out whatever happens: late rather than never.
    """

    id: int
    not_before: dt.datetime
    expires: dt.datetime | None = None
    binding: bool = False


@dataclass(frozen=True, slots=True)
class Bundle:
    """Messages that go out together, and when."""

    at: dt.datetime
    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of a person's open messages.

    Parameters
    ----------
    bundles
        In their order; at most one a day and the cap a week.
    expired
        Messages that would come too late.
    never
        Messages for which no moment is in sight.
    """

    bundles: tuple[Bundle, ...]
    expired: tuple[int, ...]
    never: tuple[int, ...]


def plan(
    rules: Rules,
    wishes: Iterable[Wish],
    *,
    now: dt.datetime,
    taken: Set[dt.date] = frozenset(),
    used: Mapping[str, int] | None = None,
) -> Planned:
    """Say when a person's open messages go out; the same wishes give the same plan in any order.

    Parameters
    ----------
    now
        Nothing is planned before.
    taken
        The person's days on which something went out already.
    used
        Deliveries so far by the person's week.
    """
    left = sorted(wishes, key=lambda wish: (wish.not_before, wish.id))
    days, weeks = set(taken), dict(used or {})
    bundles: list[Bundle] = []
    expired: list[int] = []
    while left:
        at = next_open(
            rules,
            max(now, _up(left[0].not_before + GATHER)),
            free=lambda day: day not in days and weeks.get(week_of(day), 0) < rules.cap,
        )
        if at is None:
            break
        ready = [wish for wish in left if wish.not_before <= at]
        left = left[len(ready) :]
        late = [wish.id for wish in ready if _too_late(wish, at)]
        expired += late
        going = tuple(sorted(wish.id for wish in ready if not _too_late(wish, at)))
        if not going:
            continue
        day = rules.today(at)
        days.add(day)
        weeks[week_of(day)] = weeks.get(week_of(day), 0) + 1
        bundles.append(Bundle(at, going))
    return Planned(tuple(bundles), tuple(sorted(expired)), _numbers(left))


def _too_late(wish: Wish, at: dt.datetime) -> bool:
    return not wish.binding and wish.expires is not None and wish.expires <= at


def _up(moment: dt.datetime) -> dt.datetime:
    """The next full minute, so that many people share a moment and few statements write it."""
    down = moment.replace(second=0, microsecond=0)
    return down if down == moment else down + _MINUTE


def _numbers(wishes: Sequence[Wish]) -> tuple[int, ...]:
    return tuple(sorted(wish.id for wish in wishes))
