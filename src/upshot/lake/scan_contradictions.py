"""What a panel's rows say against each other: duplicates, and units whose fixed values change."""

import duckdb

from upshot.errors import Problem
from upshot.lake.scan_profile import PanelProfile
from upshot.lake.scan_roles import PanelRoles

__all__ = ["contradictions"]


def contradictions(
    connection: duckdb.DuckDBPyConnection, panel: PanelProfile, roles: PanelRoles, *, file: str | None
) -> list[Problem]:
    """Unit-periods that occur twice, and units whose fixed values change: counted over all rows."""
    found = panel.expressions
    rows = f"FROM ({panel.sql}) WHERE {found.outcome} IS NOT NULL"
    twice = connection.execute(
        f"SELECT count(*), min_by(t, (u, t)) FROM (SELECT {found.unit} AS u, {found.time} AS t {rows} "
        "GROUP BY 1, 2 HAVING count(*) > 1)"
    ).fetchone() or (0, 0)
    listed = [_duplicates(int(twice[0]), panel.scale.label(int(twice[1])), roles, file)] if twice[0] else []
    start = f"nullif({found.first_treated}, 0)" if panel.zero_is_never else found.first_treated
    fixed: list[tuple[str, str, str | None]] = [
        (roles.first_treated, "start", f"coalesce(CAST({start} AS VARCHAR), '')")
    ]
    if roles.strata:
        fixed.append((", ".join(roles.strata), "stratum", f"row({', '.join(found.strata)})"))
    fixed += [(roles.weights or "", "weight", found.weights), (roles.cluster or "", "cluster", found.cluster)]
    for column, what, expression in fixed:
        if expression is None:
            continue
        row = connection.execute(
            f"SELECT count(*) FROM (SELECT {found.unit} AS u {rows} GROUP BY 1 HAVING count(DISTINCT {expression}) > 1)"
        ).fetchone()
        if row is not None and row[0]:
            listed.append(_changes(int(row[0]), what, column, file))
    return listed


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
