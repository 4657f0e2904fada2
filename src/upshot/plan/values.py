"""Durations as a plan writes them, and the constraints a key can put on its value."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["AtLeast", "Between", "Duration", "Matches", "Only", "Positive", "duration"]

_DURATION = re.compile(r"([0-9]{1,5}) ?(d|w|m|y)\Z")
_UNITS: dict[str, tuple[Literal["months", "days"], int]] = {
    "d": ("days", 1),
    "w": ("days", 7),
    "m": ("months", 1),
    "y": ("months", 12),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """A length of time: calendar months and days are kept apart, since neither is a number of the other.

    Examples
    --------
    >>> str(duration("8w")), duration("8w") == duration("56d")
    ('8 weeks', True)
    """

    months: int = 0
    days: int = 0

    def __str__(self) -> str:
        amount, unit = self.months or self.days, "month" if self.months else "day"
        if unit == "day" and amount and amount % 7 == 0:
            amount, unit = amount // 7, "week"
        return f"{amount} {unit}{'' if amount == 1 else 's'}"

    @property
    def short(self) -> str:
        """As written in a plan: ``56d`` or ``3m``."""
        return f"{self.months}m" if self.months else f"{self.days}d"

    def after(self, day: dt.date) -> dt.date:
        """The day this long after another; a month that lacks the day ends on its last one.

        Examples
        --------
        >>> duration("1m").after(dt.date(2026, 1, 31)), duration("14d").after(dt.date(2026, 1, 31))
        (datetime.date(2026, 2, 28), datetime.date(2026, 2, 14))
        """
        return _moved(day, self.months) + dt.timedelta(days=self.days)

    def before(self, day: dt.date) -> dt.date:
        """The day this long before another."""
        return _moved(day, -self.months) - dt.timedelta(days=self.days)


def _moved(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def duration(text: str) -> Duration:
    """Read ``30d``, ``8w``, ``6m`` or ``1y``.

    Raises
    ------
    ValueError
        If the text is not a whole number of days, weeks, months or years.
    """
    found = _DURATION.match(text.strip())
    if not found:
        raise ValueError(text)
    name, factor = _UNITS[found[2]]
    return Duration(**{name: int(found[1]) * factor})


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The number must not be below this."""

    low: float

    def problem(self, value: object) -> str | None:
        """What is wrong with the value, or ``None``."""
        return f"at least {self.low:g}" if isinstance(value, int | float) and value < self.low else None


@dataclass(frozen=True, slots=True)
class Positive:
    """The number must be above zero."""

    def problem(self, value: object) -> str | None:
        """What is wrong with the value, or ``None``."""
        return "above 0" if isinstance(value, int | float) and value <= 0 else None


@dataclass(frozen=True, slots=True)
class Between:
    """The number must lie in this range, ends included; ``above`` leaves out the lower end."""

    low: float
    high: float
    above: bool = False

    def problem(self, value: object) -> str | None:
        """What is wrong with the value, or ``None``."""
        if not isinstance(value, int | float):
            return None
        inside = self.low <= value <= self.high and not (self.above and value == self.low)
        return None if inside else f"{'above' if self.above else 'from'} {self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True)
class Matches:
    """The text must have this form, which ``form`` says in words."""

    pattern: str
    form: str

    def problem(self, value: object) -> str | None:
        """What is wrong with the value, or ``None``."""
        return self.form if isinstance(value, str) and not re.fullmatch(self.pattern, value) else None


@dataclass(frozen=True, slots=True)
class Only:
    """The key belongs to these kinds of step (or types of KPI) alone."""

    kinds: tuple[str, ...]
