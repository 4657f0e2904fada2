"""A firm in which support is tried by lot beside a training that everybody had: how much it did is known."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tests.workspace.firm import MONTHS, a_firm

from upshot.workspace.folder import Workspace

TEAMS = 40
EFFECT = -1.5
"""What the weekly message did to the calls of a team's people, from the month it came."""
TAKERS = 1 / 2
"""Share of people who choose what they are offered, where that is up to them."""
STEPS = [
    {"id": "basics", "kind": "module", "title": "Basics", "minutes": 30},
    {"id": "again", "kind": "practice", "title": "A question a week", "needs": ["basics"]},
]


def turn_of(team: int) -> int | None:
    """Month, counted from 0, from which a team's manager got the message."""
    return {0: 4, 1: 8, 2: None}[_drawn()[team]]


def _drawn() -> list[int]:
    order = np.random.default_rng(11).permutation(TEAMS)
    return [int(place) % 3 for place in np.argsort(order)]


def a_trial(kind: str = "digest", of: str = "coaching", **more: Any) -> dict[str, Any]:
    """The initiative that tries support of the coaching; the lot is on the roster as ``trial``."""
    named = {wave: [f"t{team:02d}" for team in range(TEAMS) if _drawn()[team] == wave] for wave in (0, 1)}
    said = {wave: ", ".join(f"'{team}'" for team in teams) for wave, teams in named.items()}
    return {
        "id": "weekly",
        "title": "The manager's week",
        "support": {"kind": kind, "of": of},
        "expected": [{"kpi": "calls", "effect": -1, "smallest_worth_having": 0.5}],
        "design": {"assign": "random-by-team", "seed": 11, "period": "month"},
        "waves": [
            {"id": "early", "start": "2025-05-01", "share": 0.35, "where": f"team in ({said[0]})"},
            {"id": "later", "start": "2025-09-01", "share": 0.325, "where": f"team in ({said[1]})"},
        ],
        **more,
    }


def a_firm_that_tries(
    root: Path, *, effect: float = EFFECT, trial: Mapping[str, Any] | None = None, chosen: bool = False
) -> Workspace:
    """Forty teams of six, trained in January; a third each gets the support from May, from September, and never.

    With ``chosen``, only `TAKERS` of those whose turn has come take it up, and it acts on them alone, so much more that
    the effect on their whole group stays the same.
    """
    draw = np.random.default_rng(5)
    people = [(f"p{number:03d}", number % TEAMS) for number in range(6 * TEAMS)]
    level = {team: draw.normal(0, 1) for team in range(TEAMS)}
    roster = [
        {"person": person, "team": f"t{team:02d}", "role": "agent", "site": "north", "hired": "2020-01-01"}
        for person, team in people
    ]
    readings = [
        {"kpi": "calls", "person": person, "month": month, "value": round(value, 4)}
        for person, team in people
        for at, month in enumerate(MONTHS)
        for value in [
            12 + level[team] + draw.normal(0, 1) + _added(turn_of(team), at, effect * _taken(person, chosen=chosen))
        ]
    ]
    learning = [
        {"person": person, "activity": "coaching", "title": "Coaching", "verb": "completed", "at": "2025-01-10"}
        for person, _team in people
    ]
    return a_firm(
        root, people=roster, kpis=readings, learning=learning, path=STEPS,
        kpi={"label": "repeat calls", "unit": "calls"}, more=[trial or a_trial()],
    )  # fmt: skip


def _added(start: int | None, at: int, effect: float) -> float:
    return effect if start is not None and at >= start else 0.0


def _taken(person: str, *, chosen: bool) -> float:
    """What of the effect on its group falls on one person."""
    if not chosen:
        return 1.0
    return 1 / TAKERS if int(person[1:]) // TEAMS % 2 == 0 else 0.0
