"""Every statement into a file: JSON lines as stored, or a table of what statements have in common."""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.lrs.store.scanning import Stored, statements_after
from upshot.xapi.decode import as_object
from upshot.xapi.identity import identifier

__all__ = ["COLUMNS", "csv_chunks", "export_file", "table_row"]

COLUMNS = (
    "id", "stored", "timestamp", "actor", "verb", "object_type", "object", "registration", "success", "completion",
    "score_scaled", "duration", "voided", "statement",
)  # fmt: skip
_FLAGS = {"success": pa.bool_(), "completion": pa.bool_(), "voided": pa.bool_(), "score_scaled": pa.float64()}
_SCHEMA = pa.schema([(name, _FLAGS.get(name, pa.string())) for name in COLUMNS])
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export_file(organisation: Organisation, path: Path) -> int:
    """Write an organisation's statements to a file by its ending; how many.

    Raises
    ------
    InputError
        When the ending is none of .jsonl, .jsonl.gz, .csv and .parquet.
    """
    writers = {".gz": _lines, ".jsonl": _lines, ".csv": _csv, ".parquet": _parquet}
    writer = writers.get(path.suffix)
    if writer is None:
        text = "Statements are not written to files of this kind."
        raise InputError(Problem(code="export", text=text, fix="Use .jsonl, .jsonl.gz, .csv or .parquet."))
    return writer(path, statements_after(organisation.pk, 0))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def table_row(one: Stored) -> dict[str, object]:
    """A statement as a row of ``COLUMNS``; the whole of it stands in the last."""
    value = as_object(one.payload, "The statement stored")
    about, result = _mapping(value.get("object")), _mapping(value.get("result"))
    scaled = _mapping(result.get("score")).get("scaled")
    return {
        "id": value.get("id"),
        "stored": value.get("stored"),
        "timestamp": value.get("timestamp"),
        "actor": identifier(_mapping(value.get("actor"))),
        "verb": _mapping(value.get("verb")).get("id"),
        "object_type": about.get("objectType", "Activity"),
        "object": about.get("id") or identifier(about),
        "registration": _mapping(value.get("context")).get("registration"),
        "success": result.get("success"),
        "completion": result.get("completion"),
        "score_scaled": float(scaled) if isinstance(scaled, int | float) else None,
        "duration": result.get("duration"),
        "voided": one.voided,
        "statement": one.payload.decode(),
    }


def _lines(path: Path, chunks: Iterator[list[Stored]]) -> int:
    count = 0
    with gzip.open(path, "wb") if path.suffix == ".gz" else path.open("wb") as file:
        for chunk in chunks:
            file.write(b"".join(one.payload + b"\n" for one in chunk))
            count += len(chunk)
    return count


def csv_chunks(chunks: Iterable[list[Stored]]) -> Iterator[tuple[str, int]]:
    """A CSV file piece by piece, each with the number of statements in it; the first is the head."""
    yield _csv_text([list(COLUMNS)]), 0
    for chunk in chunks:
        yield _csv_text([_safe(value) for value in table_row(one).values()] for one in chunk), len(chunk)


def _csv_text(rows: Iterable[list[object]] | Iterable[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _csv(path: Path, chunks: Iterator[list[Stored]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for text, statements in csv_chunks(chunks):
            file.write(text)
            count += statements
    return count


def _safe(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _parquet(path: Path, chunks: Iterator[list[Stored]]) -> int:
    count = 0
    with pq.ParquetWriter(path, _SCHEMA, compression="zstd") as writer:
        for chunk in chunks:
            writer.write_batch(pa.RecordBatch.from_pylist([table_row(one) for one in chunk], schema=_SCHEMA))
            count += len(chunk)
    return count
