"""Calendar dates to panel periods and back; the rounding rule is always explicit.

A period is addressed by its *index*: whole days, ISO weeks, months, quarters or years since
1970-01-01 (weeks since Monday 1969-12-29), so that differences of indices are numbers of periods.
"""

import datetime as dt
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError

__all__ = [
    "GRAINS",
    "ROUNDINGS",
    "Grain",
    "Rounding",
    "label",
    "last_day",
    "parse_label",
    "period_index",
    "period_start",
    "periods",
    "round_dates",
]

Grain = Literal["day", "week", "month", "quarter", "year"]
Rounding = Literal["nearest", "floor", "next"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
ROUNDINGS: tuple[Rounding, ...] = get_args(Rounding)

Days = npt.NDArray[np.datetime64]
Indices = npt.NDArray[np.int64]

_WEEK_SHIFT = 3  # 1970-01-01 was a Thursday; its ISO week began three days earlier


def period_index(dates: npt.ArrayLike, grain: Grain) -> Indices:
    """Index of the period each date falls in (the ``floor`` rule).

    Parameters
    ----------
    dates
        Dates, shape (n,) or scalar; anything numpy reads as ``datetime64[D]``. No missing values.
    grain
        Length of a period.

    Returns
    -------
    numpy.ndarray
        int64 of the same shape.

    Raises
    ------
    DesignError
        If the grain is not one of ``GRAINS``.

    Examples
    --------
    >>> int(period_index("2026-02-03", "month") - period_index("2025-12-31", "month"))
    2
    """
    days = np.asarray(dates, dtype="datetime64[D]")
    if np.isnat(days).any():
        raise DesignError("A period needs a date; a missing one was given.")
    match grain:
        case "day":
            return days.astype(np.int64)
        case "week":
            return np.floor_divide(days.astype(np.int64) + _WEEK_SHIFT, 7)
        case "month":
            return days.astype("datetime64[M]").astype(np.int64)
        case "quarter":
            return np.floor_divide(days.astype("datetime64[M]").astype(np.int64), 3)
        case "year":
            return days.astype("datetime64[Y]").astype(np.int64)
    raise DesignError(f"The grain parameter of period_index must be one of {', '.join(GRAINS)}. Got {grain!r} instead.")


def period_start(indices: npt.ArrayLike, grain: Grain) -> Days:
    """First day of each period; the inverse of `period_index` on period starts."""
    index = np.asarray(indices, dtype=np.int64)
    match grain:
        case "day":
            return index.astype("datetime64[D]")
        case "week":
            return (index * 7 - _WEEK_SHIFT).astype("datetime64[D]")
        case "month":
            return index.astype("datetime64[M]").astype("datetime64[D]")
        case "quarter":
            return (index * 3).astype("datetime64[M]").astype("datetime64[D]")
        case "year":
            return index.astype("datetime64[Y]").astype("datetime64[D]")
    raise DesignError(f"The grain parameter of period_start must be one of {', '.join(GRAINS)}. Got {grain!r} instead.")


def round_dates(dates: npt.ArrayLike, grain: Grain, rounding: Rounding) -> Indices:
    """Index of the period in which something that happened on each date starts to count.

    ``floor`` is the period the date falls in; ``next`` the first period that starts on or after
    the date (so a date on a period's first day stays); ``nearest`` the period whose first day is
    closest, ties going to the later one.

    Examples
    --------
    >>> [label(int(round_dates("2012-01-17", "month", how)), "month") for how in ("nearest", "floor", "next")]
    ['2012-02', '2012-01', '2012-02']
    """
    days = np.asarray(dates, dtype="datetime64[D]")
    index = period_index(days, grain)
    if rounding == "floor":
        return index
    since = days - period_start(index, grain)
    if rounding == "next":
        return np.asarray(index + (since > np.timedelta64(0, "D")), dtype=np.int64)
    if rounding == "nearest":
        until = period_start(index + 1, grain) - days
        return np.asarray(index + (since >= until), dtype=np.int64)
    raise DesignError(
        f"The rounding parameter of round_dates must be one of {', '.join(ROUNDINGS)}. Got {rounding!r} instead."
    )


def periods(n: int) -> str:
    """A number of periods in words.

    Examples
    --------
    >>> periods(1), periods(12)
    ('1 period', '12 periods')
    """
    return f"{n} period" if n == 1 else f"{n} periods"


def last_day(day: dt.date, grain: Grain) -> dt.date:
    """Last day of the period a day falls in.

    Examples
    --------
    >>> last_day(dt.date(2026, 2, 3), "month")
    datetime.date(2026, 2, 28)
    """
    following = period_start(int(period_index(np.datetime64(day), grain)) + 1, grain)
    return dt.date.fromisoformat(str(following - np.timedelta64(1, "D")))


def label(index: int, grain: Grain) -> str:
    """The period as people write it: 2026-02-03, 2026-W06, 2026-02, 2026-Q1 or 2026."""
    start = dt.date.fromisoformat(str(period_start(index, grain)))
    match grain:
        case "day":
            return start.isoformat()
        case "week":
            year, week, _ = start.isocalendar()
            return f"{year}-W{week:02d}"
        case "month":
            return f"{start.year:04d}-{start.month:02d}"
        case "quarter":
            return f"{start.year:04d}-Q{(start.month - 1) // 3 + 1}"
    return f"{start.year:04d}"


def parse_label(text: str, grain: Grain) -> int:
    """The inverse of `label`.

    Raises
    ------
    ValueError
        If the text is not a period of that grain.
    """
    match grain:
        case "day":
            start = dt.date.fromisoformat(text)
        case "week":
            start = dt.date.fromisocalendar(int(text[:4]), int(text.partition("-W")[2]), 1)
        case "month":
            start = dt.date.fromisoformat(f"{text}-01")
        case "quarter":
            start = dt.date(int(text[:4]), 3 * int(text.partition("-Q")[2]) - 2, 1)
        case _:
            start = dt.date(int(text), 1, 1)
    return int(period_index(np.datetime64(start), grain))
