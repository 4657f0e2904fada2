"""Rows of few teams to a matrix of teams by periods, for the synthetic comparisons."""

from typing import Any

import numpy as np
import numpy.typing as npt

from upshot.errors import PanelError, Problem
from upshot.impact.estimate import Caution, Label
from upshot.impact.synthetic import TeamPanel, team_panel

__all__ = ["few_team_panel"]

Column = npt.NDArray[Any]


def few_team_panel(
    unit: Column, time: Column, outcome: Column, first_treated: Column, cluster: Column | None = None
) -> tuple[TeamPanel, tuple[Caution, ...]]:
    """One row per unit and period to the matrix the synthetic comparisons read.

    With ``cluster``, people are averaged into their teams in each period, and the teams are the
    units. Readings that are missing leave a gap, which is refused: the comparison needs them all.

    Parameters
    ----------
    unit, time
        Labels, shape (n,).
    outcome
        Numbers, shape (n,); NaN where there is no reading.
    first_treated
        Label of the first treated period, ``None`` or NaN for never, shape (n,).
    cluster
        Each row's team, shape (n,).

    Returns
    -------
    TeamPanel, tuple of Caution
        The matrix, and how zeros and people were read.

    Raises
    ------
    PanelError
        With every problem: text where numbers belong, empty labels, a unit twice in one period,
        a unit with two starts, gaps.

    Examples
    --------
    >>> unit, time = np.array(["a", "a", "b", "b"], object), np.array([1, 2, 1, 2])
    >>> panel, _ = few_team_panel(unit, time, time * 1.0, np.array([2, 2, np.nan, np.nan]))
    >>> panel.units, panel.start.tolist()
    (('a', 'b'), [1, -1])
    """
    problems = [*_numbers(outcome), *_labels(unit, "unit"), *_labels(time, "time")]
    problems += [] if cluster is None else _labels(cluster, "cluster")
    if problems:
        raise PanelError(problems)
    teams, row = _coded(unit if cluster is None else cluster)
    periods, column = _coded(time)
    cell = row * len(periods) + column
    _once(_coded(unit)[1], column, len(periods))
    if cluster is None and np.unique(cell).size < cell.size:
        raise PanelError(_twice(cell.size - np.unique(cell).size))
    shape = (len(teams), len(periods))
    count = np.bincount(cell, minlength=shape[0] * shape[1])
    total = np.bincount(cell, weights=outcome.astype(np.float64), minlength=count.size)
    mean = np.divide(total, count, out=np.full(count.size, np.nan), where=count > 0)
    starts, zero = _starts(first_treated, row, teams, periods)
    cautions = () if not zero else (Caution(code="zero-is-never", text=_ZERO),)
    if cluster is not None:
        text = f"{len(_coded(unit)[0]):,} units were averaged into {len(teams):,} teams, which are compared."
        cautions = (*cautions, Caution(code="averaged-to-teams", text=text))
    panel = team_panel(mean.reshape(shape), starts, units=[str(team) for team in teams], periods=periods)
    return panel, cautions


_ZERO = "A start of 0 was read as never starting, as other tools write it; leave it empty to be sure."


def _coded(values: Column) -> tuple[list[Label], npt.NDArray[np.int64]]:
    plain = [_plain(value) for value in values.tolist()]
    labels = sorted(set(plain))
    place = {label: index for index, label in enumerate(labels)}
    return labels, np.array([place[label] for label in plain], dtype=np.int64)


def _plain(value: Any) -> Label:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int | float) else str(value)


def _empty(value: Any) -> bool:
    return value is None or value != value


def _numbers(outcome: Column) -> list[Problem]:
    if outcome.dtype.kind in "biuf":
        return []
    text = "The outcome is not a column of numbers."
    return [Problem(code="text-outcomes", text=text, fix="Clean it, or leave unknown readings empty.")]


def _labels(values: Column, role: str) -> list[Problem]:
    missing = sum(map(_empty, values.tolist()))
    if not missing:
        return []
    text = f"{missing:,} rows have no {role}."
    return [Problem(code=f"empty-{role}s", text=text, fix="Fill it in, or drop the rows.")]


def _once(unit: npt.NDArray[np.int64], column: npt.NDArray[np.int64], periods: int) -> None:
    cell = unit * periods + column
    repeated = cell.size - np.unique(cell).size
    if repeated:
        raise PanelError(_twice(repeated))


def _twice(repeated: int) -> Problem:
    return Problem(
        code="duplicate-unit-period",
        text=f"{repeated:,} rows repeat a unit in a period it already has.",
        fix="Keep one row per team and period, or name the team with --cluster to average its people.",
    )


def _starts(
    first_treated: Column, row: npt.NDArray[np.int64], teams: list[Label], periods: list[Label]
) -> tuple[list[Label | None], bool]:
    """One start a team, and whether a zero was read as never."""
    first = periods[0]
    zero_is_never = isinstance(first, int | float) and first > 0
    seen: list[set[Label | None]] = [set() for _ in teams]
    zeros = False
    for team, value in zip(row.tolist(), first_treated.tolist(), strict=True):
        label = None if _empty(value) or value == "" else _plain(value)
        if zero_is_never and label in (0, "0"):
            label, zeros = None, True
        seen[team].add(label)
    several = [str(team) for team, starts in zip(teams, seen, strict=True) if len(starts) > 1]
    if several:
        text = f"{len(several):,} teams have more than one start; the first: {several[0]}."
        raise PanelError(Problem(code="several-starts", text=text, fix="Give every row of a team the same start."))
    return [next(iter(starts)) for starts in seen], zeros
