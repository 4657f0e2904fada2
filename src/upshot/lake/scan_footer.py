"""A profile from a Parquet footer alone, so that rows are read once; what it presumes is checked as they come."""

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import duckdb

from upshot.lake.scan_columns import Columns, Expressions, is_integer, quoted
from upshot.lake.scan_profile import MOST_PERIODS, PanelProfile, rounded
from upshot.lake.scan_roles import PanelRoles, ScanOptions
from upshot.lake.scan_times import TimeScale

__all__ = ["footer_profile", "parquet_files"]

SAMPLE = 100_000
"""First rows whose mean becomes the shift of the moments: any value of the right size will do."""


class _Footer(NamedTuple):
    """What the footer says of one column: range of its integers, empty values, values."""

    low: int | None
    high: int | None
    empty: int
    rows: int


def footer_profile(
    connection: duckdb.DuckDBPyConnection, sql: str, path: Path, roles: PanelRoles, options: ScanOptions
) -> PanelProfile | None:
    """Profile a Parquet file whose unit, time and start are integers, or ``None`` where that takes a look at the rows.

    Presumed, and to be checked while the rows are read: every period from the first to the last occurs,
    readings are finite, weights and denominators usable, no outcome is NaN.
    """
    if (
        not (path.is_dir() or path.suffix.lower() in (".parquet", ".pq"))
        or options.repeated_cross_section
        or roles.unit is None
    ):
        return None
    columns = Columns({row[0]: str(row[1]) for row in connection.execute(f"DESCRIBE {sql}").fetchall()})
    whole = [column for column in (roles.unit, roles.time, roles.first_treated, roles.cluster) if column]
    if not all(is_integer(columns.types.get(column, "")) for column in whole):
        return None
    if roles.outcome not in columns.types or not columns.is_number(roles.outcome):
        return None
    footers = _footers(connection, path)
    needed = [column for column in (roles.unit, roles.time, roles.cluster, roles.weights, roles.denominator) if column]
    if any(column not in footers for column in roles.named().values()):
        return None
    if any(footers[column].empty for column in needed):
        return None
    time, start, outcome = footers[roles.time], footers[roles.first_treated], footers[roles.outcome]
    zero = start.low == 0 and (time.low or 0) > 0
    if time.low is None or time.high is None or footers[roles.unit].low is None:
        return None
    early = start.low is not None and start.low < 0
    if time.high - time.low >= MOST_PERIODS or early or outcome.rows == outcome.empty:
        return None
    scale = TimeScale("integer")
    filled = frozenset(name for name, footer in footers.items() if not footer.empty)
    found = _as_they_are(columns, columns.expressions(roles, scale), roles, filled)
    below = "count(y)" if found.denominator is None else "sum(d)"
    mean = connection.execute(
        f"SELECT sum(y) / nullif({below}, 0) FROM "
        f"(SELECT {found.outcome} AS y, {found.denominator or 1} AS d FROM ({sql}) LIMIT {SAMPLE}) WHERE isfinite(y)"
    ).fetchone()
    starts = None if start.low is None or start.high is None else (1 if zero else start.low, start.high)
    return PanelProfile(
        sql=sql,
        scale=scale,
        expressions=found,
        rows=outcome.rows - outcome.empty,
        empty_outcomes=outcome.empty,
        filled=filled,
        periods=tuple(range(time.low, time.high + 1)),
        starts=starts,
        zero_is_never=zero,
        mean=rounded(mean[0] if mean else None),
        ranges={
            name: (footer.low, footer.high)
            for name, footer in footers.items()
            if is_integer(columns.types.get(name, "")) and footer.low is not None and footer.high is not None
        },
    )


def _as_they_are(columns: Columns, found: Expressions, roles: PanelRoles, filled: frozenset[str]) -> Expressions:
    """Numbers of columns without an empty value, unlooked at: the scan itself notices what is not a number."""

    def plain(column: str | None, looked_at: str | None) -> str | None:
        known = column is not None and column in filled and columns.is_number(column)
        return f"CAST({quoted(column or '')} AS DOUBLE)" if known else looked_at

    return replace(
        found,
        outcome=plain(roles.outcome, found.outcome) or found.outcome,
        weights=plain(roles.weights, found.weights),
        denominator=plain(roles.denominator, found.denominator),
    )


def parquet_files(path: Path) -> str:
    """SQL text that names a Parquet file, or every Parquet file of a folder."""
    named = path / "**" / "*.parquet" if path.is_dir() else path
    return "'" + str(named).replace("'", "''") + "'"


def _footers(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, _Footer]:
    """Columns whose every row group states how many values are empty; ranges where every group gives one."""
    rows = connection.execute(
        "SELECT path_in_schema, min(TRY_CAST(stats_min_value AS HUGEINT)), max(TRY_CAST(stats_max_value AS HUGEINT)), "
        "bool_and(stats_min_value IS NOT NULL OR stats_null_count = num_values), sum(stats_null_count), "
        "count(*) = count(stats_null_count), sum(num_values) "
        f"FROM parquet_metadata({parquet_files(path)}) GROUP BY path_in_schema"
    ).fetchall()
    return {
        column: _Footer(low if ranged else None, high if ranged else None, int(empty or 0), int(count))
        for column, low, high, ranged, empty, counted, count in rows
        if counted
    }
