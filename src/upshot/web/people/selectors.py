"""Read the roster, as far as a viewer sees."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from upshot.web.accounts.roles import Permission, ScopeKind
from upshot.web.accounts.viewer import Scope, Viewer
from upshot.web.people.models import Person

__all__ = [
    "Merge",
    "Spell",
    "Stray",
    "Team",
    "choices",
    "history",
    "in_scope",
    "managed_teams",
    "merges",
    "person_of",
    "strays",
    "teams",
]


@dataclass(frozen=True, slots=True)
class Spell:
    """One stretch of a person's history."""

    start: dt.date
    end: dt.date | None
    role: str
    team: str
    manager: str
    site: str
    region: str


@dataclass(frozen=True, slots=True)
class Merge:
    """One live merge: this account is that person, since, because."""

    account: str
    person: str
    at: dt.datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Stray:
    """An account with learning records that belongs to nobody on the roster."""

    account: str
    records: int
    newest: dt.date | None


@dataclass(frozen=True, slots=True)
class Team:
    """A team with its manager and how many people it has today."""

    name: str
    manager: str
    people: int


def in_scope(viewer: Viewer, permission: Permission) -> QuerySet[Person]:
    """People a viewer reaches with a permission: everybody, or those of their regions, sites and teams."""
    people = Person.objects.filter(organisation=viewer.organisation)
    scopes = viewer.scopes(permission)
    if any(scope.kind == ScopeKind.EVERYTHING for scope in scopes):
        return people
    reached = Q(pk__in=[])
    for scope in scopes:
        reached |= _within(scope)
    return people.filter(reached)


def _within(scope: Scope) -> Q:
    fields = {ScopeKind.REGION: "region", ScopeKind.SITE: "site", ScopeKind.TEAM: "team"}
    return Q(**{fields[scope.kind]: scope.value})


def managed_teams(viewer: Viewer) -> list[str]:
    """Teams a manager answers for: where the roster names them, and those their role was given for."""
    named = Q(manager=viewer.person) if viewer.person else Q(pk__in=[])
    given = [scope.value for scope in viewer.scopes(Permission.TEAM) if scope.kind == ScopeKind.TEAM]
    found = (
        Person.objects.filter(organisation=viewer.organisation, left=None)
        .filter(named | Q(team__in=given))
        .exclude(team="")
        .values_list("team", flat=True)
        .distinct()
        .order_by("team")
    )
    return list(found)


def person_of(viewer: Viewer) -> Person | None:
    """The viewer on the roster."""
    if not viewer.person:
        return None
    return Person.objects.filter(organisation=viewer.organisation, key=viewer.person).first()


def teams(viewer: Viewer) -> list[Team]:
    """Teams within reach, by name, with those who work there today."""
    rows = (
        in_scope(viewer, Permission.PEOPLE)
        .filter(left=None)
        .exclude(team="")
        .values("team", "manager")
        .annotate(people=Count("pk"))
        .order_by("team", "-people", "manager")
    )
    found: dict[str, Team] = {}
    for row in rows:
        before = found.get(row["team"])
        count = row["people"] + (before.people if before else 0)
        found[row["team"]] = Team(row["team"], before.manager if before else row["manager"], count)
    return list(found.values())


def choices(viewer: Viewer, field: str) -> list[str]:
    """The values a column of the roster has, within reach."""
    found = in_scope(viewer, Permission.PEOPLE).exclude(**{field: ""})
    return list(found.values_list(field, flat=True).distinct().order_by(field))


def history(viewer: Viewer, key: str) -> list[Spell]:
    """A person's history, newest first."""
    rows = viewer.workspace.lake().query(
        "SELECT valid_from, valid_to, role, team, manager, site, region FROM people WHERE person = $1 "
        "ORDER BY valid_from DESC",
        [key],
    )
    return [
        Spell(
            start=row["valid_from"],
            end=row["valid_to"],
            **{name: row[name] or "" for name in ("role", "team", "manager", "site", "region")},
        )
        for row in rows.to_pylist()
    ]


def merges(viewer: Viewer) -> list[Merge]:
    """Live merges, newest first."""
    rows = viewer.workspace.lake().query(
        """SELECT a.account, s.person, max(s."at") AS "at", arg_max(s.reason, s.seq) AS reason
           FROM accounts a JOIN stored_accounts s ON s.account = a.account AND s.event = 'merge'
           GROUP BY a.account, s.person, a.person
           HAVING s.person = a.person OR s.person IN (SELECT account FROM accounts)
           ORDER BY 3 DESC"""
    )
    return [Merge(**row) for row in rows.to_pylist()]


def strays(viewer: Viewer, *, most: int = 100) -> list[Stray]:
    """Accounts with learning records that belong to nobody on the roster, those with most records first."""
    rows = viewer.workspace.lake().query(
        """SELECT person AS account, count(*) AS records, max(date) AS newest FROM learning
           WHERE person NOT IN (SELECT person FROM stored_people) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $1""",
        [most],
    )
    return [Stray(**row) for row in rows.to_pylist()]
