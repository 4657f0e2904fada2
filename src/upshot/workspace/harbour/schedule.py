"""Who starts when: lots dealt by the product itself, rounds that managers chose, sites, and volunteers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.impact.waves import Roster, WavePlan, WaveRules, plan_waves
from upshot.plan import Plan
from upshot.workspace.harbour.calendar import month_index
from upshot.workspace.harbour.people import Firm

__all__ = ["Schedule", "deal", "deal_people", "deal_teams", "wave_days", "wave_months"]

Integers = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The wave each unit of an initiative was dealt into.

    Parameters
    ----------
    units
        Teams or people of the audience, as indices into the firm.
    wave
        Wave of each unit, from 0, shape (n,).
    start, day
        Month and day each unit starts on, shape (n,).
    ids
        Ids of the waves, as the plan writes them.
    """

    units: Integers
    wave: Integers
    start: Integers
    day: Days
    ids: tuple[str, ...]

    def start_of(self, wanted: Integers) -> Integers:
        """Start of any units, -1 where they are not in the audience."""
        known = dict(zip(self.units.tolist(), self.start.tolist(), strict=True))
        return np.array([known.get(unit, -1) for unit in wanted.tolist()])


def wave_months(plan: Plan, initiative: str) -> list[int]:
    """Month each wave of an initiative starts in."""
    return [month_index(wave.start) for wave in plan.initiative(initiative).waves]


def wave_days(plan: Plan, initiative: str) -> Days:
    """Day each wave of an initiative starts on."""
    return np.array([wave.start for wave in plan.initiative(initiative).waves], dtype="datetime64[D]")


def deal(
    plan: Plan, initiative: str, units: Integers, sizes: Sequence[int], names: Sequence[str], shift: int
) -> Schedule:
    """Deal units into the plan's waves by `upshot.impact.waves`, as the command line would.

    Parameters
    ----------
    units, sizes, names
        Indices, people in each, and names of what is drawn.
    shift
        Added to the plan's seed: 0 for the firm that ships, another for each further one.
    """
    found = plan.initiative(initiative)
    months = wave_months(plan, initiative)
    rules = WaveRules(
        starts=tuple(month - months[0] for month in months),
        shares=tuple(wave.share or 0.0 for wave in found.waves),
    )
    drawn = plan_waves(Roster(ids=tuple(names), sizes=tuple(sizes)), rules, seed=(found.design.seed or 0) + shift)
    assert isinstance(drawn, WavePlan), "none of Harbour's courses is safety-critical"  # noqa: S101
    wave = np.array([(row.wave or 1) - 1 for row in drawn.assignment])
    return Schedule(
        units=units,
        wave=wave,
        start=np.array(months)[wave],
        day=wave_days(plan, initiative)[wave],
        ids=tuple(wave.id for wave in found.waves),
    )


def deal_teams(plan: Plan, firm: Firm, initiative: str, kind: str, shift: int) -> Schedule:
    """Deal the teams of a kind."""
    units = firm.teams_of(kind)
    chosen = [firm.teams[unit] for unit in units]
    return deal(plan, initiative, units, [team.people for team in chosen], [team.id for team in chosen], shift)


def deal_people(plan: Plan, firm: Firm, initiative: str, kind: str, shift: int) -> Schedule:
    """Deal the people of a kind one by one, those hired later as well: their number was in the hat."""
    units = firm.members(kind)
    return deal(plan, initiative, units, [1] * units.size, [firm.people.id[unit] for unit in units], shift)
