"""Which staged rows are new, which are there already, and which contradict: the rules, in SQL."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from upshot.lake.schema import Table
from upshot.lake.views import new_connection, rows_of

__all__ = ["Outcome", "run"]

_BUCKET_ROWS = 2_500_000
_NEW, _AGAIN = "new", "restates"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A staged row, by its place in the staged file, that is refused."""

    position: int
    reason: str
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Counts, the files that hold the new rows (and whether they restate), and the refused rows."""

    taken: int
    already_there: int
    files: tuple[tuple[Path, bool], ...]
    refused: tuple[Contradiction, ...]


def run(
    table: Table, staged: Path, stored: Sequence[str], aside: Path, *, people: pa.Table | None, memory: str
) -> Outcome:
    """Compare one staged file with a table's files; see ``docs/reference/lake.md`` for the rules.

    When nothing is stored and no key repeats, the staged file is taken as it is; otherwise rows are
    judged in buckets of whole keys, so memory does not grow with the file.
    """
    with new_connection(memory, str(aside / "spill")) as connection:
        connection.execute(f"CREATE VIEW staged AS SELECT *, file_row_number AS pos FROM {_scan(staged)}")
        connection.execute(f"CREATE VIEW there AS {rows_of(table, stored)}")
        if people is not None:
            connection.register("known", people)
        if not stored and people is None and table.name == "kpis" and _all_keys_differ(connection):
            return Outcome(taken=_count(connection, "staged"), already_there=0, files=((staged, False),), refused=())
        return _judge_rows(connection, table, aside, len(stored) > 0, people is not None)


def _scan(path: Path) -> str:
    quoted = str(path).replace("'", "''")
    return f"read_parquet('{quoted}', file_row_number = true, hive_partitioning = false)"


def _count(connection: duckdb.DuckDBPyConnection, view: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {view}").fetchone()
    return int(row[0]) if row else 0


def _all_keys_differ(connection: duckdb.DuckDBPyConnection) -> bool:
    """Hashes that all differ prove that the keys do; equal ones prove nothing and cost only time."""
    hashes = connection.execute("SELECT hash(entity, period) AS h FROM staged").fetchnumpy()["h"]
    hashes.sort()
    return not bool((hashes[1:] == hashes[:-1]).any())


def _judge_rows(
    connection: duckdb.DuckDBPyConnection, table: Table, aside: Path, anything_stored: bool, ask_people: bool
) -> Outcome:
    rules, key = _RULES[table.name]
    size = _count(connection, "staged") + (_count(connection, "there") if anything_stored else 0)
    buckets = 1 + size // _BUCKET_ROWS
    stranger = "NOT EXISTS (SELECT 1 FROM known WHERE who = m.account)" if ask_people else "false"
    if table.name == "kpis":
        _find_tangled_keys(connection)
        rules = (_KPI_PLAIN, *rules) if _count(connection, "tangled") else (_KPI_PLAIN,)
    connection.execute("CREATE TEMP TABLE judged (pos BIGINT, verdict VARCHAR)")
    for bucket in range(buckets):
        within = f"hash({key}) % {buckets} = {bucket}" if buckets > 1 else "true"
        for rule in rules:
            connection.execute(f"INSERT INTO judged {rule.format(within=within, stranger=stranger)}")
    found = connection.execute("SELECT verdict, count(*) FROM judged GROUP BY ALL").fetchall()
    counts = {str(verdict): int(count) for verdict, count in found}
    files = tuple(
        (_copy(connection, table, aside, verdict), verdict == _AGAIN) for verdict in (_NEW, _AGAIN) if verdict in counts
    )
    return Outcome(
        taken=counts.get(_NEW, 0) + counts.get(_AGAIN, 0),
        already_there=counts.get("already", 0),
        files=files,
        refused=_refused(connection, _VALUE[table.name]),
    )


def _find_tangled_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """Keys that repeat in the file, or were restated before: only they need the full rules."""
    repeated = "SELECT entity, period FROM staged WHERE false"
    if not _all_keys_differ(connection):
        repeated = "SELECT entity, period FROM staged GROUP BY ALL HAVING count(*) > 1"
    connection.execute(
        f"CREATE TEMP TABLE tangled AS {repeated} UNION SELECT DISTINCT entity, period FROM there WHERE restates"
    )


def _copy(connection: duckdb.DuckDBPyConnection, table: Table, aside: Path, verdict: str) -> Path:
    target = aside / f"{uuid.uuid4().hex}.parquet"
    columns = ", ".join(f's."{name}"' for name in table.file_schema.names)
    quoted = str(target).replace("'", "''")
    connection.execute(
        f"COPY (SELECT {columns} FROM staged s SEMI JOIN (SELECT pos FROM judged WHERE verdict = '{verdict}') j "
        f"USING (pos)) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)"
    )
    return target


def _refused(connection: duckdb.DuckDBPyConnection, value: str) -> tuple[Contradiction, ...]:
    rows = connection.execute(
        f"""SELECT pos, verdict, ({value})::VARCHAR FROM judged JOIN staged USING (pos)
            WHERE verdict NOT IN ('{_NEW}', '{_AGAIN}', 'already') ORDER BY pos"""
    ).fetchall()
    return tuple(Contradiction(int(position), str(reason), text) for position, reason, text in rows)


_KPI_PLAIN = """
WITH mine AS (SELECT * FROM staged ANTI JOIN tangled USING (entity, period) WHERE {within}),
     theirs AS (SELECT * FROM there WHERE {within})
SELECT m.pos, CASE
    WHEN t.entity IS NULL THEN 'new'
    WHEN t.as_of <= m.as_of AND t.value IS NOT DISTINCT FROM m.value
         AND t.numerator IS NOT DISTINCT FROM m.numerator AND t.denominator IS NOT DISTINCT FROM m.denominator
         THEN 'already'
    WHEN t.as_of = m.as_of THEN 'as-of-clash'
    ELSE 'restates' END
FROM mine m LEFT JOIN theirs t ON t.entity = m.entity AND t.period = m.period
"""

_KPI_RULES = """
WITH mine AS (
        SELECT *, row(value, numerator, denominator) AS reading
        FROM staged SEMI JOIN tangled USING (entity, period) WHERE {within}),
     theirs AS (
        SELECT entity, period, as_of, row(value, numerator, denominator) AS reading
        FROM there SEMI JOIN tangled USING (entity, period) WHERE {within}),
     inside AS (
        SELECT entity, period, as_of, count(DISTINCT reading) AS readings, min(pos) AS first
        FROM mine GROUP BY ALL),
     oldest AS (SELECT entity, period, min(as_of) AS as_of FROM mine GROUP BY ALL),
     known AS (
        SELECT m.pos, count(t.as_of) AS times,
               arg_max(t.reading, t.as_of) FILTER (t.as_of <= m.as_of) AS current,
               bool_or(t.as_of = m.as_of AND t.reading IS DISTINCT FROM m.reading) AS clash
        FROM mine m LEFT JOIN theirs t ON t.entity = m.entity AND t.period = m.period
        GROUP BY m.pos)
SELECT m.pos, CASE
    WHEN i.readings > 1 THEN 'conflict'
    WHEN m.pos > i.first THEN 'already'
    WHEN k.current IS NOT DISTINCT FROM m.reading AND k.times > 0 THEN 'already'
    WHEN k.clash THEN 'as-of-clash'
    WHEN k.times > 0 OR m.as_of > o.as_of THEN 'restates'
    ELSE 'new' END
FROM mine m JOIN inside i USING (entity, period, as_of) JOIN oldest o USING (entity, period) JOIN known k USING (pos)
"""

_LEARNING_RULES = """
WITH mine AS (
        SELECT *, row(activity, verb, "at", success, score, duration) AS what FROM staged WHERE {within}),
     theirs AS (
        SELECT DISTINCT account, row(activity, verb, "at", success, score, duration) AS what FROM there WHERE {within}),
     inside AS (SELECT account, what, min(pos) AS first FROM mine GROUP BY ALL)
SELECT m.pos, CASE
    WHEN {stranger} THEN 'unknown-person'
    WHEN m.pos > i.first THEN 'already'
    WHEN t.account IS NOT NULL THEN 'already'
    ELSE 'new' END
FROM mine m JOIN inside i ON i.account = m.account AND i.what IS NOT DISTINCT FROM m.what
LEFT JOIN theirs t ON t.account = m.account AND t.what IS NOT DISTINCT FROM m.what
"""

_PEOPLE_RULES = """
WITH mine AS (
        SELECT *, row(team, manager, role, site, region, hired, "left", attributes::VARCHAR) AS record
        FROM staged WHERE {within}),
     theirs AS (
        SELECT person, valid_from, row(team, manager, role, site, region, hired, "left", attributes::VARCHAR) AS record
        FROM there WHERE {within}
        QUALIFY row_number() OVER (PARTITION BY person, valid_from ORDER BY recorded_at DESC) = 1),
     inside AS (
        SELECT person, valid_from, count(DISTINCT record) AS records, min(pos) AS first FROM mine GROUP BY ALL),
     known AS (
        SELECT m.pos, count(t.person) AS times, arg_max(t.record, t.valid_from) AS current
        FROM mine m LEFT JOIN theirs t ON t.person = m.person AND t.valid_from <= m.valid_from
        GROUP BY m.pos)
SELECT m.pos, CASE
    WHEN i.records > 1 THEN 'conflict'
    WHEN m.pos > i.first THEN 'already'
    WHEN k.times > 0 AND k.current IS NOT DISTINCT FROM m.record THEN 'already'
    ELSE 'new' END
FROM mine m JOIN inside i USING (person, valid_from) JOIN known k USING (pos)
"""

_ACCOUNT_RULES = """
WITH mine AS (SELECT * FROM staged WHERE {within}),
     theirs AS (SELECT account, arg_max(person, seq) AS person FROM there WHERE {within} GROUP BY account),
     inside AS (SELECT account, count(DISTINCT person) AS people, min(pos) AS first FROM mine GROUP BY ALL)
SELECT m.pos, CASE
    WHEN i.people > 1 OR (t.person IS NOT NULL AND t.person <> m.person) THEN 'conflict'
    WHEN m.pos > i.first OR t.person IS NOT NULL THEN 'already'
    ELSE 'new' END
FROM mine m JOIN inside i USING (account) LEFT JOIN theirs t USING (account)
"""

_RULES: dict[str, tuple[tuple[str, ...], str]] = {
    "kpis": ((_KPI_RULES,), "entity"),
    "learning": ((_LEARNING_RULES,), "account"),
    "people": ((_PEOPLE_RULES,), "person"),
    "accounts": ((_ACCOUNT_RULES,), "account"),
}

_VALUE = {
    "kpis": "coalesce(value, numerator)",
    "learning": "account",
    "people": "person",
    "accounts": "account",
}
