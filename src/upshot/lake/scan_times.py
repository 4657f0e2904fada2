"""Time columns as they come — integers, dates, months as text — to numeric periods and back."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from upshot.errors import PanelError, Problem
from upshot.periods import Grain, label, period_start

__all__ = ["TimeScale", "time_scale"]

_TEXT: tuple[tuple[Grain, str], ...] = (
    ("month", r"^\d{4}-\d{2}$"),
    ("quarter", r"^\d{4}-Q[1-4]$"),
    ("week", r"^\d{4}-W\d{2}$"),
)


@dataclass(frozen=True, slots=True)
class TimeScale:
    """How one time column reads.

    Parameters
    ----------
    kind
        ``integer``, ``date`` or ``text`` (months, quarters or weeks written out).
    grain
        Length of a period, for dates and text.
    """

    kind: Literal["integer", "date", "text"]
    grain: Grain | None = None

    def expression(self, column: str) -> str:
        """SQL for the numeric period of a quoted column; null where it cannot be read."""
        if self.kind == "integer":
            number = f"TRY_CAST({column} AS DOUBLE)"
            return f"(CASE WHEN {number} = floor({number}) THEN TRY_CAST({number} AS BIGINT) END)"
        if self.kind == "text":
            text = f"CAST({column} AS VARCHAR)"
            if self.grain == "month":
                return f"((TRY_CAST({text}[1:4] AS BIGINT) - 1970) * 12 + TRY_CAST({text}[6:7] AS BIGINT) - 1)"
            if self.grain == "quarter":
                return f"((TRY_CAST({text}[1:4] AS BIGINT) - 1970) * 4 + TRY_CAST({text}[7:7] AS BIGINT) - 1)"
            return self._days(f"TRY_STRPTIME({text} || '-1', '%G-W%V-%u')")
        return self._days(f"TRY_CAST({column} AS TIMESTAMP)")

    def _days(self, moment: str) -> str:
        days = f"datediff('day', DATE '1970-01-01', {moment})"
        match self.grain:
            case "year":
                return f"(year({moment}) - 1970)"
            case "quarter":
                return f"((year({moment}) - 1970) * 4 + quarter({moment}) - 1)"
            case "month":
                return f"((year({moment}) - 1970) * 12 + month({moment}) - 1)"
            case "week":
                return f"(({days} + 3) // 7)"
        return days

    def aligned(self, column: str) -> str:
        """SQL that is false where a date is not the first day of its period."""
        if self.kind != "date" or self.grain in (None, "day"):
            return "TRUE"
        unit = self.grain
        return f"(date_trunc('{unit}', TRY_CAST({column} AS TIMESTAMP)) = TRY_CAST({column} AS TIMESTAMP))"

    def label(self, value: int) -> int | str:
        """The period as the panel writes it."""
        if self.kind == "integer":
            return value
        assert self.grain is not None  # noqa: S101 - dates and text always have a grain
        if self.kind == "text":
            return label(value, self.grain)
        return str(np.datetime_as_string(period_start(value, self.grain), unit="D"))


def time_scale(sample: list[str], *, column: str, file: str | None) -> TimeScale:
    """Read the distinct values of a time column.

    Dates that are all first days of months are months (quarters, years likewise if all fit); dates
    a multiple of seven days apart are weeks.

    Raises
    ------
    PanelError
        If values are neither integers nor dates, or mix both.
    """
    if all(re.fullmatch(r"[+-]?\d+(\.0*)?", value) for value in sample):
        return TimeScale("integer")
    for grain, pattern in _TEXT:
        if all(re.match(pattern, value) for value in sample):
            return TimeScale("text", grain)
    days, wrong = [], []
    for value in sample:
        try:
            days.append(np.datetime64(value[:10], "D"))
        except ValueError:
            wrong.append(value)
    if wrong:
        raise PanelError(
            Problem(
                code="unreadable-time",
                text="The time column must hold integers, dates or written periods.",
                fix="Write every period in one form: 7, 2026-01-31, 2026-01, 2026-Q1 or 2026-W05.",
                file=file,
                column=column,
                value=wrong[0],
            )
        )
    return TimeScale("date", _grain(np.array(days)))


def _grain(days: np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]) -> Grain:
    months = days.astype("datetime64[M]")
    if (months.astype("datetime64[D]") == days).all():
        index = months.astype(np.int64) % 12
        if (index == 0).all():
            return "year"
        return "quarter" if (index % 3 == 0).all() and days.size > 1 else "month"
    numbers = days.astype(np.int64)
    mondays = ((numbers + 3) % 7 == 0).all()
    return "week" if mondays else "day"
