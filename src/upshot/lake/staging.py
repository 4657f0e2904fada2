"""Rows on their way into a table: written aside, compared with what is there, then stored at once or dropped."""

import datetime as dt
import shutil
import tempfile
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from upshot.errors import LakeError
from upshot.lake import compare
from upshot.lake.schema import Table
from upshot.lake.store import NewFile, add_files, open_table, partition_files, table_files

__all__ = ["Compared", "Refused", "Staging", "new_import_id"]

Rows = npt.NDArray[np.int64]

_ROW_GROUP = 1 << 19
_MEMORY = "350MB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One staged row that contradicts the file or the lake.

    Parameters
    ----------
    row
        The caller's number for it.
    group
        The KPI it belongs to, empty for other tables.
    reason
        ``conflict``, ``as-of-clash`` or ``unknown-person``.
    value
        The offending value.
    """

    row: int
    group: str
    reason: str
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What comparing the staged rows with the table found.

    Parameters
    ----------
    taken, already_there
        Numbers of rows; repeats inside the file count as already there.
    refused
        The rows that are not stored because they contradict something, in the caller's order.
    """

    taken: int
    already_there: int
    refused: tuple[Refused, ...]


@dataclass(slots=True)
class _Group:
    """The staged rows of one KPI, or of a whole table that is not split."""

    path: Path
    writer: pq.ParquetWriter
    rows: list[Rows] = field(default_factory=list)

    def numbers(self) -> Rows:
        return np.concatenate(self.rows)


class Staging:
    """Rows for one table, kept in a private folder until `commit`; leaving the ``with`` block drops the rest.

    Memory stays bounded: rows go to disk as they come, and comparisons spill.
    """

    def __init__(self, folder: Path, table: Table, import_id: str, *, aside: Path | None = None) -> None:
        self._lake = folder
        self._table = table
        self._import_id = import_id
        self._aside = Path(tempfile.mkdtemp(prefix="_staging-", dir=aside or folder))
        self._groups: dict[str, _Group] = {}
        self._ready: list[NewFile] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for group in self._groups.values():
            group.writer.close()
        shutil.rmtree(self._aside, ignore_errors=True)

    def write(self, batch: pa.RecordBatch, rows: Rows | None = None, *, group: str = "") -> None:
        """Add rows; ``rows`` are the caller's numbers for them, ``group`` the KPI they belong to.

        Raises
        ------
        LakeError
            If the columns or types differ from the table's, or a required value is missing.
        """
        _refuse_misfit(batch, self._table)
        if group not in self._groups:
            path = self._aside / f"{len(self._groups)}.parquet"
            writer = pq.ParquetWriter(path, self._table.file_schema, compression="zstd", compression_level=1)
            self._groups[group] = _Group(path, writer)
        stored = self._groups[group]
        seen = sum(len(known) for known in stored.rows)
        stored.rows.append(np.arange(seen, seen + batch.num_rows) if rows is None else rows)
        stored.writer.write_batch(batch, row_group_size=_ROW_GROUP)

    def accept_all(self) -> None:
        """Make every staged row ready as it is, without comparing."""
        for name, group in self._finished():
            self._ready.append(NewFile(path=group.path, partition=self._partition(name, restates=False)))

    def compare(self, people: pa.Table | None = None) -> Compared:
        """Compare with what is stored; what is new becomes ready to commit.

        Parameters
        ----------
        people
            One column ``who``, every known account and person; rows of others are refused. ``None`` to not ask.
        """
        files = table_files(open_table(self._lake, self._table))
        taken = already = 0
        refused: list[Refused] = []
        for name, group in self._finished():
            there = partition_files(files, kpi=name) if self._table.partition_by else files
            outcome = compare.run(self._table, group.path, there, self._aside, people=people, memory=_MEMORY)
            taken += outcome.taken
            already += outcome.already_there
            self._ready += [
                NewFile(path=path, partition=self._partition(name, restates=restates))
                for path, restates in outcome.files
            ]
            numbers = group.numbers() if outcome.refused else np.empty(0, np.int64)
            refused += [
                Refused(row=int(numbers[one.position]), group=name, reason=one.reason, value=one.value)
                for one in outcome.refused
            ]
        return Compared(taken=taken, already_there=already, refused=tuple(sorted(refused, key=lambda one: one.row)))

    def preview(self, count: int) -> pa.Table:
        """The first rows as they would be stored, partition columns included."""
        parts = []
        for file in self._ready:
            head = next(pq.ParquetFile(file.path).iter_batches(batch_size=count), None)
            if head is None:
                continue
            part = pa.Table.from_batches([head])
            for name, value in file.partition:
                part = part.add_column(0, name, pa.array([value] * part.num_rows, pa.string()))
            parts.append(part)
        return pa.concat_tables(parts, promote_options="default").slice(0, count) if parts else pa.table({})

    def commit(self) -> None:
        """Store what is ready in one transaction."""
        add_files(self._lake, self._table, self._ready, note=self._import_id)

    def _finished(self) -> list[tuple[str, _Group]]:
        for group in self._groups.values():
            group.writer.close()
        return list(self._groups.items())

    def _partition(self, name: str, *, restates: bool) -> tuple[tuple[str, str], ...]:
        return (("kpi", name), ("restates", str(restates).lower())) if self._table.partition_by else ()


def _refuse_misfit(batch: pa.RecordBatch, table: Table) -> None:
    if not batch.schema.equals(table.file_schema):
        raise LakeError(
            f"Rows for {table.name} have the columns {', '.join(map(str, batch.schema))}; "
            f"the table holds {', '.join(map(str, table.file_schema))}."
        )
    missing = [
        column.name
        for column in table.columns
        if column.required and column.name in batch.schema.names and batch.column(column.name).null_count
    ]
    if missing:
        raise LakeError(f"Rows for {table.name} lack a required value in {', '.join(missing)}.")


def new_import_id(now: dt.datetime) -> str:
    """A name for an import that sorts by time."""
    return f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
