"""A small firm whose training moved a KPI by a known amount: the truth that value, slices and chain are held to."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tests.workspace.firm import MONTHS, a_firm, teams

from upshot.workspace.folder import Workspace

STARTS = {"t0": 4, "t1": 4, "t2": 7, "t3": 7}
"""Month, counted from 0, in which a team starts; the others never do."""

WORTH = {"unit": "calls", "value_per_unit": {"amount": 50, "per": "call", "agreed_by": "cfo", "date": "2025-01-05"}}
COSTS = [{"item": "Design", "amount": 4000}, {"item": "Time", "kind": "time", "minutes": 120, "rate": 60}]


def moved(
    effect: float | Callable[[int, int], float] = -2.0, *, noise: float = 0.6, seed: int = 3
) -> list[dict[str, Any]]:
    """Readings with an effect after the start; a callable is given the person's number and months since."""
    draw = np.random.default_rng(seed)
    by = effect if callable(effect) else lambda _number, _since: effect
    return [
        {
            "kpi": "calls",
            "person": person,
            "month": month,
            "value": _read(draw, noise, by, number, at, STARTS.get(team)),
        }
        for number, (person, team) in enumerate(teams().items())
        for at, month in enumerate(MONTHS)
    ]


def _read(
    draw: np.random.Generator,
    noise: float,
    effect: Callable[[int, int], float],
    number: int,
    at: int,
    start: int | None,
) -> float:
    added = effect(number, at - start) if start is not None and at >= start else 0.0
    return float(10 + 0.3 * at + draw.normal(0, noise) + added)


def a_trained_firm(root: Path, *, kpi: Mapping[str, Any] = WORTH, **more: Any) -> Workspace:
    """A firm with costs, a value per unit and an effect of two calls fewer, unless told otherwise."""
    more.setdefault("kpis", moved())
    more.setdefault("costs", COSTS)
    more.setdefault("audience", {"expected_size": 32})
    return a_firm(root, kpi=kpi, **more)
