"""Dense codes for units, clusters, cohorts and strata, and where the panel is cut to fit in memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import numpy as np

from upshot.impact.moments import Cell
from upshot.lake.scan_columns import quoted
from upshot.lake.scan_profile import PanelProfile
from upshot.lake.scan_roles import PanelRoles, ScanOptions

__all__ = ["Layout", "layout", "room"]

_UNITS, _CLUSTERS = "_upshot_scan_units", "_upshot_scan_clusters"
_LEAST = 960 * 2**20
_PREFIXES = {"bytes": 0, "KiB": 1, "MiB": 2, "GiB": 3, "TiB": 4, "PiB": 5}
_SPARSE = 1.5
"""Integer units are used as they are if their range is at most this much wider than their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How rows are coded while they are read.

    Parameters
    ----------
    query
        SELECT of ``u`` (unit), ``t`` (period less the first), ``k`` (cell), ``y`` and, where there
        are such roles, ``d`` (denominator), ``w`` (weight) and ``c`` (cluster), rows with an outcome.
    units
        Number of unit codes; some may not occur. Rows, for repeated cross-sections.
    cuts
        Unit codes at which partitions begin, and ``units`` at the end. A cluster is never split.
    cells
        From a cell's code to the cell.
    cell_codes
        Number of cell codes; most may not occur.
    """

    query: str
    units: int
    cuts: tuple[int, ...]
    cells: Callable[[int], Cell]
    cell_codes: int


@contextmanager
def layout(
    connection: duckdb.DuckDBPyConnection, found: PanelProfile, roles: PanelRoles, options: ScanOptions
) -> Iterator[Layout]:
    """Code the panel; what had to be written down for it is dropped on leaving."""
    try:
        yield _layout(connection, found, roles, options)
    finally:
        for name in (_UNITS, _CLUSTERS):
            connection.execute(f"DROP TABLE IF EXISTS {name}")


def room(connection: duckdb.DuckDBPyConnection, options: ScanOptions) -> int:
    """Bytes a matrix may take: what the options say, or a tenth of what the connection may, and 960 MB at least.

    DuckDB's own limit knows of the machine's memory and of a container's.
    """
    if options.memory is not None:
        return options.memory
    row = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    assert row is not None  # noqa: S101 - a setting has a value
    number, unit = str(row[0]).split()
    return max(_LEAST, int(float(number) * 1024 ** _PREFIXES[unit]) // 10)


def _layout(
    connection: duckdb.DuckDBPyConnection, found: PanelProfile, roles: PanelRoles, options: ScanOptions
) -> Layout:
    e = found.expressions
    cell, cell_codes, cells = _cells(connection, found, roles)
    picks = {"t": f"({e.time} - {found.periods[0]})::{_narrow(found.periods[-1] - found.periods[0])}"}
    picks |= {"k": f"({cell})::{_narrow(cell_codes)}", "y": e.outcome}
    picks |= {name: sql for name, sql in (("d", e.denominator), ("w", e.weights)) if sql is not None}
    joins = ""
    if roles.cluster is not None:
        picks["c"], join = _clusters(connection, found, roles.cluster, e.cluster or "")
        joins += join
    units = found.rows
    cuts: tuple[int, ...] = (0, units)
    if roles.unit is not None and not options.repeated_cross_section:
        picks["u"], join, units, cuts = _units(connection, found, roles, options)
        joins += join
    listed = ", ".join(f"{sql} AS {name}" for name, sql in picks.items())
    read = "" if roles.outcome in found.filled else f" WHERE {e.outcome} IS NOT NULL"
    query = f"SELECT {listed} FROM ({found.sql}) AS panel{joins}{read}"
    return Layout(query=query, units=units, cuts=cuts, cells=cells, cell_codes=cell_codes)


def _units(
    connection: duckdb.DuckDBPyConnection, found: PanelProfile, roles: PanelRoles, options: ScanOptions
) -> tuple[str, str, int, tuple[int, ...]]:
    """Expression, join, number and cuts of the units."""
    assert roles.unit is not None  # noqa: S101 - the caller has checked
    e, wide = found.expressions, 2 if roles.denominator else 1
    most = max(1, room(connection, options) // (8 * wide * len(found.periods)))
    expected = -(-found.rows // len(found.periods))
    low, high = found.ranges.get(roles.unit, (0, 2**63))
    span = high - low + 1
    if span <= _SPARSE * expected + 1024 and (span <= most or roles.cluster is None):
        return _offset(e.unit, low, high), "", span, (*range(0, span, most), span)
    grouped = "" if e.cluster is None else f", min({e.cluster}) AS _upshot_group"
    order = "_upshot_key" if e.cluster is None else "_upshot_group, _upshot_key"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_UNITS} AS SELECT *, row_number() OVER (ORDER BY {order}) - 1 AS _upshot_code "
        f"FROM (SELECT {e.unit} AS _upshot_key{grouped} FROM ({found.sql}) WHERE {e.outcome} IS NOT NULL GROUP BY 1)"
    )
    count = _count(connection, _UNITS)
    cuts = (*range(0, count, most), count) if e.cluster is None else _between_clusters(connection, count, most)
    join = f" JOIN {_UNITS} ON panel.{e.unit} = {_UNITS}._upshot_key"
    return f"{_UNITS}._upshot_code::{_narrow(count)}", join, count, cuts


def _between_clusters(connection: duckdb.DuckDBPyConnection, count: int, most: int) -> tuple[int, ...]:
    """Cut where a cluster begins, so that no partition holds more than ``most`` units if clusters allow."""
    rows = connection.execute(f"SELECT min(_upshot_code) FROM {_UNITS} GROUP BY _upshot_group ORDER BY 1").fetchall()
    begins = np.array([row[0] for row in rows] + [count], dtype=np.int64)
    cuts = [0]
    while cuts[-1] < count:
        fits = begins[(begins > cuts[-1]) & (begins <= cuts[-1] + most)]
        cuts.append(int(fits[-1] if fits.size else begins[begins > cuts[-1]][0]))
    return tuple(cuts)


def _clusters(connection: duckdb.DuckDBPyConnection, found: PanelProfile, column: str, sql: str) -> tuple[str, str]:
    """Expression and join that give clusters integer codes."""
    low, high = found.ranges.get(column, (0, 2**63))
    if high - low < 2**32 - 1:
        return _offset(sql, low, high), ""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_CLUSTERS} AS "
        "SELECT _upshot_key, row_number() OVER (ORDER BY _upshot_key) - 1 AS _upshot_code "
        f"FROM (SELECT DISTINCT {sql} AS _upshot_key FROM ({found.sql}))"
    )
    return f"{_CLUSTERS}._upshot_code::UINTEGER", f" JOIN {_CLUSTERS} ON panel.{sql} = {_CLUSTERS}._upshot_key"


def _offset(sql: str, low: int, high: int) -> str:
    wide = "BIGINT" if high < 2**63 else "HUGEINT"
    return f"({sql}::{wide} - ({low})::{wide})::{_narrow(high - low)}"


def _cells(
    connection: duckdb.DuckDBPyConnection, found: PanelProfile, roles: PanelRoles
) -> tuple[str, int, Callable[[int], Cell]]:
    """Expression of the cell's code, how many there can be, and the way back."""
    first, last = found.starts or (0, 0)
    start = found.expressions.first_treated
    if found.zero_is_never:
        start = f"nullif({start}, 0)"
    expression, size = f"coalesce({start} - ({first - 1}), 0)", last - first + 2
    names: list[tuple[int, Callable[[int], str]]] = []
    for column, sql in zip(roles.strata, found.expressions.strata, strict=True):
        code, count, name = _stratum(connection, found, column, sql)
        expression, size = f"({expression} * {count} + {code})", size * count
        names.append((count, name))

    def cell(code: int) -> Cell:
        stratum = []
        for count, name in reversed(names):
            code, position = divmod(code, count)
            stratum.append(name(position))
        return Cell(None if code == 0 else first - 1 + code, tuple(reversed(stratum)))

    return expression, size, cell


def _stratum(
    connection: duckdb.DuckDBPyConnection, found: PanelProfile, column: str, sql: str
) -> tuple[str, int, Callable[[int], str]]:
    low, high = found.ranges.get(column, (0, 2**63))
    if high - low < 1000:
        span = high - low + 1
        if column in found.filled and high < 2**63:
            return f"({quoted(column)}::BIGINT - ({low}))", span, lambda at: str(low + at)
        code = f"coalesce({_offset(quoted(column), low, high)}, {span})::BIGINT"
        return code, span + 1, lambda at: str(low + at) if at < span else "(empty)"
    rows = connection.execute(f"SELECT DISTINCT {sql} FROM ({found.sql})").fetchall()
    values = sorted(row[0] for row in rows)
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"enum_code(CAST({sql} AS ENUM({listed})))::BIGINT", len(values), values.__getitem__


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None  # noqa: S101 - count always gives a row
    return int(row[0])


def _narrow(most: int) -> str:
    """The narrowest unsigned type that holds 0 … most, with one value to spare for 'not yet seen'."""
    for kind, bits in (("UTINYINT", 8), ("USMALLINT", 16), ("UINTEGER", 32)):
        if most < 2**bits - 1:
            return kind
    return "BIGINT"
