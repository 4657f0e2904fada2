"""Readings as Harbour's systems would take them: a level, a season, luck, and what was planted."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.workspace.harbour import effects
from upshot.workspace.harbour.calendar import MONTHS
from upshot.workspace.harbour.people import Firm
from upshot.workspace.harbour.schedule import Schedule

__all__ = ["Reading", "conversion", "discounts", "files", "handling", "satisfaction", "waiting"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_MONTH = np.arange(MONTHS)
_SEASON = np.cos(2 * np.pi * (_MONTH - 2) / 12)
"""Highest in December."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One KPI for units and months, each array of shape (units, MONTHS).

    Parameters
    ----------
    units
        People, teams or sites, as indices.
    seen
        Where there is a reading.
    value
        The value, or what stands above the line.
    below
        What stands below the line; ``None`` where there is no line.
    """

    units: Integers
    seen: Bools
    value: Floats
    below: Floats | None = None


def _levels(firm: Firm, who: Integers, rng: np.random.Generator, team: float, person: float, both: float) -> Floats:
    """What tells people apart: their team, themselves, and good and bad months of a team."""
    code = firm.people.team[who]
    lasting = rng.normal(0, team, len(firm.teams))[code] + rng.normal(0, person, who.size)
    return lasting[:, None] + rng.normal(0, both, (len(firm.teams), MONTHS))[code]


def _start(firm: Firm, who: Integers, schedule: Schedule) -> Integers:
    """Start of each person by their first team."""
    return schedule.start_of(firm.people.team[who])


def conversion(firm: Firm, schedule: Schedule, rng: np.random.Generator) -> Reading:
    """Accepted offers over conversations of each adviser; the market rises by a tenth of a point a month."""
    who = firm.members("branch")
    share = effects.growing(_start(firm, who, schedule))
    full = effects.CONVERSION_POINTS / effects.average_effect(effects.growing(schedule.start), schedule.start)
    rate = 0.205 + 0.0011 * _MONTH + 0.006 * _SEASON + _levels(firm, who, rng, 0.014, 0.02, 0.005) + full * share
    held = rng.poisson(38 * rng.gamma(40, 1 / 40, who.size)[:, None], (who.size, MONTHS))
    won = rng.binomial(held, np.clip(rate, 0.02, 0.9))
    seen = firm.working(who) & (held > 0)
    return Reading(units=who, seen=seen, value=won.astype(np.float64), below=held.astype(np.float64))


def handling(firm: Firm, kind: str, rng: np.random.Generator, schedule: Schedule | None = None) -> Reading:
    """Seconds a call takes an agent of a line on average."""
    who = firm.members(kind)
    share = 0.0 if schedule is None else effects.ramped(_start(firm, who, schedule))
    usual = 412 + 7 * _SEASON - 0.35 * _MONTH + _levels(firm, who, rng, 14, 30, 6)
    value = usual * (1 + effects.HANDLING_SHARE * share) + rng.normal(0, 20, (who.size, MONTHS))
    return Reading(units=who, seen=firm.working(who), value=value.round(1))


def satisfaction(firm: Firm, kind: str, rng: np.random.Generator, schedule: Schedule | None = None) -> Reading:
    """Callers who answer 9 or 10, over those who answer; with a schedule the faster wrap-up costs its points."""
    who = firm.members(kind)
    rate = 0.62 + 0.0009 * _MONTH - 0.008 * _SEASON + _levels(firm, who, rng, 0.008, 0.016, 0.004)
    if schedule is not None:
        rate = rate + effects.SATISFACTION_POINTS * effects.ramped(_start(firm, who, schedule))
    asked = rng.poisson(190, (who.size, MONTHS))
    top = rng.binomial(asked, np.clip(rate, 0.05, 0.98))
    seen = firm.working(who) & (asked > 0)
    return Reading(units=who, seen=seen, value=top.astype(np.float64), below=asked.astype(np.float64))


def files(firm: Firm, rng: np.random.Generator) -> Reading:
    """One sampled file a person and month, complete or not; better over time, whoever learned what."""
    who = np.concatenate([firm.members("branch"), firm.members("business")])
    chance = 0.76 + 0.0045 * _MONTH + rng.normal(0, 0.05, who.size)[:, None]
    value = (rng.random((who.size, MONTHS)) < np.clip(chance, 0.3, 0.99)).astype(np.float64)
    return Reading(units=who, seen=firm.working(who), value=value)


def discounts(firm: Firm, rule: int, rng: np.random.Generator) -> Reading:
    """Average discount of each relationship manager; it falls when the deal desk opens, without any course."""
    who = firm.members("business")
    level = 0.141 + rng.normal(0, 0.012, who.size)[:, None] - 0.024 * (rule <= _MONTH)
    value = np.clip(level + rng.normal(0, 0.012, (who.size, MONTHS)), 0, 0.3)
    return Reading(units=who, seen=firm.working(who), value=value.round(4))


def waiting(sites: int, rng: np.random.Generator) -> Reading:
    """Minutes at the counter, site by site."""
    value = 11.4 + rng.normal(0, 1.2, sites)[:, None] + 0.9 * _SEASON + rng.normal(0, 0.6, (sites, MONTHS))
    return Reading(units=np.arange(sites), seen=np.ones((sites, MONTHS), bool), value=value.round(1))
