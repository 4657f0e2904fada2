"""Builders of small panels with a fault of choice, as moments."""

from collections.abc import Callable

import numpy as np

from upshot.impact.accumulate import moments_of
from upshot.impact.checks.event_study import EventStudy, event_study_of
from upshot.impact.checks.panel import panel_checks
from upshot.impact.design import Design
from upshot.impact.estimate import CheckResult
from upshot.impact.methods import Prepared, prepare
from upshot.impact.moments import Cell, Moments

PERIODS = 16
STARTS = (8, 10, 12, None)

Shift = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From first treated period (n, 1) and period (1, T) to what is added to the outcome, (n, T)."""


def no_shift(start: np.ndarray, period: np.ndarray) -> np.ndarray:
    return np.zeros(np.broadcast_shapes(start.shape, period.shape))


def a_panel(
    *,
    seed: int = 1,
    people: int = 2_000,
    teams: int | None = None,
    effect: float = 0.0,
    shift: Shift = no_shift,
    starts: tuple[int | None, ...] = STARTS,
    scale: float = 1.0,
    seen: Callable[[np.random.Generator, np.ndarray, np.ndarray], np.ndarray] | None = None,
    strata: Callable[[np.ndarray, np.random.Generator], np.ndarray] | None = None,
    spread_of: np.ndarray | None = None,
) -> Moments:
    """People, or teams of people, whose waves are drawn by lot; outcomes autocorrelated, trend common to all."""
    rng = np.random.default_rng(seed)
    drawn = teams or people
    wave = rng.permutation(np.arange(drawn) % len(starts))
    team = np.arange(people) % drawn
    where = wave[team]
    start = np.array([np.inf if g is None else float(g) for g in starts])[where][:, None]
    period = np.arange(PERIODS, dtype=float)[None, :]
    level = rng.normal(size=(people, 1)) + (0.5 * rng.normal(size=drawn)[team][:, None] if teams else 0.0)
    noise = rng.normal(size=(people, PERIODS)) + (0.2 * rng.normal(size=(drawn, PERIODS))[team] if teams else 0.0)
    if spread_of is not None:
        noise = noise * spread_of[where][:, None]
    y = 5 + 0.1 * period + np.sin(period) + level + noise + effect * (period >= start) + shift(start, period)
    y = scale * y
    labels = np.zeros(people, dtype=int) if strata is None else strata(where, rng)
    names = sorted({(int(w), int(s)) for w, s in zip(where, labels, strict=True)})
    cells = tuple(Cell(starts[w], (f"s{s}",) if strata else ()) for w, s in names)
    cell = np.array([names.index((int(w), int(s))) for w, s in zip(where, labels, strict=True)])
    there = None if seen is None else seen(rng, start, period)
    return moments_of(
        y if there is None else y * there,
        cell,
        periods=tuple(range(PERIODS)),
        cells=cells,
        den=there,
        cluster=team if teams else None,
    )


def prepared(moments: Moments, design: Design | None = None) -> Prepared:
    return prepare(moments, design or Design())


def study(moments: Moments, design: Design | None = None) -> EventStudy | None:
    chosen = design or Design()
    panel = prepare(moments, chosen)
    return event_study_of(panel.ready, panel.means, chosen)


def check(moments: Moments, name: str, design: Design | None = None) -> CheckResult:
    chosen = design or Design()
    return next(found for found in panel_checks(prepare(moments, chosen), chosen) if found.name == name)
