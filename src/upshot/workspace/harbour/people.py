"""Harbour's people: who sits in which team, who was hired, left, moved or took over as lead, and when."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.workspace.harbour.calendar import MONTH_STARTS, MONTHS, TODAY
from upshot.workspace.harbour.organisation import Team, make_teams

__all__ = ["NEVER", "Firm", "People", "day_text", "make_firm"]

Days = npt.NDArray[np.datetime64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NEVER = np.datetime64("NaT")
_MOVING = 0.06
"""Share of people who change to another team of their kind once in the two years."""
_NEW_LEADS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody who worked at Harbour in the two years, column by column, each of shape (n,).

    Parameters
    ----------
    id, login
        The firm's number, and the name in the learning system.
    team
        First team, as an index into the firm's teams: what everybody is compared by.
    hired, left
        First and last day; ``NaT`` while employed.
    moved_to, moved_on
        Second team and the day it began; -1 and ``NaT`` for those who stay.
    lead
        Whether the person leads the first team from the outset.
    promoted
        The day a member took over as lead; ``NaT`` for others.
    """

    id: tuple[str, ...]
    login: tuple[str, ...]
    team: Integers
    hired: Days
    left: Days
    moved_to: Integers
    moved_on: Days
    lead: Bools
    promoted: Days

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """The teams and the people; ``rehired`` are pairs of numbers that are one person, old and new."""

    teams: tuple[Team, ...]
    people: People
    rehired: tuple[tuple[str, str], ...]

    def members(self, kind: str) -> Integers:
        """People whose first team is of a kind, leads left out, as indices."""
        ours = np.array([team.kind == kind for team in self.teams])
        return np.flatnonzero(ours[self.people.team] & ~self.people.lead)

    def teams_of(self, kind: str) -> Integers:
        """Teams of a kind, as indices."""
        return np.flatnonzero([team.kind == kind for team in self.teams])

    def leads(self) -> Integers:
        """The lead each team began with, as indices of people, shape (teams,)."""
        found = np.full(len(self.teams), -1)
        first = np.flatnonzero(self.people.lead)
        found[self.people.team[first]] = first
        return found

    def working(self, who: Integers) -> Bools:
        """Whether people worked the whole of each month, shape (people, months)."""
        hired, left = self.people.hired[who][:, None], self.people.left[who][:, None]
        begins, ends = MONTH_STARTS[:-1][None, :], MONTH_STARTS[1:][None, :]
        return (hired <= begins) & (np.isnat(left) | (left >= ends - np.timedelta64(1, "D")))


def make_firm(rng: np.random.Generator) -> Firm:
    """Fill every seat, and let people leave, be replaced, move and take over."""
    teams = make_teams(rng)
    seats = [stint for number, team in enumerate(teams) for stint in _team(number, team, rng)]
    order = np.argsort([stint[1] for stint in seats], kind="stable")
    team, hired, left, lead = (np.array([seats[i][k] for i in order]) for k in range(4))
    n = len(seats)
    people = People(
        id=tuple(f"H{10_001 + i}" for i in range(n)),
        login=tuple(f"hb{code}" for code in rng.choice(np.arange(20_000, 90_000), n, replace=False)),
        team=team.astype(np.int64),
        hired=hired.astype("datetime64[D]"),
        left=left.astype("datetime64[D]"),
        lead=lead.astype(bool),
        moved_to=np.full(n, -1),
        moved_on=np.full(n, NEVER, dtype="datetime64[D]"),
        promoted=np.full(n, NEVER, dtype="datetime64[D]"),
    )
    _move(people, teams, rng)
    _promote(people, teams, rng)
    return Firm(teams=teams, people=people, rehired=_rehired(people, teams))


Stint = tuple[int, np.datetime64, np.datetime64, bool]


def _team(number: int, team: Team, rng: np.random.Generator) -> list[Stint]:
    """Everybody who sits in a team; its lead stays."""
    stints: list[Stint] = [(number, _long_ago(rng, shortest=400), NEVER, True)]
    for _ in range(team.people - 1):
        stints += _seat(number, team, rng)
    return stints


def _seat(number: int, team: Team, rng: np.random.Generator) -> list[Stint]:
    """One seat's holders, one after another; a vacancy lasts three to nine weeks."""
    stints: list[Stint] = []
    hired = _long_ago(rng, shortest=30)
    begins = MONTH_STARTS[0]
    while True:
        stay = int(rng.exponential(30.4 / team.leaving)) + 40
        left = max(begins, hired) + np.timedelta64(stay, "D")
        if left >= np.datetime64(TODAY):
            return [*stints, (number, hired, NEVER, False)]
        stints.append((number, hired, left, False))
        hired = _monday(left + np.timedelta64(int(rng.integers(21, 64)), "D"))
        begins = hired
        if hired >= np.datetime64(TODAY):
            return stints


def _long_ago(rng: np.random.Generator, *, shortest: int) -> np.datetime64:
    """A day of hiring before the first reading."""
    return _monday(MONTH_STARTS[0] - np.timedelta64(shortest + int(rng.exponential(1_900)), "D"))


def _monday(day: np.datetime64) -> np.datetime64:
    return np.busday_offset(day, 0, roll="forward", weekmask="Mon")


def _move(people: People, teams: tuple[Team, ...], rng: np.random.Generator) -> None:
    """Some change to another team of their kind and site, at the start of a month."""
    for who in np.flatnonzero((rng.random(len(people)) < _MOVING) & ~people.lead):
        here = teams[people.team[who]]
        others = [k for k, team in enumerate(teams) if (team.kind, team.site) == (here.kind, here.site)]
        month = MONTH_STARTS[int(rng.integers(4, MONTHS))]
        left = people.left[who]
        if people.hired[who] + np.timedelta64(180, "D") < month and (np.isnat(left) or left > month):
            to = int(rng.choice(others))
            if to != people.team[who]:
                people.moved_to[who], people.moved_on[who] = to, month


def _promote(people: People, teams: tuple[Team, ...], rng: np.random.Generator) -> None:
    """In a few teams the lead leaves and a member takes over the next day."""
    branches = [k for k, team in enumerate(teams) if team.kind in ("branch", "operations")]
    for number in rng.choice(branches, _NEW_LEADS, replace=False):
        stays = np.isnat(people.left) & np.isnat(people.moved_on) & (people.team == number)
        member = np.flatnonzero(stays & ~people.lead & (people.hired < MONTH_STARTS[0]))
        if not member.size:
            continue
        day = MONTH_STARTS[int(rng.integers(6, MONTHS - 2))]
        people.left[np.flatnonzero(people.lead & (people.team == number))[0]] = day - np.timedelta64(1, "D")
        people.promoted[member[0]] = day


def _rehired(people: People, teams: tuple[Team, ...]) -> tuple[tuple[str, str], ...]:
    """Two who left came back under a second number: whoever was hired to their kind of team next."""
    found: list[tuple[str, str]] = []
    for old in np.flatnonzero(~np.isnat(people.left) & np.isnat(people.moved_on)):
        if len(found) == 2:
            break
        kind = teams[people.team[old]].kind
        back = people.left[old] + np.timedelta64(200, "D")
        after = [
            new
            for new in np.flatnonzero(people.hired > back)
            if teams[people.team[new]].kind == kind and people.id[new] not in {two for _, two in found}
        ]
        if kind == "operations" and after:
            found.append((people.id[old], people.id[after[0]]))
    return tuple(found)


def day_text(day: np.datetime64) -> str:
    """A day as Harbour's own systems write it, empty for none.

    Examples
    --------
    >>> day_text(np.datetime64("2025-03-04")), day_text(np.datetime64("NaT"))
    ('04.03.2025', '')
    """
    return "" if np.isnat(day) else dt.date.fromisoformat(str(day)).strftime("%d.%m.%Y")
