"""What can be wrong with a panel's rows: the SQL that counts each fault, and how it is said."""

from collections.abc import Callable, Mapping

import duckdb

from upshot.errors import Problem
from upshot.lake.scan_columns import Columns, Expressions, quoted
from upshot.lake.scan_roles import PanelRoles
from upshot.lake.scan_times import TimeScale

__all__ = ["fault_columns", "faults", "first_fault", "problems"]

_FAULTS: dict[str, tuple[str, str, str]] = {
    "text_outcomes": (
        "outcome",
        "{n} readings of the outcome are not numbers; the first:",
        "Clean them, or leave them empty.",
    ),
    "infinite_outcomes": ("outcome", "{n} readings of the outcome are infinite; the first:", "Leave them empty."),
    "bad_times": (
        "time",
        "{n} rows have a time that cannot be read or is not the first day of its period.",
        "Write every period in the same form.",
    ),
    "bad_starts": (
        "first_treated",
        "{n} rows have a start that cannot be read as one of the panel's periods.",
        "Write starts like the times, rounded to a period by a rule you choose; leave them empty for never.",
    ),
    "empty_units": ("unit", "{n} rows have no unit.", "Fill it in, or drop the rows."),
    "empty_clusters": ("cluster", "{n} rows have no cluster.", "Fill it in, or drop the rows."),
    "bad_weights": ("weights", "{n} rows have a weight that is not above zero.", "Weights must be positive numbers."),
    "bad_denominators": (
        "denominator",
        "{n} rows have a denominator that is missing or below zero.",
        "Denominators must be zero or more; drop rows without one.",
    ),
}


def faults(roles: PanelRoles, columns: Columns, found: Expressions, scale: TimeScale) -> dict[str, str]:
    """SQL condition of every kind of unusable value."""
    start, time = quoted(roles.first_treated), quoted(roles.time)
    conditions = {
        "text_outcomes": f"{columns.filled(roles.outcome)} AND {found.outcome} IS NULL",
        "infinite_outcomes": f"isinf({found.outcome})",
        "bad_times": f"{found.time} IS NULL OR NOT {scale.aligned(time)}",
        "bad_starts": f"{columns.filled(roles.first_treated)} AND "
        f"({found.first_treated} IS NULL OR NOT {scale.aligned(start)})",
    }
    if roles.unit is not None:
        conditions["empty_units"] = f"NOT {columns.filled(roles.unit)}"
    if roles.cluster is not None:
        conditions["empty_clusters"] = f"NOT {columns.filled(roles.cluster)}"
    if found.weights is not None:
        conditions["bad_weights"] = f"NOT coalesce({found.weights} > 0 AND isfinite({found.weights}), FALSE)"
    if found.denominator is not None:
        usable = f"{found.denominator} >= 0 AND isfinite({found.denominator})"
        conditions["bad_denominators"] = f"NOT coalesce({usable}, FALSE)"
    return conditions


def fault_columns(roles: PanelRoles) -> dict[str, str]:
    """The column each kind of fault is found in, where there is such a column."""
    columns = {kind: getattr(roles, role) for kind, (role, _, _) in _FAULTS.items()}
    return {kind: column for kind, column in columns.items() if column is not None}


def problems(
    counts: Mapping[str, int],
    roles: PanelRoles,
    file: str | None,
    first: Callable[[str, str], tuple[int | None, str | None]],
) -> list[Problem]:
    """Say every fault that was counted, with its first line and value.

    Parameters
    ----------
    first
        Line and value of the first row with a fault, from the fault's name and its column.
    """
    found = []
    for name, (role, text, fix) in _FAULTS.items():
        if not counts.get(name):
            continue
        column = getattr(roles, role)
        line, value = first(name, column)
        found.append(
            Problem(
                code=name.replace("_", "-"),
                text=text.format(n=f"{counts[name]:,}"),
                fix=fix,
                file=file,
                line=line if file is not None and not file.lower().endswith((".parquet", ".pq")) else None,
                column=column,
                value=value,
            )
        )
    return found


def first_fault(connection: duckdb.DuckDBPyConnection, sql: str, condition: str, column: str) -> tuple[int, str | None]:
    """Line (the header is line 1) and value of the first row with a fault."""
    row = connection.execute(
        f"SELECT line, CAST({quoted(column)} AS VARCHAR) FROM "
        f"(SELECT *, row_number() OVER () + 1 AS line FROM ({sql})) WHERE {condition} ORDER BY line LIMIT 1"
    ).fetchone()
    assert row is not None  # noqa: S101 - the fault was counted before
    return int(row[0]), row[1]
