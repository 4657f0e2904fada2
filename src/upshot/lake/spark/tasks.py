"""What an executor does: look at its rows, scan its units with the scan of one machine, merge parts. No Spark in it."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import reduce

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from upshot.impact.moments import Moments, merge
from upshot.lake.moments_bytes import from_bytes, to_bytes
from upshot.lake.scan import accumulated
from upshot.lake.scan_columns import quoted
from upshot.lake.scan_contradictions import Contradictions, count_contradictions
from upshot.lake.scan_matrix import ContradictionError
from upshot.lake.scan_profile import Look, PanelProfile, groups_sql
from upshot.lake.scan_roles import PanelRoles, ScanOptions

__all__ = ["LOOKED", "PART", "SCANNED", "Part", "look_at", "merge_parts", "scan_part"]

PART = "upshot_part"
"""The name an executor's rows go by in the SQL it is given."""
LOOKED = "found string"
SCANNED = "moments binary, dropped long, contradictions string"
_SCANNED = pa.schema([("moments", pa.binary()), ("dropped", pa.int64()), ("contradictions", pa.string())])
Batches = Iterable[pa.RecordBatch]


@dataclass(frozen=True, slots=True)
class Part:
    """What one task leaves: moments, units left out, and what its rows say against each other."""

    moments: Moments | None
    dropped: int = 0
    contradictions: Contradictions | None = None

    def plus(self, other: "Part") -> "Part":
        """Pool with a part that shares no sampling unit."""
        both = [part.moments for part in (self, other) if part.moments is not None]
        wrong = [part.contradictions for part in (self, other) if part.contradictions is not None]
        return Part(
            merge(both) if both else None,
            self.dropped + other.dropped,
            reduce(Contradictions.plus, wrong) if wrong else None,
        )

    def batch(self) -> pa.RecordBatch:
        """As one row on its way to the next task or to the driver."""
        wrong = self.contradictions
        row = {
            "moments": None if self.moments is None else to_bytes(self.moments),
            "dropped": self.dropped,
            "contradictions": None if wrong is None else json.dumps([wrong.twice, wrong.first, wrong.changes]),
        }
        return pa.RecordBatch.from_pylist([row], schema=_SCANNED)

    @classmethod
    def of(cls, moments: bytes | None, dropped: int, contradictions: str | None) -> "Part":
        """From what `batch` wrote."""
        wrong = None if contradictions is None else Contradictions(*json.loads(contradictions))
        return cls(None if moments is None else from_bytes(bytes(moments)), dropped, wrong)


def look_at(look: Look, columns: dict[str, str], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Counts, totals, ranges and faults of some rows, by period and start, each fault with its smallest value.

    Parameters
    ----------
    columns
        The column each kind of fault is found in.
    """
    first = next(batches, None)
    if first is None:
        return
    names, query = groups_sql(look)
    values = "".join(
        f", min(CAST({quoted(columns[kind])} AS VARCHAR)) FILTER (WHERE {condition})"
        for kind, condition in look.conditions.items()
    )
    with _reading(pa.RecordBatchReader.from_batches(first.schema, _again(first, batches))) as connection:
        rows = connection.execute(query.replace(" FROM (", f"{values} FROM (", 1)).fetchall()
    kinds = [*names, *(f"first {kind}" for kind in look.conditions)]
    found = [json.dumps(dict(zip(kinds, row, strict=True))) for row in rows]
    yield pa.RecordBatch.from_pydict({"found": pa.array(found, pa.string())})


def scan_part(
    found: PanelProfile, roles: PanelRoles, options: ScanOptions, batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Moments of whole sampling units, by the scan that one machine uses."""
    held = list(batches)
    if not held:
        return
    table = pa.Table.from_batches(held)
    with _reading(table) as connection:
        outcome = found.expressions.outcome
        row = connection.execute(f"SELECT count({outcome}) FROM ({found.sql})").fetchone()
        if row is None or not row[0]:
            return
        own = replace(found, rows=int(row[0]), ranges=_ranges(found, table, roles), part=True)
        yield _scanned(connection, own, roles, options).batch()


def _scanned(connection: duckdb.DuckDBPyConnection, own: PanelProfile, roles: PanelRoles, options: ScanOptions) -> Part:
    try:
        return Part(*accumulated(connection, own, roles, options))
    except ContradictionError:
        return Part(None, 0, count_contradictions(connection, own, roles))


def merge_parts(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """One part of many, so that the driver is sent few."""
    rows = [row for batch in batches for row in batch.to_pylist()]
    if rows:
        yield reduce(Part.plus, (Part.of(**row) for row in rows)).batch()


def _ranges(found: PanelProfile, table: pa.Table, roles: PanelRoles) -> dict[str, tuple[int, int]]:
    """Ranges of strata as the whole panel has them, of units and clusters as they are here."""
    ranges = dict(found.ranges)
    for column in (roles.unit, roles.cluster):
        if column in ranges:
            ends = pc.min_max(table[column]).as_py()
            ranges[column] = (ends["min"], ends["max"])
    return ranges


@contextmanager
def _reading(rows: pa.Table | pa.RecordBatchReader) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB over the rows, on the one processor a task has."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register(PART, rows)
        yield connection


def _again(first: pa.RecordBatch, others: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from others
