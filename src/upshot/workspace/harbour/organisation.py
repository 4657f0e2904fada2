"""Harbour's shape: its sites, its kinds of team, and the teams themselves."""

from dataclasses import dataclass

import numpy as np

__all__ = ["KINDS", "SITES", "Kind", "Team", "make_teams"]

SITES: dict[str, str] = {
    "Eastquay": "Coast",
    "Fairhaven": "Coast",
    "Saltmarsh": "Coast",
    "Millbrook": "Vale",
    "Thornwick": "Vale",
    "Northgate": "North",
    "Lowmoor": "North",
    "Port Ellery": "North",
}
"""Each site and its region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of team.

    Parameters
    ----------
    prefix
        Of its teams' ids.
    role
        What its people do; each team has one lead besides.
    teams, people
        Number of teams, and people a team, the lead included.
    sites
        Where its teams sit, dealt out in turn.
    leaving
        Share of its people who leave in a month.
    """

    name: str
    prefix: str
    role: str
    teams: int
    people: int
    sites: tuple[str, ...]
    leaving: float


KINDS: tuple[Kind, ...] = (
    Kind(name="branch", prefix="BR", role="personal-adviser", teams=64, people=12, sites=tuple(SITES), leaving=0.009),
    Kind(
        name="everyday-line",
        prefix="EL",
        role="service-agent",
        teams=48,
        people=10,
        sites=("Eastquay", "Millbrook"),
        leaving=0.014,
    ),
    Kind(
        name="cards-line",
        prefix="CL",
        role="cards-agent",
        teams=30,
        people=13,
        sites=("Fairhaven", "Northgate"),
        leaving=0.013,
    ),
    Kind(
        name="operations",
        prefix="OP",
        role="case-handler",
        teams=34,
        people=10,
        sites=("Thornwick", "Lowmoor", "Saltmarsh"),
        leaving=0.010,
    ),
    Kind(
        name="business",
        prefix="BB",
        role="relationship-manager",
        teams=4,
        people=11,
        sites=("Eastquay", "Port Ellery"),
        leaving=0.007,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """One team."""

    id: str
    kind: str
    role: str
    site: str
    region: str
    people: int
    leaving: float


def make_teams(rng: np.random.Generator) -> tuple[Team, ...]:
    """All teams, each a person more or less than its kind's usual size."""
    return tuple(team for kind in KINDS for team in _of_kind(kind, rng))


def _of_kind(kind: Kind, rng: np.random.Generator) -> list[Team]:
    sizes = kind.people + rng.integers(-1, 2, kind.teams)
    return [
        Team(
            id=f"{kind.prefix}-{number + 1:02d}",
            kind=kind.name,
            role=kind.role,
            site=kind.sites[number % len(kind.sites)],
            region=SITES[kind.sites[number % len(kind.sites)]],
            people=int(sizes[number]),
            leaving=kind.leaving,
        )
        for number in range(kind.teams)
    ]
