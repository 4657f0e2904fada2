"""The team-by-period matrix and who was treated from when: read, checked and cut into cohorts."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from upshot.errors import PanelError, Problem
from upshot.impact.estimate import Label

__all__ = ["Cohort", "TeamPanel", "cohorts_of", "team_panel"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPanel:
    """A balanced matrix of outcomes with the start of each unit; build it with `team_panel`.

    Parameters
    ----------
    outcome
        Shape (units, periods), finite.
    start
        Index of each unit's first treated period, shape (units,); -1 where it is never treated
        inside the panel. Internal only: callers give labels and ``None``.
    units, periods
        Labels in the order of the rows and of the columns.
    named
        False when the units are persons: then no check names one.
    """

    outcome: Floats
    start: Ints
    units: tuple[str, ...]
    periods: tuple[Label, ...]
    named: bool = True

    @property
    def donors(self) -> Ints:
        """Rows of the units never treated inside the panel."""
        return np.flatnonzero(self.start < 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Units that start together: their rows, and the columns before and after.

    ``pre`` ends before the anticipation window, ``post`` begins at the start itself.
    """

    start: int
    treated: Ints
    pre: Ints
    post: Ints

    @property
    def cells(self) -> int:
        """Treated unit-periods: the cohort's weight in the headline."""
        return len(self.treated) * len(self.post)


def team_panel(
    outcome: npt.ArrayLike,
    first_treated: Sequence[Label | None],
    *,
    units: Sequence[str] | None = None,
    periods: Sequence[Label] | None = None,
    named: bool = True,
) -> TeamPanel:
    """Check a team-by-period matrix and place each team's start in it.

    Parameters
    ----------
    outcome
        Shape (units, periods): one KPI reading each, no gaps.
    first_treated
        Label of each unit's first treated period, ``None`` where it is never treated. A label
        after the panel's last period counts as never treated inside it, one before its first
        period as treated throughout (the answer then leaves the unit out, with a caution).
    units, periods
        Labels; counted from 0 when absent. Periods stand in time order.
    named
        False when the units are persons: checks then name nobody.

    Raises
    ------
    PanelError
        With every problem found: shapes, missing or infinite readings, labels twice, starts that
        are no period of the panel.

    Examples
    --------
    >>> panel = team_panel([[1, 2, 3], [1, 2, 5]], [None, 2026], periods=[2024, 2025, 2026])
    >>> panel.start.tolist()
    [-1, 2]
    """
    matrix = np.asarray(outcome, dtype=float)
    if matrix.ndim != 2 or 0 in matrix.shape:
        raise PanelError(
            Problem(code="panel-shape", text="The outcome must be a matrix of units by periods, with one of each.")
        )
    names = tuple(str(u) for u in units) if units is not None else tuple(map(str, range(matrix.shape[0])))
    labels = tuple(periods) if periods is not None else tuple(range(matrix.shape[1]))
    problems = _label_problems(matrix, names, labels, first_treated) + _reading_problems(matrix)
    if problems:
        raise PanelError(problems)
    start, unknown = _starts(first_treated, labels)
    if unknown:
        raise PanelError(unknown)
    return TeamPanel(outcome=matrix, start=start, units=names, periods=labels, named=named)


def _label_problems(
    matrix: Floats, units: Sequence[str], periods: Sequence[Label], first_treated: Sequence[Label | None]
) -> list[Problem]:
    checks = [
        (len(units) != matrix.shape[0], "units", "there must be one unit label a row"),
        (len(first_treated) != matrix.shape[0], "first_treated", "there must be one start (or None) a row"),
        (len(periods) != matrix.shape[1], "periods", "there must be one period label a column"),
        (len(set(units)) != len(units), "units", "a unit stands twice"),
        (len(set(periods)) != len(periods), "periods", "a period stands twice"),
        (_falls(periods), "periods", "periods must stand in time order"),
    ]
    return [
        Problem(code="panel-labels", text=f"The labels do not fit the matrix: {text}.", column=column)
        for bad, column, text in checks
        if bad
    ]


def _falls(periods: Sequence[Label]) -> bool:
    if not all(isinstance(p, int | float) for p in periods):
        return False
    return any(b < a for a, b in pairwise(periods))  # type: ignore[operator]


def _reading_problems(matrix: Floats) -> list[Problem]:
    missing = int((~np.isfinite(matrix)).sum())
    if not missing:
        return []
    return [
        Problem(
            code="missing-readings",
            text=f"{missing} readings of the matrix are missing or infinite.",
            fix="Leave out the teams or the periods with gaps; a synthetic control needs every reading.",
            column="outcome",
        )
    ]


def _starts(first_treated: Sequence[Label | None], periods: Sequence[Label]) -> tuple[Ints, list[Problem]]:
    index = {label: i for i, label in enumerate(periods)}
    start = np.full(len(first_treated), -1, dtype=np.int64)
    unknown: set[str] = set()
    for row, label in enumerate(first_treated):
        if label is None or (isinstance(label, float) and math.isnan(label)) or _beyond(label, periods[-1], after=True):
            continue
        if label in index:
            start[row] = index[label]
        elif _beyond(label, periods[0], after=False):
            start[row] = 0
        else:
            unknown.add(str(label))
    return start, [
        Problem(
            code="unknown-start",
            text="A start is not a period of the panel.",
            fix="Write the first treated period with the panel's own label, or leave it empty for never treated.",
            column="first_treated",
            value=value,
        )
        for value in sorted(unknown)
    ]


def _beyond(label: Label, edge: Label, *, after: bool) -> bool:
    """Whether a start lies outside the panel; texts are compared only where they are written alike."""
    if isinstance(label, str) and isinstance(edge, str):
        alike = _DIGIT.sub("0", label) == _DIGIT.sub("0", edge)
        return alike and (label > edge if after else label < edge)
    if isinstance(label, str) or isinstance(edge, str):
        return False
    return label > edge if after else label < edge


def cohorts_of(panel: TeamPanel, anticipation: int = 0) -> tuple[tuple[Cohort, ...], int]:
    """Cohorts with at least two periods before them, and how many treated units had fewer."""
    cohorts, dropped = [], 0
    for start in np.unique(panel.start[panel.start >= 0]):
        treated = np.flatnonzero(panel.start == start)
        pre = np.arange(max(int(start) - anticipation, 0), dtype=np.int64)
        if len(pre) < 2:
            dropped += len(treated)
            continue
        post = np.arange(int(start), len(panel.periods), dtype=np.int64)
        cohorts.append(Cohort(start=int(start), treated=treated, pre=pre, post=post))
    return tuple(cohorts), dropped
