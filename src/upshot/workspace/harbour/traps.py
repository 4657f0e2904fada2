"""Where a dashboard goes wrong: worst teams first, volunteers on the way up, and the newly hired."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.workspace.harbour import effects
from upshot.workspace.harbour.calendar import MONTH_STARTS, MONTHS, TODAY
from upshot.workspace.harbour.measures import Reading
from upshot.workspace.harbour.people import Firm

__all__ = ["Onboarding", "Volunteers", "engagement", "errors", "onboarding", "worst_first"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]

_MONTH = np.arange(MONTHS)
_SPELL, _STAYING = 0.3, 0.7
"""Size of a team's bad spells on the log scale, and how much of one is left a month later."""


def errors(firm: Firm, rng: np.random.Generator) -> Reading:
    """Errors of each operations team over its thousands of cases.

    Bad spells come and go by themselves, and a better case screen makes errors rarer everywhere,
    month by month.
    """
    teams = firm.teams_of("operations")
    spell = np.zeros((teams.size, MONTHS))
    spell[:, 0] = rng.normal(0, _SPELL, teams.size)
    for month in range(1, MONTHS):
        spell[:, month] = _STAYING * spell[:, month - 1] + rng.normal(0, _SPELL * np.sqrt(1 - _STAYING**2), teams.size)
    lasting = rng.normal(0, 0.05, teams.size)[:, None]
    rate = 12.5 * np.exp(lasting + spell - _SPELL**2 / 2 - 0.016 * _MONTH)
    size = np.array([firm.teams[team].people for team in teams])
    cases = rng.poisson(270 * size[:, None], (teams.size, MONTHS)).astype(np.float64)
    found = rng.poisson(rate * cases / 1000).astype(np.float64)
    return Reading(units=teams, seen=np.ones_like(found, bool), value=found, below=cases)


def worst_first(reading: Reading, starts: list[int], sizes: tuple[int, ...]) -> Integers:
    """Round of each team, from 1, 0 for those not picked: the worst of those left, by their last three months."""
    assert reading.below is not None, "errors are counted over cases"  # noqa: S101
    chosen = np.zeros(reading.units.size, dtype=np.int64)
    for number, (start, size) in enumerate(zip(starts, sizes, strict=True), 1):
        lately = slice(start - 3, start)
        rate = reading.value[:, lately].sum(axis=1) / reading.below[:, lately].sum(axis=1)
        waiting = np.flatnonzero(chosen == 0)
        chosen[waiting[np.argsort(-rate[waiting])[:size]]] = number
    return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Volunteers:
    """The pulse of every team, and the month its lead finished the course in, -1 for those who did not come."""

    pulse: Reading
    finished: Integers


def engagement(firm: Firm, rng: np.random.Generator) -> Volunteers:
    """The pulse; leads whose team is on the way up sign up more often, and the course changes nothing."""
    n = len(firm.teams)
    rising = rng.random(n) < 0.34
    slope = np.where(rising, rng.normal(0.66, 0.10, n), rng.normal(0.02, 0.06, n))
    level = 66 + rng.normal(0, 3.5, n)
    path = level[:, None] + slope[:, None] * np.clip(_MONTH[None, :] - 3, 0, None)
    value = np.clip(path + rng.normal(0, 2.2, (n, MONTHS)), 0, 100).round(1)
    keen = rng.random(n) < np.where(rising, 0.75, 0.06)
    stays = np.isnat(firm.people.left[firm.leads()])
    finished = np.where(keen & stays, rng.integers(12, 19, n), -1)
    pulse = Reading(units=np.arange(n), seen=np.ones((n, MONTHS), bool), value=value)
    return Volunteers(pulse=pulse, finished=finished)


@dataclass(frozen=True, slots=True, kw_only=True)
class Onboarding:
    """New colleagues and the days until their first case alone.

    Parameters
    ----------
    units
        People hired since October 2024, as indices.
    days
        Days until the first case alone, or until they were last seen without one, shape (n,).
    reached
        Whether there was one, shape (n,).
    welcomed
        Whether they were hired at a site that had started, shape (n,).
    """

    units: Integers
    days: Floats
    reached: Bools
    welcomed: Bools


def onboarding(firm: Firm, sites: tuple[str, ...], starts: Days, rng: np.random.Generator) -> Onboarding:
    """Days until the first case alone, nine less for those hired once their site has started.

    Parameters
    ----------
    sites
        Those that start first.
    starts
        Day the first sites start on, and the others, shape (2,).
    """
    people = firm.people
    who = np.flatnonzero((people.hired >= MONTH_STARTS[0]) & ~people.lead)
    first = np.isin([firm.teams[team].site for team in people.team[who]], sites)
    season = 1.5 * np.cos(2 * np.pi * people.hired[who].astype(np.int64) / 365.25)
    need = (42 - 1.5 * first + season) * rng.gamma(28, 1 / 28, who.size)
    welcomed = people.hired[who] >= np.where(first, starts[0], starts[1])
    need = np.maximum(need + effects.DAYS_SOONER * welcomed, 5).round()
    left = np.where(np.isnat(people.left[who]), np.datetime64(TODAY), people.left[who])
    seen = (left - people.hired[who]).astype("timedelta64[D]").astype(np.float64)
    here = (seen >= 0) & (need > 0)
    return Onboarding(
        units=who[here],
        days=np.minimum(need, seen)[here],
        reached=(need <= seen)[here],
        welcomed=welcomed[here],
    )
