"""The months of the demonstration: when readings begin and end, and months counted from a start."""

import datetime as dt

import numpy as np
import numpy.typing as npt

__all__ = ["FIRST_MONTH", "MONTHS", "MONTH_STARTS", "TODAY", "month_index", "month_labels", "months_since"]

FIRST_MONTH = dt.date(2024, 10, 1)
MONTHS = 25
"""October 2024 to October 2026, both included."""
TODAY = dt.date(2026, 11, 24)

MONTH_STARTS: npt.NDArray[np.datetime64] = (np.datetime64("2024-10", "M") + np.arange(MONTHS + 1)).astype(
    "datetime64[D]"
)
"""First day of each month, and of the month after the last one, shape (MONTHS + 1,)."""


def month_index(day: dt.date) -> int:
    """The month a day falls in, counted from the first one read.

    Examples
    --------
    >>> month_index(dt.date(2024, 10, 31)), month_index(dt.date(2026, 10, 1))
    (0, 24)
    """
    return (day.year - FIRST_MONTH.year) * 12 + day.month - FIRST_MONTH.month


def month_labels() -> list[str]:
    """Each month as the exports write it."""
    return [str(day)[:7] for day in MONTH_STARTS[:-1].astype("datetime64[M]")]


def months_since(start: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Months since each unit's start (n,), negative before it; far below zero for those who never start (< 0).

    Examples
    --------
    >>> months_since(np.array([23, -1]))[:, -2:].tolist()
    [[0, 1], [-999, -999]]
    """
    gap = np.arange(MONTHS)[None, :] - start[:, None]
    return np.where(start[:, None] < 0, -999, gap)
