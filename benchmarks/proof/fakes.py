"""Fake programmes on real panels: drawn by lot, or handed to those a manager would pick; none has an effect."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from upshot.impact.design import Assignment
from upshot.impact.moments import Floats, Integers

from .firms import NEVER, Firm
from .real_panels import RealPanel

__all__ = ["BY_LOT", "PICKED", "Fake", "excerpt"]

TEAM_SIZE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Fake:
    """A way to hand out a programme that does nothing.

    Parameters
    ----------
    name
        What the tables call it.
    assign
        From a generator, a panel's name for its starts and an excerpt to starts (and teams, if drawn).
    said
        What the plan says about how people came to it; each is asked in turn.
    by_team
        Whether teams were drawn.
    needs_teams
        Only for panels with real teams.
    """

    name: str
    assign: Callable[[np.random.Generator, tuple[int, ...], Firm], Firm]
    said: tuple[Assignment, ...]
    by_team: bool = False
    needs_teams: bool = False


def excerpt(rng: np.random.Generator, panel: RealPanel) -> Firm:
    """Some of the people and a window of periods, both drawn at random."""
    people = rng.permutation(panel.outcome.shape[0])[: panel.people]
    first = int(rng.integers(0, panel.outcome.shape[1] - panel.periods + 1))
    window = slice(first, first + panel.periods)
    return Firm(
        outcome=panel.outcome[people, window],
        start=np.full(people.size, NEVER),
        seen=None if panel.seen is None else panel.seen[people, window],
        team=None if panel.team is None else panel.team[people],
    )


def _waves(rng: np.random.Generator, starts: tuple[int, ...], units: int) -> Integers:
    """Waves drawn by lot; a third of the time nobody is left over, else one share never starts."""
    all_start = len(starts) > 1 and rng.uniform() < 1 / 3
    return rng.permutation(np.resize(np.array(starts if all_start else (*starts, NEVER)), units))


def _people_in_waves(rng: np.random.Generator, starts: tuple[int, ...], firm: Firm) -> Firm:
    return replace(firm, start=_waves(rng, starts, firm.start.size), team=None)


def _one_date(rng: np.random.Generator, starts: tuple[int, ...], firm: Firm) -> Firm:
    date = int(rng.integers(min(starts), max(starts) + 1))
    return replace(firm, start=rng.permutation(np.resize(np.array([date, NEVER]), firm.start.size)), team=None)


def _random_teams(rng: np.random.Generator, starts: tuple[int, ...], firm: Firm) -> Firm:
    size = min(TEAM_SIZE, max(1, firm.start.size // 40))
    team = rng.integers(0, firm.start.size // size, firm.start.size)
    return _by_team(rng, starts, replace(firm, team=team))


def _by_team(rng: np.random.Generator, starts: tuple[int, ...], firm: Firm) -> Firm:
    assert firm.team is not None
    codes, rows = np.unique(firm.team, return_inverse=True)
    return replace(firm, start=_waves(rng, starts, codes.size)[rows])


def _picked(score: Callable[[Firm, int], Floats]) -> Callable[[np.random.Generator, tuple[int, ...], Firm], Firm]:
    """Send the third with the highest score at the middle wave's date; the rest never start."""

    def assign(rng: np.random.Generator, starts: tuple[int, ...], firm: Firm) -> Firm:
        date = starts[len(starts) // 2]
        found = score(firm, date) + rng.uniform(0, 1e-6, firm.start.size)
        start = np.where(found >= np.quantile(found, 2 / 3), date, NEVER)
        return replace(firm, start=start.astype(np.int64), team=None)

    return assign


def _level_before(firm: Firm, date: int) -> Floats:
    if firm.seen is None:
        return np.asarray(firm.outcome[:, : date - 1].mean(axis=1))
    seen = firm.seen[:, : date - 1]
    total = np.where(seen, firm.outcome[:, : date - 1], 0).sum(axis=1)
    return np.asarray(np.divide(total, seen.sum(axis=1), out=np.zeros(total.size), where=seen.any(axis=1)))


def _last_reading(firm: Firm, date: int) -> Floats:
    recent = max(1, min(3, (date - 1) // 3))
    return np.asarray(firm.outcome[:, date - 1 - recent : date - 1].mean(axis=1))


def _slope_before(firm: Firm, date: int) -> Floats:
    steps = np.arange(date - 1, dtype=np.float64)
    return np.asarray(firm.outcome[:, : date - 1] @ (steps - steps.mean()))


BY_LOT: tuple[Fake, ...] = (
    Fake(name="people in random waves", assign=_people_in_waves, said=("random", "unknown")),
    Fake(name="half the people on a random date", assign=_one_date, said=("random", "unknown")),
    Fake(name="teams of random people in waves", assign=_random_teams, said=("random", "unknown"), by_team=True),
    Fake(
        name="real teams in random waves", assign=_by_team, said=("random", "unknown"), by_team=True, needs_teams=True
    ),
)

PICKED: tuple[Fake, ...] = (
    Fake(name="worst in the last readings", assign=_picked(_last_reading), said=("managed", "random")),
    Fake(name="steepest trend before", assign=_picked(_slope_before), said=("managed", "random")),
    Fake(name="highest level before", assign=_picked(_level_before), said=("managed", "random")),
)
