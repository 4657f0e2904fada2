"""The first look at a panel: types, ranges, and every problem of its columns at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from upshot.errors import PanelError, Problem
from upshot.lake.scan_columns import Columns, Expressions, is_integer, quoted
from upshot.lake.scan_faults import faults, first_fault, problems
from upshot.lake.scan_roles import PanelRoles, ScanOptions, missing_columns
from upshot.lake.scan_times import TimeScale, time_scale

__all__ = ["MOST_PERIODS", "Look", "PanelProfile", "groups_sql", "profile", "rounded", "scale_of", "summed"]

MOST_PERIODS = 5000
Range = tuple[int, int]


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
    starts
        First and last numeric start; ``None`` if nobody starts.
    zero_is_never
        Whether a first-treated value of 0 was read as never.
    mean
        Mean outcome to ten digits, the shift of the moments: the same whatever order threads add in.
    ranges
        Smallest and largest value of the unit, cluster and strata columns that hold integers.
    filled
        Columns known to hold a value in every row; NaN may be among the values.
    part
        Whether the source is part of the panel, so that some of its periods may not occur there.
    """

    sql: str
    scale: TimeScale
    expressions: Expressions
    rows: int
    empty_outcomes: int
    periods: tuple[int, ...]
    starts: Range | None
    zero_is_never: bool
    mean: float
    ranges: Mapping[str, Range]
    filled: frozenset[str] = frozenset()
    part: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is asked of every row in the first look.

    Parameters
    ----------
    sql
        The source, as a SELECT.
    expressions, scale
        How its columns are read.
    conditions
        SQL condition of every kind of unusable value.
    whole
        Unit, cluster and strata columns that hold integers.
    """

    sql: str
    expressions: Expressions
    scale: TimeScale
    conditions: Mapping[str, str]
    whole: tuple[str, ...]

    @classmethod
    def of(cls, sql: str, columns: Columns, roles: PanelRoles, scale: TimeScale) -> "Look":
        """The look at a source of these columns."""
        found = columns.expressions(roles, scale)
        named = (roles.unit, roles.cluster, *roles.strata)
        whole = tuple(column for column in named if column and is_integer(columns.types[column]))
        return cls(
            sql=sql,
            expressions=found,
            scale=scale,
            conditions=faults(roles, columns, found, scale),
            whole=whole,
        )


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
    columns = Columns({row[0]: str(row[1]) for row in connection.execute(f"DESCRIBE {sql}").fetchall()})
    missing_columns(roles, list(columns.types), file)
    if roles.unit is None and not options.repeated_cross_section:
        raise PanelError(Problem(code="no-unit", text="A panel needs a unit column.", fix="Name it with --unit."))
    look = Look.of(sql, columns, roles, _scale(connection, sql, columns, roles, file))
    names, query = groups_sql(look)
    groups = [dict(zip(names, row, strict=True)) for row in connection.execute(query).fetchall()]
    return summed(
        look, groups, roles, file, lambda name, column: first_fault(connection, sql, look.conditions[name], column)
    )


def summed(
    look: Look,
    groups: list[dict[str, Any]],
    roles: PanelRoles,
    file: str | None,
    first: Callable[[str, str], tuple[int | None, str | None]],
) -> PanelProfile:
    """Add up what was found by period and start; ``first`` gives line and value of the first fault of a kind.

    Raises
    ------
    PanelError
        With every problem of the columns.
    """
    counts = {name: sum(group[name] for group in groups) for name in ("all_rows", "rows", *look.conditions)}
    listed = problems(counts, roles, file, first)
    used = [group for group in groups if group["rows"]]
    if not used and not listed:
        listed = [Problem(code="empty-panel", text="No row has an outcome.", fix="Check the file.", file=file)]
    if listed:
        raise PanelError(listed)
    periods = tuple(sorted({int(group["t"]) for group in used}))
    starts, zero = _starts({group["g"] for group in used}, periods)
    return PanelProfile(
        sql=look.sql,
        scale=look.scale,
        expressions=look.expressions,
        rows=counts["rows"],
        empty_outcomes=counts["all_rows"] - counts["rows"],
        periods=periods,
        starts=starts,
        zero_is_never=zero,
        mean=_mean(used),
        ranges=_ranges(used, look.whole),
    )


def _scale(
    connection: duckdb.DuckDBPyConnection, sql: str, columns: Columns, roles: PanelRoles, file: str | None
) -> TimeScale:
    time = quoted(roles.time)
    rows = connection.execute(
        f"SELECT CAST({time} AS VARCHAR) FROM "
        f"(SELECT DISTINCT {time} FROM ({sql}) WHERE {columns.filled(roles.time)} LIMIT {MOST_PERIODS + 1})"
    ).fetchall()
    return scale_of([row[0] for row in rows], roles, file)


def scale_of(values: list[str], roles: PanelRoles, file: str | None) -> TimeScale:
    """How the time column reads, from its different values.

    Raises
    ------
    PanelError
        If there are none, too many, or they cannot be read.
    """
    if not values:
        raise PanelError(
            Problem(code="empty-panel", text="The panel has no rows with a time.", fix="Check the file.", file=file)
        )
    if len(values) > MOST_PERIODS:
        raise PanelError(
            Problem(
                code="too-many-periods",
                text=f"The time column has more than {MOST_PERIODS:,} different values.",
                fix="Give one row per unit and period (a month, say), not per event.",
                file=file,
                column=roles.time,
            )
        )
    return time_scale(values, column=roles.time, file=file)


def groups_sql(look: Look) -> tuple[list[str], str]:
    """Names and query of counts, totals, ranges and faults by period and start, in one pass."""
    found = look.expressions
    picks = {
        "t": found.time,
        "g": found.first_treated,
        "all_rows": "count(*)",
        "rows": f"count({found.outcome})",
        "total": f"sum({found.outcome}) FILTER (WHERE isfinite({found.outcome}))",
        "below": f"count({found.outcome})" if found.denominator is None else f"sum({found.denominator})",
    }
    for index, column in enumerate(look.whole):
        picks |= {f"low{index}": f"min({quoted(column)})", f"high{index}": f"max({quoted(column)})"}
    picks |= {name: f"count(*) FILTER (WHERE {condition})" for name, condition in look.conditions.items()}
    query = ", ".join(f"{expression} AS {name}" for name, expression in picks.items())
    return list(picks), f"SELECT {query} FROM ({look.sql}) GROUP BY 1, 2 ORDER BY 1, 2"


def _mean(groups: list[dict[str, Any]]) -> float:
    below = sum(group["below"] or 0 for group in groups)
    return rounded(sum(group["total"] or 0 for group in groups) / below if below else None)


def rounded(mean: float | None) -> float:
    """Ten digits of a mean, so that the order in which threads add does not show."""
    return 0.0 if mean is None else float(f"{mean:.10g}")


def _ranges(groups: list[dict[str, Any]], whole: tuple[str, ...]) -> dict[str, Range]:
    ranges = {}
    for index, column in enumerate(whole):
        lows = [group[f"low{index}"] for group in groups if group[f"low{index}"] is not None]
        if lows:
            ranges[column] = (
                min(lows),
                max(group[f"high{index}"] for group in groups if group[f"high{index}"] is not None),
            )
    return ranges


def _starts(seen: set[int | None], periods: tuple[int, ...]) -> tuple[Range | None, bool]:
    """Range of starts; 0 is how other tools write never, if no period is that early."""
    starts = {int(start) for start in seen if start is not None}
    zero = 0 in starts and periods[0] > 0
    starts -= {0} if zero else set()
    return (min(starts), max(starts)) if starts else None, zero
