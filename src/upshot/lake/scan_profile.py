"""The first look at a panel: types, ranges, and every problem of its columns at once."""

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from upshot.errors import PanelError, Problem
from upshot.lake.scan_roles import PanelRoles, ScanOptions, missing_columns
from upshot.lake.scan_times import TimeScale, time_scale

__all__ = ["Expressions", "PanelProfile", "profile", "quoted"]

MOST_PERIODS = 5000


def quoted(name: str) -> str:
    """Quote an identifier for SQL."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Expressions:
    """SQL of each role over the source's columns."""

    unit: str
    time: str
    outcome: str
    first_treated: str
    cluster: str | None
    strata: tuple[str, ...]
    weights: str | None
    denominator: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelProfile:
    """What the first look found.

    Parameters
    ----------
    sql
        The source, as a SELECT.
    rows
        Rows with an outcome.
    empty_outcomes
        Rows without one.
    periods
        Numeric periods in order.
    cohorts
        Numeric first-treated values; ``None`` for never, if anyone never starts.
    zero_is_never
        Whether a first-treated value of 0 was read as never.
    mean
        Mean outcome, the shift of the moments.
    """

    sql: str
    scale: TimeScale
    expressions: Expressions
    rows: int
    empty_outcomes: int
    periods: tuple[int, ...]
    cohorts: tuple[int | None, ...]
    zero_is_never: bool
    mean: float


def profile(
    connection: duckdb.DuckDBPyConnection, sql: str, roles: PanelRoles, options: ScanOptions, *, file: str | None
) -> PanelProfile:
    """Look at every row once, keeping nothing.

    Raises
    ------
    PanelError
        With every problem of the columns: missing, unreadable, infinite, negative weights, dates
        that are not a period's first day.
    """
    columns = [row[0] for row in connection.execute(f"DESCRIBE {sql}").fetchall()]
    missing_columns(roles, columns, file)
    if roles.unit is None and not options.repeated_cross_section:
        raise PanelError(Problem(code="no-unit", text="A panel needs a unit column.", fix="Name it with --unit."))
    scale = _scale(connection, sql, roles, file)
    expressions = _expressions(roles, scale)
    faults = _faults(roles, expressions, scale)
    counts = _counts(connection, sql, expressions, faults)
    problems = _problems(connection, sql, faults, counts, roles, file)
    if problems:
        raise PanelError(problems)
    seen = connection.execute(
        f"SELECT DISTINCT {expressions.time} AS t, {expressions.first_treated} AS g FROM ({sql}) "
        f"WHERE {expressions.outcome} IS NOT NULL"
    ).fetchnumpy()
    periods = tuple(sorted({int(t) for t in seen["t"]}))
    cohorts, zero = _cohorts(seen["g"], periods)
    return PanelProfile(
        sql=sql,
        scale=scale,
        expressions=expressions,
        rows=counts["rows"],
        empty_outcomes=counts["all_rows"] - counts["rows"],
        periods=periods,
        cohorts=cohorts,
        zero_is_never=zero,
        mean=counts["mean"] or 0.0,
    )


def _scale(connection: duckdb.DuckDBPyConnection, sql: str, roles: PanelRoles, file: str | None) -> TimeScale:
    time = quoted(roles.time)
    rows = connection.execute(
        f"SELECT DISTINCT CAST({time} AS VARCHAR) FROM ({sql}) WHERE {_filled(time)} LIMIT {MOST_PERIODS + 1}"
    ).fetchall()
    if not rows:
        raise PanelError(
            Problem(code="empty-panel", text="The panel has no rows with a time.", fix="Check the file.", file=file)
        )
    if len(rows) > MOST_PERIODS:
        raise PanelError(
            Problem(
                code="too-many-periods",
                text=f"The time column has more than {MOST_PERIODS:,} different values.",
                fix="Give one row per unit and period (a month, say), not per event.",
                file=file,
                column=roles.time,
            )
        )
    return time_scale([row[0] for row in rows], column=roles.time, file=file)


def _filled(column: str) -> str:
    return f"({column} IS NOT NULL AND trim(CAST({column} AS VARCHAR)) NOT IN ('', 'NaN', 'nan', 'NA', 'NULL', 'null'))"


def _expressions(roles: PanelRoles, scale: TimeScale) -> Expressions:
    def number(column: str | None) -> str | None:
        if column is None:
            return None
        return f"(CASE WHEN {_filled(quoted(column))} THEN TRY_CAST({quoted(column)} AS DOUBLE) END)"

    start = quoted(roles.first_treated)
    outcome = number(roles.outcome)
    assert outcome is not None  # noqa: S101 - the role is required
    return Expressions(
        unit="0" if roles.unit is None else quoted(roles.unit),
        time=scale.expression(quoted(roles.time)),
        outcome=outcome,
        first_treated=f"(CASE WHEN {_filled(start)} THEN {scale.expression(start)} END)",
        cluster=None if roles.cluster is None else quoted(roles.cluster),
        strata=tuple(f"CAST({quoted(column)} AS VARCHAR)" for column in roles.strata),
        weights=number(roles.weights),
        denominator=number(roles.denominator),
    )


def _counts(
    connection: duckdb.DuckDBPyConnection, sql: str, found: Expressions, faults: dict[str, str]
) -> dict[str, Any]:
    """Count rows and every kind of unusable value, in one pass."""
    mean = f"avg({found.outcome}) FILTER (WHERE isfinite({found.outcome}))"
    if found.denominator is not None:
        mean = f"sum({found.outcome}) / nullif(sum({found.denominator}), 0)"
    picks = {"rows": f"count({found.outcome})", "all_rows": "count(*)", "mean": mean}
    picks |= {name: f"count(*) FILTER (WHERE {condition})" for name, condition in faults.items()}
    query = ", ".join(f"{expression} AS {name}" for name, expression in picks.items())
    row = connection.execute(f"SELECT {query} FROM ({sql})").fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return dict(zip(picks, row, strict=True))


def _faults(roles: PanelRoles, found: Expressions, scale: TimeScale) -> dict[str, str]:
    """SQL condition of every kind of unusable value."""
    outcome, start, time = quoted(roles.outcome), quoted(roles.first_treated), quoted(roles.time)
    faults = {
        "text_outcomes": f"{_filled(outcome)} AND {found.outcome} IS NULL",
        "infinite_outcomes": f"isinf({found.outcome})",
        "bad_times": f"{found.time} IS NULL OR NOT {scale.aligned(time)}",
        "bad_starts": f"{_filled(start)} AND ({found.first_treated} IS NULL OR NOT {scale.aligned(start)})",
    }
    if roles.unit is not None:
        faults["empty_units"] = f"NOT {_filled(found.unit)}"
    if found.cluster is not None:
        faults["empty_clusters"] = f"NOT {_filled(found.cluster)}"
    if found.weights is not None:
        faults["bad_weights"] = f"NOT coalesce({found.weights} > 0 AND isfinite({found.weights}), FALSE)"
    if found.denominator is not None:
        faults["bad_denominators"] = f"NOT coalesce({found.denominator} >= 0 AND isfinite({found.denominator}), FALSE)"
    return faults


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


def _problems(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    faults: dict[str, str],
    counts: dict[str, Any],
    roles: PanelRoles,
    file: str | None,
) -> list[Problem]:
    found = []
    for name, condition in faults.items():
        if not counts[name]:
            continue
        role, text, fix = _FAULTS[name]
        column = getattr(roles, role)
        line, value = _first(connection, sql, condition, column)
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
    if not counts["rows"] and not found:
        found.append(Problem(code="empty-panel", text="No row has an outcome.", fix="Check the file.", file=file))
    return found


def _first(connection: duckdb.DuckDBPyConnection, sql: str, condition: str, column: str) -> tuple[int, str | None]:
    """Line (the header is line 1) and value of the first row with a fault."""
    row = connection.execute(
        f"SELECT line, CAST({quoted(column)} AS VARCHAR) FROM "
        f"(SELECT *, row_number() OVER () + 1 AS line FROM ({sql})) WHERE {condition} ORDER BY line LIMIT 1"
    ).fetchone()
    assert row is not None  # noqa: S101 - the fault was counted before
    return int(row[0]), row[1]


def _cohorts(seen: Any, periods: tuple[int, ...]) -> tuple[tuple[int | None, ...], bool]:
    """Distinct starts; 0 is how other tools write never, if no period is that early."""
    values = np.ma.asarray(seen)
    starts = {int(value) for value in values.compressed()}
    never = bool(np.ma.getmaskarray(values).any())
    zero = 0 in starts and periods[0] > 0
    if zero:
        starts.discard(0)
        never = True
    return (*sorted(starts), *((None,) if never else ())), zero
