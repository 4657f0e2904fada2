"""The lake as callers see it: open a folder, append, query, import, merge accounts, erase a person."""

import datetime as dt
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from uuid import uuid4

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from upshot.errors import LakeError, WorkspaceError
from upshot.lake.cells import MINIMUM, Cell, suppress
from upshot.lake.lock import one_writer
from upshot.lake.schema import TABLES
from upshot.lake.staging import Staging, new_import_id
from upshot.lake.store import create_table, delete_rows, open_table, table_files
from upshot.lake.views import attach_views, new_connection

__all__ = ["Import", "Lake"]

MEMORY = "2GB"
"""What a connection's tables may hold in memory; the rest of a large panel waits on disk, under ``TMPDIR``."""

_GROUPABLE = ("team", "manager", "role", "site", "region")


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One import as the log keeps it; the fields are those of the ``imports`` table."""

    import_id: str
    feed: str
    at: dt.datetime
    source: str
    file: str | None = None
    fingerprint: str | None = None
    profile_fingerprint: str | None = None
    as_of: dt.datetime | None = None
    rows_in: int
    rows_taken: int
    rows_already_there: int = 0
    rows_left_out: int = 0
    rows_rejected: int = 0


@dataclass(frozen=True, slots=True)
class Lake:
    """The facts in one folder; open it with `Lake.open` or make it with `Lake.create`.

    ``at`` is set when the lake is read as it stood at an earlier instant; such a lake takes no rows.
    """

    folder: Path
    at: dt.datetime | None = None

    @classmethod
    def create(cls, folder: str | Path) -> "Lake":
        """Make the tables that are not there yet and open the lake."""
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        for table in TABLES.values():
            create_table(path, table)
        return cls(path)

    @classmethod
    def open(cls, folder: str | Path, *, at: dt.datetime | None = None) -> "Lake":
        """Open a lake, as it stood at an instant when one is given (Delta time travel).

        Raises
        ------
        WorkspaceError
            If there is no lake in the folder.
        LakeError
            If a table was written under another schema.
        """
        path = Path(folder)
        if not (path / "people").is_dir():
            raise WorkspaceError(f"There is no lake at {path}. Run 'upshot init' to make a workspace.")
        lake = cls(path, at)
        lake._all_files()
        return lake

    def files(self, table: str) -> list[str]:
        """Paths of the Parquet files that make up a table, for an engine that scans them itself."""
        return table_files(open_table(self.folder, TABLES[table], self.at))

    def state(self) -> str:
        """A text that changes whenever a table does: the newest entry of every table's log; reads no rows."""
        logs = ((self.folder / name / "_delta_log").glob("*.json") for name in TABLES)
        return "-".join(max((entry.stem for entry in log), default="none").lstrip("0") or "0" for log in logs)

    def connect(
        self, *, as_of: dt.date | None = None, known_at: dt.datetime | None = None
    ) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection with the views people, learning, kpis, kpi_readings, accounts and imports.

        Rows are of single people: what is shown of them goes through `grouped_counts` or the engine.

        Parameters
        ----------
        as_of
            Leave out KPI readings stated after that day. People carry their own dates.
        known_at
            Leave out whatever was imported, merged or stated after that instant; what was erased
            since stays erased.
        """
        # DuckDB makes the folder when it first needs it, and removes it on closing.
        connection = new_connection(memory=MEMORY, spill=str(Path(gettempdir()) / f"upshot-{uuid4().hex}"))
        attach_views(connection, self._all_files(), as_of=as_of, known_at=known_at)
        return connection

    def query(
        self, sql: str, params: Sequence[object] | Mapping[str, object] = (), *, as_of: dt.date | None = None
    ) -> pa.Table:
        """Run one SQL statement over the views of `connect`.

        Raises
        ------
        LakeError
            If the statement cannot be run.
        """
        with self.connect(as_of=as_of) as connection:
            try:
                return connection.execute(sql, params).to_arrow_table()
            except duckdb.Error as error:
                raise LakeError(f"The query cannot be run: {error}") from error

    def imports(self) -> tuple[Import, ...]:
        """Every import, oldest first."""
        rows = self.query('SELECT * FROM imports ORDER BY "at", import_id').to_pylist()
        return tuple(Import(**row) for row in rows)

    def append(self, table: str, batches: pa.RecordBatchReader | Iterable[pa.RecordBatch], *, source: str) -> int:
        """Store rows as they are, in one transaction; the number stored.

        The columns are the table's but ``source`` and ``import_id``, which are filled in; readings
        of ``kpis`` carry ``kpi`` as a column. Nothing is compared: use `sources.import_feed` for files.

        Raises
        ------
        LakeError
            If a column, a type or a required value does not fit the schema; nothing is stored then.
        """
        now = dt.datetime.now(dt.UTC)
        import_id = new_import_id(now)
        rows = 0
        with self.writing(), self.staging(table, import_id) as staging:
            for batch in batches:
                rows += batch.num_rows
                for group, part in _by_kpi(batch) if table == "kpis" else (("", batch),):
                    staging.write(_with_origin(part, TABLES[table].file_schema, source, import_id), group=group)
            staging.accept_all()
            staging.commit()
            self.log(Import(import_id=import_id, feed=table, at=now, source=source, rows_in=rows, rows_taken=rows))
        return rows

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold other writers off while rows are compared and stored; what a killed import left is dropped."""
        if self.at is not None:
            raise LakeError("A lake opened at an earlier instant takes no rows. Open it without 'at'.")
        with one_writer(self.folder):
            for left in self.folder.glob("_staging-*"):
                shutil.rmtree(left, ignore_errors=True)
            yield

    def staging(self, table: str, import_id: str, *, aside: Path | None = None) -> Staging:
        """Room for rows on their way into a table; ``aside`` is the folder they wait in."""
        return Staging(self.folder, TABLES[table], import_id, aside=aside)

    def log(self, record: Import) -> None:
        """Write one line into the imports log."""
        schema = TABLES["imports"].schema
        row = {name: getattr(record, name) for name in schema.names}
        with self.staging("imports", record.import_id) as staging:
            staging.write(pa.RecordBatch.from_pylist([row], schema=schema))
            staging.accept_all()
            staging.commit()

    def merge_accounts(self, account: str, person: str, *, reason: str, source: str = "by-hand") -> None:
        """Say that an account (``system:name``, or another person) is this person; `unmerge_accounts` undoes it."""
        self._account_event("merge", account, person, reason, source)

    def unmerge_accounts(self, account: str, person: str, *, reason: str, source: str = "by-hand") -> None:
        """Undo the merges of an account into a person; the events stay."""
        self._account_event("unmerge", account, person, reason, source)

    def _account_event(self, event: str, account: str, person: str, reason: str, source: str) -> None:
        now = dt.datetime.now(dt.UTC)
        import_id = new_import_id(now)
        schema = TABLES["accounts"].schema
        with self.writing(), self.staging("accounts", import_id) as staging:
            row = {
                "seq": self.next_account_event(),
                "account": account,
                "person": person,
                "event": event,
                "at": now,
                "reason": reason,
                "source": source,
                "import_id": import_id,
            }
            staging.write(pa.RecordBatch.from_pylist([row], schema=schema))
            staging.accept_all()
            staging.commit()

    def known_accounts(self) -> pa.Table:
        """Everybody a learning record can belong to: one column ``who``, people and accounts."""
        return self.query("SELECT person AS who FROM stored_people UNION SELECT account AS who FROM accounts")

    def next_account_event(self) -> int:
        """The number the next account event gets."""
        return int(self.query("SELECT coalesce(max(seq), 0) + 1 AS seq FROM stored_accounts")["seq"][0].as_py())

    def grouped_counts(self, by: Sequence[str], *, on: dt.date, minimum: int = MINIMUM) -> tuple[Cell, ...]:
        """How many people each group held on a day, small groups withheld with complementary suppression.

        Parameters
        ----------
        by
            Columns of ``people`` to group by: team, manager, role, site, region.
        on
            The day.
        minimum
            Smallest group shown; never below 5.

        Raises
        ------
        LakeError
            If a column cannot be grouped by.
        """
        wrong = [name for name in by if name not in _GROUPABLE]
        if wrong or not by:
            raise LakeError(f"People can be counted by {', '.join(_GROUPABLE)}. Got {', '.join(wrong) or 'none'}.")
        names = ", ".join(by)
        rows = self.query(
            f"""SELECT {names}, count(DISTINCT person) AS people FROM people
                WHERE valid_from <= $1 AND coalesce(valid_to > $1, true) AND coalesce("left" >= $1, true)
                GROUP BY ALL ORDER BY ALL""",
            [on],
        ).to_pylist()
        counts = {tuple(row[name] for name in by): int(row["people"]) for row in rows}
        return suppress(counts, minimum=max(minimum, MINIMUM))

    def erase(self, person: str) -> int:
        """Delete every row of a person from every table, old files included; the number of rows deleted.

        A manager's name in other people's rows is a reference to that person: those rows go too and
        come back with the next people feed, without it.
        """
        accounts = self.query("SELECT DISTINCT account FROM stored_accounts WHERE person = $1", [person])
        names = [person, *accounts["account"].to_pylist()]
        deleted = 0
        with self.writing():
            for table in TABLES.values():
                for column in table.person_columns:
                    deleted += delete_rows(self.folder, table, column, names)
        return deleted

    def _all_files(self) -> dict[str, list[str]]:
        return {name: self.files(name) for name in TABLES}


def _by_kpi(batch: pa.RecordBatch) -> Iterator[tuple[str, pa.RecordBatch]]:
    table = pa.Table.from_batches([batch])
    for kpi in table["kpi"].unique().to_pylist():
        rows = table.filter(pc.equal(table["kpi"], kpi)).drop(["kpi"])
        for part in rows.combine_chunks().to_batches():
            yield kpi, part


def _with_origin(batch: pa.RecordBatch, schema: pa.Schema, source: str, import_id: str) -> pa.RecordBatch:
    filled = {"source": source, "import_id": import_id}
    missing = [name for name in schema.names if name not in filled and name not in batch.schema.names]
    if missing:
        raise LakeError(f"The rows lack the columns {', '.join(missing)}.")
    columns = [
        pa.repeat(filled[field.name], batch.num_rows) if field.name in filled else batch.column(field.name)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, names=schema.names)
