"""Panels of people made to order, their moments, and influence by brute force."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from upshot.impact.accumulate import moments_of
from upshot.impact.design import Design
from upshot.impact.moments import Cell, Moments


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One row per person; ``start`` is infinite for those who never start."""

    y: np.ndarray
    start: np.ndarray
    periods: tuple[int, ...]
    strata: tuple[tuple[str, ...], ...] | None = None
    den: np.ndarray | None = None
    weight: np.ndarray | None = None
    cluster: np.ndarray | None = None

    def take(self, rows: Any) -> "Panel":
        arrays = {name: getattr(self, name) for name in ("y", "start", "den", "weight", "cluster")}
        cut = {name: None if value is None else value[rows] for name, value in arrays.items()}
        strata = None if self.strata is None else tuple(np.array(self.strata, dtype=object)[rows].tolist())
        return replace(self, strata=None if strata is None else tuple(map(tuple, strata)), **cut)

    def moments(self, *, shift: float = 0.0) -> Moments:
        strata = self.strata or ((),) * len(self.start)
        named = [Cell(None if np.isinf(g) else int(g), stratum) for g, stratum in zip(self.start, strata, strict=True)]
        cells = tuple(sorted(set(named), key=lambda cell: (cell.cohort is None, cell.cohort or 0, cell.stratum)))
        num, den = self.y, self.den
        if self.weight is not None:
            num = num * self.weight[:, None]
            den = None if den is None else den * self.weight[:, None]
        return moments_of(
            num,
            [cells.index(cell) for cell in named],
            periods=self.periods,
            cells=cells,
            den=den,
            size=self.weight,
            cluster=self.cluster,
            shift=shift,
        )


def a_panel(
    *,
    people: int = 240,
    periods: int = 7,
    starts: tuple[float, ...] = (3, 5, np.inf),
    effect: float = 0.5,
    strata: tuple[int, ...] = (),
    seed: int = 7,
) -> Panel:
    """Cohorts with unit and period effects; strata shift trends and the chance to start early."""
    rng = np.random.default_rng(seed)
    levels = [rng.integers(0, count, people) for count in strata]
    tilt = sum((level for level in levels), np.zeros(people))
    start = np.array(starts, dtype=float)[
        np.clip((rng.random(people) + 0.12 * tilt) * len(starts), 0, len(starts) - 1e-9).astype(int)
    ]
    for index, value in enumerate(starts):
        start[2 * index : 2 * index + 2] = value
    time = np.arange(1, periods + 1)
    drift = 0.1 * (1 + tilt[:, None]) * time[None, :]
    y = rng.normal(0, 1, (people, 1)) + drift + rng.normal(0, 1, (people, periods))
    y = y + effect * (time[None, :] >= start[:, None])
    named = tuple(tuple(f"{column}{value}" for column, value in enumerate(row)) for row in zip(*levels, strict=True))
    return Panel(y=y, start=start, periods=tuple(int(t) for t in time), strata=named if strata else None)


def with_leavers(panel: Panel, *, share: float = 0.3, seed: int = 3) -> Panel:
    """Let a share of the people leave at a random period."""
    rng = np.random.default_rng(seed)
    n, T = panel.y.shape
    last = np.where(rng.random(n) < share, rng.integers(2, T, n), T)
    seen = (np.arange(T)[None, :] < last[:, None]).astype(float)
    return replace(panel, y=panel.y * seen, den=seen)


def with_weights(panel: Panel, *, seed: int = 4) -> Panel:
    return replace(panel, weight=np.random.default_rng(seed).uniform(0.5, 2.0, len(panel.start)))


def as_ratio(panel: Panel, *, seed: int = 5) -> Panel:
    """Make the outcome the numerator of a ratio with a random denominator."""
    den = np.random.default_rng(seed).poisson(6, panel.y.shape).astype(float)
    return replace(panel, y=den * (3 + panel.y), den=den)


def in_teams(panel: Panel, *, size: int = 6) -> Panel:
    """Teams that cut across cohorts."""
    return replace(panel, cluster=np.arange(len(panel.start)) // size)


def brute_force_error(estimate: Callable[[Moments], float], panel: Panel, *, step: float = 1e-4) -> float:
    """Standard error from each unit's influence, found by weighing it a little more and a little less."""
    n = len(panel.start)
    base = np.ones(n) if panel.weight is None else panel.weight
    plain = replace(panel, cluster=None, weight=base)
    influence = np.zeros(n)
    for i in range(n):
        nudge = np.zeros(n)
        nudge[i] = step
        more = estimate(replace(plain, weight=base * (1 + nudge)).moments())
        less = estimate(replace(plain, weight=base * (1 - nudge)).moments())
        influence[i] = (more - less) / (2 * step)
    groups = np.arange(n) if panel.cluster is None else panel.cluster
    return float(np.sqrt((np.bincount(groups, influence) ** 2).sum()))


def the_design(**changes: Any) -> Design:
    return Design(outcome="calls", **changes)
