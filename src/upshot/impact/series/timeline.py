"""Times of one series as whole steps since its first: order, gaps, where the start falls, labels."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from upshot.errors import InputError, Problem
from upshot.impact.estimate import Label
from upshot.periods import Grain, parse_label, period_start

__all__ = ["Timeline", "read_timeline"]

Integers = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]

_LABELLED: tuple[Grain, ...] = ("month", "quarter", "week", "year")


@dataclass(frozen=True, slots=True)
class Timeline:
    """T times in order.

    Parameters
    ----------
    order
        Positions that sort the rows as given, (T,).
    index
        Whole steps since the first time, ascending, (T,).
    first_post
        Row, in order, of the first time at or after the start.
    labels
        The times as given, in order; dates as ISO text.
    """

    order: Integers
    index: Integers
    first_post: int
    labels: tuple[Label, ...]

    @property
    def n_missing(self) -> int:
        """Steps between the first and the last time that the series does not have."""
        return int(self.index[-1] + 1 - len(self.index))


def read_timeline(time: npt.ArrayLike, start: Label | dt.date | np.datetime64) -> Timeline:
    """Order the times and count them in steps (the largest step that all of them fit).

    Parameters
    ----------
    time
        Numbers, dates, or period labels (2026-02, 2026-Q1, 2026-W06), (T,); any order. Dates that
        all fall on the same day of the month, or on its last, are counted in months.
    start
        First time the programme could act, in the same form.

    Raises
    ------
    InputError
        For text that is no time, missing, repeated or uneven times, and a start outside the series.
    """
    raw = np.asarray(time)
    if raw.ndim != 1 or raw.size == 0:
        raise InputError(Problem(code="no-times", text="The series has no times.", column="time"))
    numbers, labels = _numbers(raw)
    began = _numbers(np.asarray([start]))[0][0]
    if np.issubdtype(raw.dtype, np.number) != isinstance(began, np.integer | np.floating):
        _fail("start-of-another-kind", "The start and the times must both be numbers or both be dates.", str(start))
    order = np.argsort(numbers, kind="stable").astype(np.int64)
    ordered = numbers[order]
    if (repeated := ordered[1:][ordered[1:] == ordered[:-1]]).size:
        text = f"{len(np.unique(repeated))} times occur more than once; a series has one value a time."
        _fail("repeated-times", text, str(labels[order[int(np.flatnonzero(ordered[1:] == ordered[:-1])[0])]]))
    if len(ordered) > 1 and not ordered[0] < began <= ordered[-1]:
        text = f"The start must come after the first time and not after the last ({labels[order[0]]} to "
        _fail("start-outside-series", f"{text}{labels[order[-1]]}).", str(start))
    first_post = int(np.searchsorted(ordered, began))
    return Timeline(order, _steps(ordered), first_post, tuple(labels[row] for row in order))


def _fail(code: str, text: str, value: str | None = None) -> None:
    raise InputError(Problem(code=code, text=text, column="time", value=value))


def _numbers(raw: npt.NDArray[np.generic]) -> tuple[npt.NDArray[np.generic], list[Label]]:
    """Sortable values (numbers or days) and labels."""
    if np.issubdtype(raw.dtype, np.number):
        if not np.isfinite(raw.astype(np.float64)).all():
            _fail("missing-time", "Some times are missing or not finite.")
        return raw, raw.tolist()
    try:
        days = np.array([_day(value) for value in raw.tolist()], dtype="datetime64[D]")
    except (ValueError, TypeError):
        _fail("not-a-time", "Some times are neither numbers nor dates. Write dates as 2026-02-28 or 2026-02.")
    text = [value if isinstance(value, str) else str(day) for value, day in zip(raw.tolist(), days, strict=True)]
    return days, list(text)


def _day(value: object) -> np.datetime64:
    if isinstance(value, str):
        if len(value) != len("2026-02-28") or "W" in value:
            for grain in _LABELLED:
                try:
                    return np.datetime64(str(period_start(parse_label(value, grain), grain)))
                except (ValueError, TypeError):
                    continue
        return np.datetime64(dt.date.fromisoformat(value[:10]))
    if isinstance(value, dt.datetime):
        return np.datetime64(value.date())
    if isinstance(value, dt.date):
        return np.datetime64(value)
    raise ValueError(value)


def _steps(ordered: npt.NDArray[Any]) -> Integers:
    if len(ordered) < 2:
        return np.zeros(len(ordered), dtype=np.int64)
    if np.issubdtype(ordered.dtype, np.floating):
        return _even(ordered.astype(np.float64))
    whole = _months(ordered) if np.issubdtype(ordered.dtype, np.datetime64) else ordered.astype(np.int64)
    since = whole - whole[0]
    counted: Integers = (since // np.gcd.reduce(since)).astype(np.int64)
    return counted


def _even(times: npt.NDArray[np.float64]) -> Integers:
    steps = (times - times[0]) / np.diff(times).min()
    if np.abs(steps - np.round(steps)).max() > 1e-3:
        _fail("uneven-times", "The times are not whole steps apart. Number the periods 1, 2, 3 and so on.")
    whole: Integers = np.round(steps).astype(np.int64)
    return whole


def _months(days: npt.NDArray[Any]) -> Integers:
    """Months when every date falls on one day of the month (or its last), else days."""
    months = days.astype("datetime64[M]")
    within = (days - months.astype("datetime64[D]")).astype(np.int64)
    left = ((months + 1).astype("datetime64[D]") - days).astype(np.int64)
    one = len(np.unique(within)) == 1 or len(np.unique(left)) == 1
    counted: Integers = (months if one else days).astype(np.int64)
    return counted
