"""The pre-trend test by itself: how often it fires on parallel trends, and whether it sees what it says it would."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from upshot.impact.checks.pretrends import pre_trends
from upshot.impact.design import Design
from upshot.impact.estimate import CheckResult
from upshot.impact.methods import prepare

from .firms import NEVER, Firm, a_noise, moments, teams_of
from .monte_carlo import generator, share

__all__ = ["pretrend_table"]

PERIODS, START = 8, 5
REACH = 1 + (PERIODS - START) / 2
"""Periods of drift between the last reading before the start and the average one after it."""


@dataclass(frozen=True, slots=True)
class _Size:
    name: str
    people: int
    teams: int | None = None
    rare: bool = False


SIZES = (
    _Size("600 people", 600),
    _Size("100 people", 100),
    _Size("200 teams of about 3", 0, 200),
    _Size("40 teams of about 8", 0, 40),
    _Size("600 people, rare counts (0.05)", 600, rare=True),
)


def pretrend_table(replications: int) -> list[dict[str, Any]]:
    """Size under parallel trends, and power against the drift that the check itself says it could see."""
    return [_row(size, replications) for size in SIZES]


def _row(size: _Size, replications: int) -> dict[str, Any]:
    rng = generator(f"pre-trends, {size.name}")
    null = [_check(rng, size, 0.0) for _ in range(replications)]
    visible = [float(found.details["visible_drift"]) for found in null if found.details]
    drift = float(np.mean(visible)) / REACH
    seen = [_check(rng, size, drift) for _ in range(replications)]
    return {"name": size.name, "drift": drift, "size": share(_fired(null)), "power": share(_fired(seen))}


def _fired(found: list[CheckResult]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.array([one.status == "failed" for one in found])


def _check(rng: np.random.Generator, size: _Size, drift: float) -> CheckResult:
    firm = _firm(rng, size, drift)
    panel = prepare(moments(firm), Design())
    return pre_trends(panel.effects, panel.ready.moments, panel.means, Design(), spread=1.4)


def _firm(rng: np.random.Generator, size: _Size, drift: float) -> Firm:
    team = None if size.teams is None else teams_of(rng, size.teams, 8 if size.teams < 100 else 3)
    n = size.people if team is None else team.size
    units = np.arange(n) if team is None else team
    start = np.where(rng.permutation(units.max() + 1)[units] % 2 == 0, START, NEVER)
    if size.rare:
        outcome = rng.poisson(0.05 * rng.gamma(0.5, 2, size=(n, 1)), size=(n, PERIODS)).astype(np.float64)
    else:
        outcome = a_noise(rng, n, PERIODS, carry=0.3)
    if team is not None:
        outcome = outcome + a_noise(rng, team.max() + 1, PERIODS, carry=0.5, person=0.7, noise=0.5)[team]
    return Firm(outcome=outcome + drift * (start == START)[:, None] * np.arange(PERIODS), start=start, team=team)
