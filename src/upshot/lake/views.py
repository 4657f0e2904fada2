"""The tables as DuckDB sees them: people, learning, kpis, kpi_readings, accounts and imports."""

import datetime as dt
from collections.abc import Mapping, Sequence

import duckdb

from upshot.lake.connection import Connection
from upshot.lake.schema import TABLES, Table
from upshot.lake.store import partition_files

__all__ = ["attach_current", "attach_views", "new_connection", "rows_of"]

_SQL_TYPES = {
    "string": "VARCHAR",
    "bool": "BOOLEAN",
    "double": "DOUBLE",
    "int64": "BIGINT",
    "date32[day]": "DATE",
    "timestamp[us, tz=UTC]": "TIMESTAMPTZ",
    "map<string, string>": "MAP(VARCHAR, VARCHAR)",
}
_READING = "kpi, entity, period, grain, value, numerator, denominator, as_of, source, import_id, restates"


def new_connection(memory: str | None = None, spill: str | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB in UTC that keeps to a memory limit and never fetches extensions."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if memory:
        config["memory_limit"] = memory
    if spill:
        config["temp_directory"] = spill
    connection = duckdb.connect(":memory:", config=config)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def rows_of(table: Table, files: Sequence[str]) -> str:
    """SQL that reads a table's files with its documented columns and types, no files included."""
    if not files:
        columns = ", ".join(f'CAST(NULL AS {_sql_type(c.type)}) AS "{c.name}"' for c in table.columns)
        return f"SELECT {columns} WHERE false"
    listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    hive = ", hive_partitioning = false"
    if table.partition_by:
        types = ", ".join(f"'{name}': {_sql_type(table.schema.field(name).type)}" for name in table.partition_by)
        hive = f", hive_partitioning = true, hive_types = {{{types}}}"
    names = ", ".join(f'"{name}"' for name in table.schema.names)
    return f"SELECT {names} FROM read_parquet([{listed}]{hive})"


def _sql_type(kind: object) -> str:
    return _SQL_TYPES[str(kind).split(" ('")[0]]


def attach_views(
    connection: duckdb.DuckDBPyConnection,
    files: Mapping[str, Sequence[str]],
    *,
    as_of: dt.date | None = None,
    known_at: dt.datetime | None = None,
) -> None:
    """Define every view on a connection over the given files of each table.

    With ``known_at`` they show what was known at that instant: of imports, merges and readings
    stated later nothing is seen. What was erased since stays erased.
    """
    for name, table in sorted(TABLES.items(), key=lambda item: item[0] != "imports"):
        rows = rows_of(table, files[name])
        known = rows if known_at is None else f"SELECT * FROM ({rows}){_known(name, known_at)}"
        connection.execute(f"CREATE OR REPLACE VIEW stored_{name} AS {known}")
    attach_current(connection, files, as_of=as_of)


def attach_current(connection: Connection, files: Mapping[str, Sequence[str]], *, as_of: dt.date | None = None) -> None:
    """Define the views over ``stored_people`` and its like, in words that every engine shares."""
    merged = bool(files["accounts"])
    restated = bool(partition_files(files["kpis"], restates="true"))
    for name, sql in {
        "imports": "SELECT * FROM stored_imports",
        "accounts": _accounts(),
        "people": _people(merged=merged),
        "learning": _learning(merged=merged),
        "kpi_readings": _readings(as_of, merged=merged),
        "kpis": _current(restated=restated),
    }.items():
        connection.execute(f"CREATE OR REPLACE VIEW {name} AS {sql}")


def _known(table: str, at: dt.datetime) -> str:
    """Condition on a stored table's rows that were known at an instant."""
    instant = f"TIMESTAMPTZ '{at.astimezone(dt.UTC).isoformat()}'"
    if table in ("imports", "accounts"):
        return f' WHERE "at" <= {instant}'
    stated = f" AND as_of <= {instant}" if table == "kpis" else ""
    return f" WHERE import_id IN (SELECT import_id FROM stored_imports){stated}"


def _accounts() -> str:
    """Live merges: the latest not undone, followed one step further when the person was merged too."""
    return """
        WITH live AS (
            SELECT m.account, arg_max(m.person, m.seq) AS person
            FROM stored_accounts m
            WHERE m.event = 'merge' AND NOT EXISTS (
                SELECT 1 FROM stored_accounts u
                WHERE u.event = 'unmerge' AND u.account = m.account AND u.person = m.person AND u.seq > m.seq)
            GROUP BY m.account)
        SELECT a.account, coalesce(b.person, a.person) AS person FROM live a LEFT JOIN live b ON b.account = a.person
    """


def _people(*, merged: bool) -> str:
    """Of two rows for a day the later recorded holds; a merged account's own history is not shown."""
    hidden = "WHERE person NOT IN (SELECT account FROM accounts)" if merged else ""
    return f"""
        WITH latest AS (
            SELECT * FROM stored_people {hidden}
            QUALIFY row_number() OVER (PARTITION BY person, valid_from ORDER BY recorded_at DESC) = 1)
        SELECT person, team, manager, role, site, region, hired, "left", valid_from,
               lead(valid_from) OVER (PARTITION BY person ORDER BY valid_from) AS valid_to,
               attributes, recorded_at, source, import_id
        FROM latest
    """


def _learning(*, merged: bool) -> str:
    who = "coalesce(a.person, l.account)" if merged else "l.account"
    join = "LEFT JOIN accounts a ON a.account = l.account" if merged else ""
    return f"""
        SELECT {who} AS person, l.activity, l.title, l.verb, l."at", l.date, l.success, l.score, l.duration,
               l.account, l.source, l.import_id
        FROM stored_learning l {join}
    """


def _readings(as_of: dt.date | None, *, merged: bool) -> str:
    until = ""
    if as_of is not None:
        until = f"WHERE r.as_of < TIMESTAMPTZ '{as_of + dt.timedelta(days=1)} 00:00:00+00'"
    if not merged:
        return f"SELECT {_READING} FROM stored_kpis r {until}"
    columns = _READING.replace("entity", "coalesce(a.person, r.entity) AS entity").replace("source", "r.source")
    return f"SELECT {columns} FROM stored_kpis r LEFT JOIN accounts a ON a.account = r.entity {until}"


def _current(*, restated: bool) -> str:
    """The latest reading per key; only keys that were ever restated pay for the comparison."""
    plain = "kpi, entity, period, grain, value, numerator, denominator, as_of"
    if not restated:
        return f"SELECT {plain} FROM kpi_readings"
    return f"""
        WITH again AS (SELECT DISTINCT kpi, entity, period FROM kpi_readings WHERE restates)
        SELECT {plain} FROM kpi_readings ANTI JOIN again USING (kpi, entity, period)
        UNION ALL
        SELECT {plain} FROM kpi_readings SEMI JOIN again USING (kpi, entity, period)
        QUALIFY row_number() OVER (PARTITION BY kpi, entity, period ORDER BY as_of DESC) = 1
    """
