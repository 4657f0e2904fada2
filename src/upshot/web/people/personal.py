"""What the roster holds of a person: their mirror in the database, and their rows in the lake."""

from collections.abc import Mapping, Sequence
from typing import Any

from upshot.lake import TABLES
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.people.models import Person
from upshot.workspace.slicing import forget_moments

__all__ = ["LakeStore", "RosterStore"]


class RosterStore:
    """The mirror of the roster."""

    name = "roster"
    models = ("people.Person",)

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """The person's row, and the rows that name them as manager by identifier only."""
        fields = ("key", "name", "role", "team", "manager", "site", "region", "hired", "left")
        return [
            {name: str(value) for name, value in row.items() if value not in (None, "")}
            for row in Person.objects.filter(organisation=organisation, key=person).values(*fields)
        ]

    def erase(self, organisation: Organisation, person: str) -> int:
        """Delete the row, and the name in rows of those they manage."""
        cleared = Person.objects.filter(organisation=organisation, manager=person).update(manager="")
        deleted, _ = Person.objects.filter(organisation=organisation, key=person).delete()
        return deleted + cleared


class LakeStore:
    """The lake: history, learning records, readings and accounts; it forgets old file versions too."""

    name = "lake"
    models = ()

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """Every row of every table under the person's identifier or an account merged into it."""
        lake = workspace_of(organisation).lake()
        names = lake.query("SELECT $1 AS who UNION SELECT account FROM stored_accounts WHERE person = $1", [person])
        found: list[Mapping[str, Any]] = []
        for table in TABLES.values():
            for column in table.person_columns[:1]:
                sql = f"SELECT * FROM stored_{table.name} WHERE {column} IN (SELECT unnest($1))"
                rows = lake.query(sql, [names["who"].to_pylist()]).to_pylist()
                found += [{"table": table.name, **{k: str(v) for k, v in row.items() if v is not None}} for row in rows]
        return found

    def erase(self, organisation: Organisation, person: str) -> int:
        """Delete every row, and the stored moments the person is part of."""
        workspace = workspace_of(organisation)
        forget_moments(workspace)
        rows = workspace.lake().erase(person)
        forget_moments(workspace)  # a slice somebody asked for meanwhile may have kept some again
        return rows
