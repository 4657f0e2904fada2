"""What was planted: the true effect of each initiative, month by month since a unit's start."""

import numpy as np
import numpy.typing as npt

from upshot.workspace.harbour.calendar import MONTHS, months_since

__all__ = [
    "CONVERSION_POINTS",
    "DAYS_SOONER",
    "HANDLING_SHARE",
    "SATISFACTION_POINTS",
    "average_effect",
    "growing",
    "ramped",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

CONVERSION_POINTS = 0.020
"""Needs-first conversations, average over the months that can be compared."""
DAYS_SOONER = -9.0
HANDLING_SHARE = -0.06
SATISFACTION_POINTS = -0.020
"""What faster wrap-up does to satisfaction on the everyday line."""

_GROWTH = (1 / 3, 2 / 3)
"""Share of the full effect in the first and second month; full from the third on."""


def growing(start: Integers) -> Floats:
    """Share of the full effect of each unit in each month (n, MONTHS): it grows over three months, then stays."""
    return ramped(start, _GROWTH)


def ramped(start: Integers, early: tuple[float, ...] = ()) -> Floats:
    """0 before the start, the given shares in the first months, 1 after them.

    Examples
    --------
    >>> ramped(np.array([21]), (0.5,))[0, -5:].tolist()
    [0.0, 0.5, 1.0, 1.0, 1.0]
    """
    since = months_since(start)
    share = (since >= 0).astype(np.float64)
    for month, part in enumerate(early):
        share[since == month] = part
    return share


def average_effect(share: Floats, start: Integers) -> float:
    """Mean share over the unit-months that can be compared: started, and before the last wave starts."""
    since = months_since(start)
    comparable = (since >= 0) & (np.arange(MONTHS)[None, :] < start.max())
    return float(share[comparable].mean())
