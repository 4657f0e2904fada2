"""One Delta Lake table on disk: make it, list its files, add files in one transaction, delete rows."""

import datetime as dt
import json
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, CommitProperties, RemoveAction

from upshot.errors import LakeError, WorkspaceError
from upshot.lake.schema import SCHEMA_VERSION, Table

__all__ = [
    "NewFile",
    "add_files",
    "create_table",
    "delete_matching",
    "delete_rows",
    "open_table",
    "partition_files",
    "table_files",
]

Partition = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A finished Parquet file waiting to join a table, with the partition it belongs to."""

    path: Path
    partition: Partition = ()


def create_table(folder: Path, table: Table) -> None:
    """Make an empty table; an existing one is left as it is."""
    DeltaTable.create(
        folder / table.name,
        schema=table.schema,
        mode="ignore",
        partition_by=list(table.partition_by) or None,
        name=table.name,
        description=table.text,
        configuration={"upshot.schemaVersion": str(SCHEMA_VERSION)},
        raise_if_key_not_exists=False,
    )


def open_table(folder: Path, table: Table, at: dt.datetime | None = None) -> DeltaTable:
    """Open a table, as it stood at an instant when one is given.

    Raises
    ------
    WorkspaceError
        If there is no such table under the folder.
    LakeError
        If the table was written under another schema.
    """
    try:
        delta = DeltaTable(folder / table.name)
        if at is not None:
            delta.load_as_version(at)
    except TableNotFoundError as error:
        raise WorkspaceError(f"There is no lake at {folder}. Run 'upshot init' to make a workspace.") from error
    except DeltaError as error:
        raise LakeError(f"The lake's table {table.name} cannot be read: {error}") from error
    names = [field.name for field in delta.schema().fields]
    if names != table.schema.names:
        raise LakeError(
            f"The lake's table {table.name} holds columns {', '.join(names)}; this version of Upshot "
            f"expects {', '.join(table.schema.names)}. Open it with the version that wrote it."
        )
    return delta


def table_files(delta: DeltaTable) -> list[str]:
    """Paths of the files that make up the table now."""
    return list(delta.file_uris())


def partition_files(files: Iterable[str], **partition: str) -> list[str]:
    """Those of the files that lie in a partition."""
    parts = [f"/{name}={value}/" for name, value in partition.items()]
    return [file for file in files if all(part in file for part in parts)]


def add_files(folder: Path, table: Table, files: Sequence[NewFile], *, note: str) -> None:
    """Move finished files into the table and make them visible in one transaction.

    Raises
    ------
    LakeError
        If a file does not have the table's columns and types; nothing becomes visible then.
    """
    if not files:
        return
    delta = open_table(folder, table)
    for file in files:
        _refuse_other_schema(file.path, table)
    actions: list[AddAction | RemoveAction] = [_adopt(folder / table.name, file) for file in files]
    delta.create_write_transaction(
        actions,
        mode="append",
        schema=delta.schema(),
        partition_by=list(table.partition_by) or None,
        commit_properties=CommitProperties(custom_metadata={"import_id": note}),
    )


def _adopt(root: Path, file: NewFile) -> AddAction:
    relative = Path(*(f"{name}={value}" for name, value in file.partition)) / f"part-{uuid.uuid4()}.parquet"
    target = root / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    rows = pq.read_metadata(file.path).num_rows
    shutil.move(file.path, target)
    return AddAction(
        relative.as_posix(),
        target.stat().st_size,
        dict(file.partition),
        _now(),
        True,
        json.dumps({"numRecords": rows}),
    )


def _refuse_other_schema(path: Path, table: Table) -> None:
    found, expected = pq.read_schema(path), table.file_schema
    if found.names != expected.names or any(
        not _same(found.field(name).type, expected.field(name).type) for name in expected.names
    ):
        raise LakeError(
            f"Rows for {table.name} have the columns {found.remove_metadata().to_string(show_field_metadata=False)}; "
            f"the table holds {expected.to_string(show_field_metadata=False)}."
        )


def _same(found: object, expected: object) -> bool:
    """Map types differ only in the names of their inner fields, which carry no meaning."""
    return found == expected or (str(found).startswith("map<") and str(expected).startswith("map<"))


def delete_rows(folder: Path, table: Table, column: str, values: Sequence[str]) -> int:
    """Rewrite the files that hold rows with one of the values, without them, and drop the old ones.

    The values are written nowhere: Delta's own delete would keep them in its log.
    """
    listed = pa.array(values, pa.string())
    return delete_matching(folder, table, (column,), lambda batch: pc.is_in(batch.column(0), listed))


def delete_matching(
    folder: Path, table: Table, columns: Sequence[str], matches: Callable[[pa.RecordBatch], pa.BooleanArray]
) -> int:
    """Rewrite the files that hold matching rows, without them, and drop the old ones; how many rows went.

    Parameters
    ----------
    columns
        What ``matches`` needs to see, in this order.
    matches
        Which rows of a batch go.
    """
    delta = open_table(folder, table)
    root = folder / table.name
    actions: list[AddAction | RemoveAction] = []
    deleted = 0
    for file in table_files(delta):
        gone, kept = _without(Path(file), columns, matches)
        if not gone:
            continue
        deleted += gone
        relative = Path(file).relative_to(root)
        partition = tuple((name, value) for name, _, value in (part.partition("=") for part in relative.parts[:-1]))
        actions.append(RemoveAction(relative.as_posix(), True, _now(), Path(file).stat().st_size, dict(partition)))
        if kept is not None:
            actions.append(_adopt(root, NewFile(path=kept, partition=partition)))
    if actions:
        delta.create_write_transaction(
            actions, mode="append", schema=delta.schema(), partition_by=list(table.partition_by) or None
        )
        open_table(folder, table).vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False, full=True)
    return deleted


def _without(
    file: Path, columns: Sequence[str], matches: Callable[[pa.RecordBatch], pa.BooleanArray]
) -> tuple[int, Path | None]:
    """How many rows of a file match, and a new file with the others when there are any."""
    source = pq.ParquetFile(file)
    gone = sum(pc.sum(matches(b.select(columns))).as_py() or 0 for b in source.iter_batches(columns=list(columns)))
    if not gone or gone == source.metadata.num_rows:
        return gone, None
    kept = file.with_name(f"_{uuid.uuid4()}.parquet")
    with pq.ParquetWriter(kept, source.schema_arrow, compression="zstd") as writer:
        for batch in source.iter_batches():
            writer.write_batch(batch.filter(pc.invert(matches(batch.select(columns)))))
    return gone, kept


def _now() -> int:
    return int(time.time() * 1000)
