"""Strata that are worked out in the scan: quantile bins of a number, and when a unit is seen."""

import re

from upshot.errors import PanelError, Problem
from upshot.lake.connection import Connection
from upshot.lake.scan_roles import PanelRoles

__all__ = ["SEEN", "columns_under", "derived_strata"]

SEEN = "seen()"
"""Stratum of the periods in which a unit has a reading."""

MOST_BINS = 20
_BINS = re.compile(r"q(\d+)\((.+)\)")


def columns_under(strata: tuple[str, ...]) -> tuple[str, ...]:
    """Columns that strata are read from: ``tenure`` under ``q5(tenure)``, others as they are named.

    Examples
    --------
    >>> columns_under(("site", "q5(tenure)"))
    ('site', 'tenure')
    """
    return tuple(bins[2] if (bins := _BINS.fullmatch(name)) else name for name in strata)


def derived_strata(connection: Connection, sql: str, roles: PanelRoles, *, file: str | None) -> str:
    """Add a column to the source for each stratum written as ``q5(column)`` or ``seen()``.

    ``q5(tenure)`` cuts the column at its quintiles over all rows; equal values stay together, so
    bins of a coarse number may be fewer. Numbers named plainly stay categories.

    Raises
    ------
    PanelError
        If a column to be cut holds text, or the number of bins is not from 2 to 20; all at once.
    """
    columns = [row[0] for row in connection.execute(f"DESCRIBE {sql}").fetchall()]
    picks, problems = [], []
    for stratum in roles.strata:
        bins = _BINS.fullmatch(stratum)
        if stratum in columns:
            continue
        if stratum == SEEN and roles.unit is not None:
            picks.append(f"{_seen(roles)} AS {_quoted(stratum)}")
        elif bins and bins[2] in columns:
            problems += _problems(connection, sql, bins[2], int(bins[1]), file)
            picks += [] if problems else [f"{_cut(connection, sql, bins[2], int(bins[1]))} AS {_quoted(stratum)}"]
    if problems:
        raise PanelError(problems)
    return f"SELECT *, {', '.join(picks)} FROM ({sql})" if picks else sql


def _seen(roles: PanelRoles) -> str:
    time, outcome = (f"CAST({_quoted(column)} AS VARCHAR)" for column in (roles.time, roles.outcome))
    read = f"TRY_CAST({outcome} AS DOUBLE) IS NOT NULL"
    return (
        f"string_agg({time}, ' ' ORDER BY {time}) FILTER (WHERE {read}) OVER (PARTITION BY {_quoted(roles.unit or '')})"
    )


def _problems(connection: Connection, sql: str, column: str, bins: int, file: str | None) -> list[Problem]:
    found = []
    if not 2 <= bins <= MOST_BINS:
        text = f"A column can be cut into 2 to {MOST_BINS} bins."
        found.append(
            Problem(code="bad-bins", text=text, fix="Write q5(column).", column=column, value=str(bins), file=file)
        )
    name = _quoted(column)
    wrong = connection.execute(
        f"SELECT any_value(CAST({name} AS VARCHAR)) FROM ({sql}) WHERE {name} IS NOT NULL AND "
        f"trim(CAST({name} AS VARCHAR)) NOT IN ('', 'NA', 'nan', 'NaN') AND {_number(column)} IS NULL"
    ).fetchone()
    if wrong and wrong[0] is not None:
        text = "A column to be cut into quantile bins holds text."
        fix = "Name it without q…() to use its values as categories."
        found.append(Problem(code="text-strata", text=text, fix=fix, column=column, value=wrong[0], file=file))
    return found


def _cut(connection: Connection, sql: str, column: str, bins: int) -> str:
    """SQL of the bin of each row; bin k ends at the k-th quantile, itself included."""
    number = _number(column)
    shares = ", ".join(repr(k / bins) for k in range(1, bins))
    row = connection.execute(f"SELECT quantile_cont({number}, [{shares}]), max({number}) FROM ({sql})").fetchone()
    edges = sorted({edge for edge in row[0] if edge < row[1]}) if row and row[0] else []
    cases = "".join(f" WHEN {number} <= {edge!r} THEN '{k} of {len(edges) + 1}'" for k, edge in enumerate(edges, 1))
    return f"CASE WHEN {number} IS NULL THEN NULL{cases} ELSE '{len(edges) + 1} of {len(edges) + 1}' END"


def _number(column: str) -> str:
    """SQL of a column as a finite number, null where it is none."""
    number = f"TRY_CAST({_quoted(column)} AS DOUBLE)"
    return f"(CASE WHEN isfinite({number}) THEN {number} END)"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
