"""What a panel's rows say against each other: duplicates, and units whose fixed values change."""

from dataclasses import dataclass

import duckdb

from upshot.errors import Problem
from upshot.lake.scan_profile import PanelProfile
from upshot.lake.scan_roles import PanelRoles

__all__ = ["Contradictions", "contradictions", "count_contradictions"]


@dataclass(frozen=True, slots=True)
class Contradictions:
    """How many there are of each kind; those of parts that share no unit add up.

    Parameters
    ----------
    twice
        Unit-periods that occur more than once.
    first
        The earliest such period; ``None`` if there is none.
    changes
        Units with more than one start, stratum, weight or cluster.
    """

    twice: int
    first: int | None
    changes: dict[str, int]

    def plus(self, other: "Contradictions") -> "Contradictions":
        """Add those of another part."""
        first = min((one for one in (self.first, other.first) if one is not None), default=None)
        kinds = self.changes | other.changes
        changes = {kind: self.changes.get(kind, 0) + other.changes.get(kind, 0) for kind in kinds}
        return Contradictions(self.twice + other.twice, first, changes)

    def problems(self, panel: PanelProfile, roles: PanelRoles, *, file: str | None) -> list[Problem]:
        """Say each kind that was found."""
        listed = []
        if self.first is not None:
            listed.append(_duplicates(self.twice, panel.scale.label(self.first), roles, file))
        columns = {"start": roles.first_treated, "stratum": ", ".join(roles.strata)}
        columns |= {"weight": roles.weights or "", "cluster": roles.cluster or ""}
        return listed + [_changes(units, what, columns[what], file) for what, units in self.changes.items() if units]


def contradictions(
    connection: duckdb.DuckDBPyConnection, panel: PanelProfile, roles: PanelRoles, *, file: str | None
) -> list[Problem]:
    """Unit-periods that occur twice, and units whose fixed values change: counted over all rows, and said."""
    return count_contradictions(connection, panel, roles).problems(panel, roles, file=file)


def count_contradictions(
    connection: duckdb.DuckDBPyConnection, panel: PanelProfile, roles: PanelRoles
) -> Contradictions:
    """Count them over all rows of the profile's source."""
    found = panel.expressions
    rows = f"FROM ({panel.sql}) WHERE {found.outcome} IS NOT NULL"
    twice = connection.execute(
        f"SELECT count(*), min(t) FROM (SELECT {found.unit} AS u, {found.time} AS t {rows} "
        "GROUP BY 1, 2 HAVING count(*) > 1)"
    ).fetchone() or (0, None)
    start = f"nullif({found.first_treated}, 0)" if panel.zero_is_never else found.first_treated
    fixed = {"start": f"coalesce(CAST({start} AS VARCHAR), '')"}
    if roles.strata:
        fixed["stratum"] = f"row({', '.join(found.strata)})"
    fixed |= {what: sql for what, sql in (("weight", found.weights), ("cluster", found.cluster)) if sql is not None}
    changes = {}
    for what, expression in fixed.items():
        row = connection.execute(
            f"SELECT count(*) FROM (SELECT {found.unit} AS u {rows} GROUP BY 1 HAVING count(DISTINCT {expression}) > 1)"
        ).fetchone()
        changes[what] = int(row[0]) if row else 0
    return Contradictions(int(twice[0]), None if twice[1] is None else int(twice[1]), changes)


def _changes(units: int, what: str, column: str, file: str | None) -> Problem:
    return Problem(
        code=f"{what}-changes",
        text=f"{units:,} units have more than one {what}.",
        fix=f"Each unit needs the same {what} in every row.",
        file=file,
        column=column,
    )


def _duplicates(twice: int, first: int | str, roles: PanelRoles, file: str | None) -> Problem:
    return Problem(
        code="duplicate-unit-period",
        text=f"{twice:,} unit-periods occur more than once, the first in period {first}.",
        fix="Keep one row per unit and period, or use --repeated-cross-section if rows are not the same people.",
        file=file,
        column=roles.unit,
    )
