"""The staff export: one line for each person and change, as a personnel system writes its history."""

from collections.abc import Iterator

import numpy as np

from upshot.workspace.harbour.facts import Facts
from upshot.workspace.harbour.people import NEVER, day_text

__all__ = ["DIRECTORS", "HEADER", "staff_rows"]

HEADER = (
    "Employee number", "Name", "LMS login", "Team", "Line manager", "Job", "Site", "Region", "Hired", "Left",
    "Valid from", "Learning wave", "Quality round",
)  # fmt: skip

DIRECTORS: dict[str, str] = {
    "H00001": "chief-executive",
    "H00002": "retail-director",
    "H00003": "service-director",
    "H00004": "operations-director",
    "H00005": "business-director",
    "H00006": "people-director",
    "H00007": "compliance-officer",
    "H00008": "finance-partner",
    "H00009": "learning-branches",
    "H00010": "learning-service",
    "H00011": "analyst",
}
"""Head office: the people the plan refers to, by number and role."""

_ABOVE = {
    "branch": "H00002", "everyday-line": "H00003", "cards-line": "H00003", "operations": "H00004",
    "business": "H00005",
}  # fmt: skip
_OFFICE_NAMES = (
    "Ingrid Solberg", "Tomas Ferreira", "Nadine Okafor", "Pieter van Aken", "Lucia Marchetti", "Samir Haddad",
    "Katrin Lindqvist", "Owen Pritchard", "Mei Tanaka", "Joris Baumann", "Amara Nwosu",
)  # fmt: skip
Row = tuple[str, ...]


def staff_rows(facts: Facts) -> Iterator[Row]:
    """Every line of the export, head office first."""
    for (number, role), name in zip(DIRECTORS.items(), _OFFICE_NAMES, strict=True):
        above = "" if number == "H00001" else "H00001"
        hired = "01.03.2019"
        login = f"hb1{number[-4:]}"
        yield (number, name, login, "HO-01", above, role, "Eastquay", "Coast", hired, "", hired, "", "")
    for person in range(len(facts.firm.people)):
        yield from _person(facts, person)


def _person(facts: Facts, person: int) -> Iterator[Row]:
    """A person's lines: from the day of hiring, and from every change of team, role or lead."""
    people, rounds = facts.firm.people, facts.rounds
    days = {people.hired[person], *_changes(facts, person)}
    first = facts.firm.teams[people.team[person]]
    by_round = int(rounds[people.team[person]]) if first.kind == "operations" and not people.lead[person] else 0
    for day in sorted(days):
        moved = people.moved_on[person] <= day
        number = int(people.moved_to[person] if moved else people.team[person])
        team = facts.firm.teams[number]
        leads = people.lead[person] or people.promoted[person] <= day
        yield (
            people.id[person],
            facts.names[person],
            people.login[person],
            team.id,
            _ABOVE[team.kind] if leads else people.id[_lead_on(facts, number, day)],
            "team-lead" if leads else team.role,
            team.site,
            team.region,
            day_text(people.hired[person]),
            day_text(people.left[person]),
            day_text(day),
            facts.waves[person],
            str(by_round) if by_round else "",
        )


def _changes(facts: Facts, person: int) -> Iterator[np.datetime64]:
    """Days on which something about a person changes: a move, a promotion, a new lead."""
    people = facts.firm.people
    own = [day for day in (people.moved_on[person], people.promoted[person]) if not np.isnat(day)]
    yield from own
    taken_over = _takes_over(facts, int(people.team[person]))[1]
    here = people.hired[person] < taken_over and not people.lead[person]
    if here and (np.isnat(people.left[person]) or people.left[person] >= taken_over):
        yield taken_over


def _takes_over(facts: Facts, team: int) -> tuple[int, np.datetime64]:
    """Who takes over a team, and when; -1 and never where its lead stays."""
    people = facts.firm.people
    new = np.flatnonzero((people.team == team) & ~np.isnat(people.promoted))
    return (int(new[0]), people.promoted[new[0]]) if new.size else (-1, NEVER)


def _lead_on(facts: Facts, team: int, day: np.datetime64) -> int:
    new, since = _takes_over(facts, team)
    return new if since <= day else int(np.flatnonzero(facts.firm.people.lead & (facts.firm.people.team == team))[0])
