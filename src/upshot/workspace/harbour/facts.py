"""The whole simulated firm at once: its people, who starts when, every reading and every learning record."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.plan import Plan
from upshot.workspace.harbour import measures, traps
from upshot.workspace.harbour.calendar import MONTH_STARTS, month_index
from upshot.workspace.harbour.learning import Record, records_of, renewals, volunteers
from upshot.workspace.harbour.measures import Reading
from upshot.workspace.harbour.names import invented_names
from upshot.workspace.harbour.organisation import SITES
from upshot.workspace.harbour.people import NEVER, Firm, make_firm
from upshot.workspace.harbour.schedule import Schedule, deal_people, deal_teams, wave_days, wave_months

__all__ = ["FIRST_SITES", "SEED", "Facts", "make_facts"]

SEED = 20261124
"""Of the firm that ships."""
FIRST_SITES = ("Eastquay", "Fairhaven")
DEAL_DESK_OPENS = dt.date(2026, 4, 1)
KYC_LAUNCH = dt.date(2025, 2, 3)
_ROUNDS = (12, 8)
"""Teams that managers picked for careful hands, round by round."""
_STOPPED = 9
"""Leads who began leading well and did not finish."""

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that is exported.

    Parameters
    ----------
    names
        Invented name of each person.
    waves
        Wave of each person by lot, empty for those in none.
    rounds
        Quality round of each team, 0 for none, shape (teams,).
    readings
        By the KPI's id; one entry for each part of the firm that is read.
    """

    firm: Firm
    names: list[str]
    waves: list[str]
    rounds: Integers
    readings: dict[str, tuple[Reading, ...]]
    onboarding: traps.Onboarding
    records: list[Record]


def make_facts(plan: Plan, seed: int = SEED) -> Facts:
    """Simulate two years; every part draws from a stream of its own, so that parts do not disturb each other."""
    streams = (np.random.default_rng([seed, part]) for part in range(100))
    firm, shift = make_firm(next(streams)), seed - SEED
    needs = deal_teams(plan, firm, "needs-first", "branch", abs(shift))
    wrap = deal_teams(plan, firm, "faster-wrap-up", "everyday-line", abs(shift))
    calm = deal_people(plan, firm, "calm-on-the-line", "cards-line", abs(shift))
    mistakes = traps.errors(firm, next(streams))
    picked = traps.worst_first(mistakes, wave_months(plan, "careful-hands"), _ROUNDS)
    rounds = np.zeros(len(firm.teams), dtype=np.int64)
    rounds[mistakes.units] = picked
    keen = traps.engagement(firm, next(streams))
    lines = (("everyday-line", wrap), ("cards-line", None))
    readings = {
        "conversion": (measures.conversion(firm, needs, next(streams)),),
        "handling-time": tuple(measures.handling(firm, kind, next(streams), waves) for kind, waves in lines),
        "satisfaction": tuple(measures.satisfaction(firm, kind, next(streams), waves) for kind, waves in lines),
        "errors-per-1000": (mistakes,),
        "engagement": (keen.pulse,),
        "file-complete": (measures.files(firm, next(streams)),),
        "discount-depth": (measures.discounts(firm, month_index(DEAL_DESK_OPENS), next(streams)),),
        "counter-wait": (measures.waiting(len(SITES), next(streams)),),
    }
    welcomed = traps.onboarding(firm, FIRST_SITES, wave_days(plan, "welcome-path"), next(streams))
    return Facts(
        firm=firm,
        names=invented_names(len(firm.people), next(streams)),
        waves=_waves(firm, (needs, wrap), calm),
        rounds=rounds,
        readings=readings,
        onboarding=welcomed,
        records=_records(plan, firm, (needs, wrap), calm, rounds, keen, welcomed, next(streams)),
    )


def _waves(firm: Firm, by_team: tuple[Schedule, ...], by_person: Schedule) -> list[str]:
    """Each person's wave; leads start with their team and are in none."""
    found = [""] * len(firm.people)
    for schedule in by_team:
        of_team = {int(unit): schedule.ids[wave] for unit, wave in zip(schedule.units, schedule.wave, strict=True)}
        for person, team in enumerate(firm.people.team.tolist()):
            if team in of_team and not firm.people.lead[person]:
                found[person] = of_team[team]
    for unit, wave in zip(by_person.units.tolist(), by_person.wave.tolist(), strict=True):
        found[unit] = by_person.ids[wave]
    return found


def _records(
    plan: Plan,
    firm: Firm,
    by_team: tuple[Schedule, Schedule],
    calm: Schedule,
    rounds: Integers,
    keen: traps.Volunteers,
    welcomed: traps.Onboarding,
    rng: np.random.Generator,
) -> list[Record]:
    found: list[Record] = []
    for initiative, kind, schedule in (
        ("needs-first", "branch", by_team[0]),
        ("faster-wrap-up", "everyday-line", by_team[1]),
    ):
        who = firm.members(kind)
        day_of = dict(zip(schedule.units.tolist(), schedule.day, strict=True))
        starts = np.array([day_of[team] for team in firm.people.team[who].tolist()])
        found += records_of(plan, initiative, firm, who, starts, rng)
    found += records_of(plan, "calm-on-the-line", firm, calm.units, calm.day, rng)
    who = firm.members("operations")
    who = who[rounds[firm.people.team[who]] > 0]
    days = wave_days(plan, "careful-hands")[rounds[firm.people.team[who]] - 1]
    found += records_of(plan, "careful-hands", firm, who, days, rng)
    who = welcomed.units[welcomed.welcomed]
    found += records_of(plan, "welcome-path", firm, who, firm.people.hired[who], rng)
    stays = np.isnat(firm.people.left[firm.leads()])
    stopped = rng.choice(np.flatnonzero((keen.finished < 0) & stays), _STOPPED, replace=False)
    came = np.concatenate([np.flatnonzero(keen.finished >= 0), stopped])
    days = MONTH_STARTS[keen.finished[came]] + rng.integers(0, 10, came.size).astype("timedelta64[D]")
    days[-_STOPPED:] = NEVER
    found += volunteers(plan, "leading-well", firm, firm.leads()[came], days, rng)
    who = np.concatenate([firm.members("branch"), firm.members("business")])
    found += renewals(plan, "know-your-customer", firm, who, KYC_LAUNCH, rng)
    return found
