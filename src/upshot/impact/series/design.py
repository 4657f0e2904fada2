"""The segmented regression: its columns, and what they would have been without the programme."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Columns", "columns", "parameters_before"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_DUMMIES_UP_TO = 7
_PAIRS = 2
_SLOPE_FROM = 3


@dataclass(frozen=True, slots=True)
class Columns:
    """Design (T, k) with and without the programme, and where its level and slope columns stand.

    ``slope`` is ``None`` when fewer than 3 periods follow the start. ``unit`` is the length, in
    steps, of one unit of the slope column.
    """

    factual: Floats
    counterfactual: Floats
    level: int
    slope: int | None
    unit: float


def columns(
    index: Integers, first_post: int, season: int | None, control: Floats | None, trend: bool = True
) -> Columns:
    """Intercept, trend, season, control, level change and slope change (Bernal et al. 2017, eq. 1).

    The slope change counts whole steps since the first period after the start, so the level change
    is the jump in that period.
    """
    unit = float(max(index[-1], 1))
    since = (index - index[first_post]) / unit
    base = [np.ones(len(index))]
    if trend:
        base.append(since)
    base += _season(index, season)
    if control is not None:
        base += [(column - column.mean()) / _spread(column) for column in control.T]
    after = (np.arange(len(index)) >= first_post).astype(np.float64)
    changes = [after]
    if trend and len(index) - first_post >= _SLOPE_FROM:
        changes.append(after * since)
    factual = np.column_stack([*base, *changes])
    counterfactual = factual.copy()
    counterfactual[:, len(base) :] = 0
    return Columns(factual, counterfactual, len(base), len(base) + 1 if len(changes) == 2 else None, unit)


def parameters_before(season: int | None, control: Floats | None, trend: bool = True) -> int:
    """Parameters that the periods before the start must carry alone."""
    seasonal = len(_season(np.arange(max(season or 1, 1)), season))
    return 1 + trend + seasonal + (0 if control is None else control.shape[1])


def _season(index: Integers, season: int | None) -> list[Floats]:
    """Up to 7 periods: one free effect each; longer: two pairs of harmonics."""
    if season is None or season < 2:
        return []
    if season <= _DUMMIES_UP_TO:
        return [(index % season == k).astype(np.float64) - (index % season == 0) for k in range(1, season)]
    angle = 2 * np.pi * index / season
    return [wave(pair * angle) for pair in range(1, _PAIRS + 1) for wave in (np.sin, np.cos)]


def _spread(column: Floats) -> float:
    return float(np.std(column)) or 1.0
