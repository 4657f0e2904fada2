"""The three file kinds as one: headers, batches of columns, and the line each row stands on."""

import csv
import datetime as dt
import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from upshot.errors import FeedError, Problem
from upshot.sources.opening import (
    CountedStream,
    OnBytes,
    check_encoding,
    empty_file,
    file_kind,
    open_bytes,
    text_encoding,
    truncated,
    unpacked,
)
from upshot.sources.profile import FileFormat

if TYPE_CHECKING:
    import _csv

__all__ = ["BadLine", "Tabular", "open_tabular"]

Rows = npt.NDArray[np.int64]

_BLOCK = 1 << 23
_BATCH = 1 << 17
_SAMPLE = 1 << 20
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line whose number of values is not that of the header."""

    line: int
    text: str


class Tabular(Protocol):
    """A file with a header and rows; rows count from 0, lines from 1."""

    headers: list[str]
    notes: list[str]

    @property
    def ragged(self) -> int:
        """Lines passed over by the last reading because their number of values is not the header's."""

    def batches(self, columns: Sequence[int], on_bytes: OnBytes | None = None) -> Iterator[pa.RecordBatch]:
        """The rows in order, the named columns only, called by their place; texts or typed values."""

    def locate(self, rows: Rows) -> tuple[Rows, list[BadLine]]:
        """The line each of the ascending rows stands on, and every line that could not be a row."""


def open_tabular(path: Path, form: FileFormat, expected: frozenset[str]) -> Tabular:
    """Open a file of any kind; ``expected`` are the headers the profile knows, for guessing the delimiter.

    Raises
    ------
    FeedError
        If it is missing, empty, packed badly, or not what it claims to be.
    """
    match file_kind(path):
        case "parquet":
            return _Parquet(path)
        case "excel":
            return _Excel(path, form)
        case _:
            return _Csv(path, form, expected)


class _Csv:
    """Delimited text; parsed by Arrow, and once more by line when a row must be found again."""

    def __init__(self, path: Path, form: FileFormat, expected: frozenset[str]) -> None:
        self._path = path
        self._form = form
        self._encoding = text_encoding(path, form.encoding)
        self.notes: list[str] = []
        self._delimiter = form.delimiter or self._guess(expected)
        self.headers, self._header_lines = self._header()
        self._ragged = 0

    @contextmanager
    def _lines(self, *, strict: bool = False) -> Iterator["_csv.Reader"]:
        with io.TextIOWrapper(open_bytes(self._path), encoding=self._encoding, errors="replace", newline="") as text:
            yield csv.reader(text, delimiter=self._delimiter, strict=strict)

    def _guess(self, expected: frozenset[str]) -> str:
        """The delimiter under which the header has most of the headers the profile knows."""
        with unpacked(self._path) as handle:
            sample = handle.read(_SAMPLE).decode(self._encoding, errors="replace")
        lines = [line for line in sample.splitlines()[self._form.skip_rows :] if line.strip()][:1]
        scores = []
        for place, delimiter in enumerate(_DELIMITERS):
            headers = next(csv.reader(lines, delimiter=delimiter), [])
            known = sum(" ".join(h.split()).casefold() in expected for h in headers)
            scores.append((known, len(headers), -place, delimiter))
        best = max(scores)[3]
        if best != ",":
            name = "tab" if best == "\t" else best
            self.notes.append(f"The delimiter was found to be {name!r} from the header line.")
        return best

    def _header(self) -> tuple[list[str], int]:
        try:
            with self._lines() as reader:
                for row in islice(reader, self._form.skip_rows, None):
                    if any(cell.strip() for cell in row):
                        return row, reader.line_num
        except EOFError as error:
            raise truncated(self._path) from error
        except csv.Error as error:
            raise self._not_csv(str(error)) from error
        raise empty_file(self._path)

    def batches(self, columns: Sequence[int], on_bytes: OnBytes | None = None) -> Iterator[pa.RecordBatch]:
        self._ragged = 0
        names = [str(place) for place in range(len(self.headers))]
        wanted = [str(place) for place in columns]
        read = pacsv.ReadOptions(
            block_size=_BLOCK,
            skip_rows=self._header_lines,
            column_names=names,
            encoding="utf8" if self._encoding.startswith("utf-8") else self._encoding,
        )
        parse = pacsv.ParseOptions(delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=self._skip)
        convert = pacsv.ConvertOptions(
            include_columns=wanted,
            column_types=dict.fromkeys(wanted, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        )
        try:
            with CountedStream(self._path, on_bytes) as stream:
                with pacsv.open_csv(pa.PythonFile(stream, mode="r"), read, parse, convert) as reader:
                    yield from (batch for batch in reader if batch.num_rows)
                quotes = stream.quotes
        except pa.ArrowInvalid as error:
            quotes = self._explain(error)
        except (OSError, EOFError, zlib.error) as error:
            raise truncated(self._path) from error
        except UnicodeDecodeError:
            check_encoding(self._path, self._encoding)
            raise
        if quotes % 2:
            self._refuse_open_quote()

    def _refuse_open_quote(self) -> None:
        """A quotation mark that never closes swallows every line after it."""
        start = 1
        try:
            with self._lines(strict=True) as reader:
                for _ in reader:
                    start = reader.line_num + 1
        except csv.Error as error:
            if "unexpected end" not in str(error):
                return
            text = f"A quotation mark that opens on line {start} is never closed."
            fix = "Close it, or double it when it belongs to the text."
            problem = Problem(code="open-quote", text=text, fix=fix, file=self._path.name, line=start)
            raise FeedError(problem) from error

    def _skip(self, row: object) -> str:
        self._ragged += 1
        return "skip"

    def _explain(self, error: pa.ArrowInvalid) -> int:
        """Turn Arrow's error into ours; a file without rows is none, and holds no quotation marks."""
        if "Empty CSV" in str(error):
            return 0
        if "Truncated" in str(error) or "inflate" in str(error):
            raise truncated(self._path) from error
        if "UTF8" in str(error):
            check_encoding(self._path, self._encoding)
        raise self._not_csv(str(error)) from error

    def _not_csv(self, reason: str) -> FeedError:
        fix = "Check the delimiter and the quotation marks, and the encoding in the profile."
        text = f"The file cannot be read as delimited text: {reason}."
        return FeedError(Problem(code="not-csv", text=text, fix=fix, file=self._path.name))

    def locate(self, rows: Rows) -> tuple[Rows, list[BadLine]]:
        lines = np.zeros(len(rows), np.int64)
        bad: list[BadLine] = []
        found, row = 0, 0
        start = 1
        with self._lines() as reader:
            for cells in reader:
                line, start = start, reader.line_num + 1
                if line <= self._header_lines or not cells:
                    continue
                if len(cells) != len(self.headers):
                    bad.append(BadLine(line, self._delimiter.join(cells)))
                    continue
                if found < len(rows) and row == rows[found]:
                    lines[found] = line
                    found += 1
                row += 1
                if found == len(rows) and len(bad) == self._ragged:
                    break
        return lines, bad

    @property
    def ragged(self) -> int:
        """Lines skipped so far because their number of values differs."""
        return self._ragged


class _Parquet:
    """Typed columns; a row's line is its number, counted from 1."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowInvalid, OSError) as error:
            fix = "Write it again; nothing was stored."
            problem = Problem(code="not-parquet", text="The Parquet file is damaged.", fix=fix, file=path.name)
            raise FeedError(problem) from error
        self.headers = list(self._file.schema_arrow.names)
        self.notes: list[str] = []
        self.ragged = 0

    def batches(self, columns: Sequence[int], on_bytes: OnBytes | None = None) -> Iterator[pa.RecordBatch]:
        per_row = self._path.stat().st_size / max(self._file.metadata.num_rows, 1)
        for batch in self._file.iter_batches(_BATCH, columns=[self.headers[place] for place in columns]):
            if on_bytes is not None:
                on_bytes(int(batch.num_rows * per_row))
            arrays = [_plain(batch.column(self.headers[place])) for place in columns]
            yield pa.RecordBatch.from_arrays(arrays, names=[str(place) for place in columns])

    def locate(self, rows: Rows) -> tuple[Rows, list[BadLine]]:
        return rows + 1, []


class _Excel:
    """One sheet of a workbook; a row's line is its number in the sheet."""

    def __init__(self, path: Path, form: FileFormat) -> None:
        self._path = path
        self._decimal = form.decimal
        self.notes: list[str] = []
        self.ragged = 0
        try:
            workbook = CalamineWorkbook.from_path(str(path))
        except (CalamineError, OSError) as error:
            fix = "Open and save it again, or export it as CSV."
            problem = Problem(code="not-excel", text="The workbook cannot be read.", fix=fix, file=path.name)
            raise FeedError(problem) from error
        name = self._sheet(workbook, form.sheet)
        sheet = workbook.get_sheet_by_name(name)
        first = (sheet.start or (0, 0))[0]
        rows = list(enumerate(sheet.to_python(skip_empty_area=True), first + 1))
        body = [(line, cells) for line, cells in rows if line > form.skip_rows and any(cell != "" for cell in cells)]
        if not body:
            raise empty_file(path)
        self.headers = [str(cell) for cell in body[0][1]]
        self._body = body[1:]

    def _sheet(self, workbook: CalamineWorkbook, wanted: str | None) -> str:
        names = list(workbook.sheet_names)
        if wanted is not None and wanted not in names:
            fix = f"Its sheets are {', '.join(names)}; set file.sheet in the profile."
            text = f"The workbook has no sheet {wanted!r}."
            raise FeedError(Problem(code="no-sheet", text=text, fix=fix, file=self._path.name))
        if wanted is None and len(names) > 1:
            self.notes.append(f"The workbook has {len(names)} sheets; the first, {names[0]!r}, was read.")
        return wanted or names[0]

    def batches(self, columns: Sequence[int], on_bytes: OnBytes | None = None) -> Iterator[pa.RecordBatch]:
        per_row = self._path.stat().st_size / max(len(self._body), 1)
        for start in range(0, len(self._body), _BATCH):
            part = self._body[start : start + _BATCH]
            arrays = [pa.array([self._text(cells[place]) for _, cells in part], pa.string()) for place in columns]
            if on_bytes is not None:
                on_bytes(int(len(part) * per_row))
            yield pa.RecordBatch.from_arrays(arrays, names=[str(place) for place in columns])

    def _text(self, cell: object) -> str | None:
        """A cell as the profile would find it written: dates in ISO form, numbers with its decimal mark."""
        match cell:
            case "":
                return None
            case bool():
                return str(cell).lower()
            case float() | int():
                number = str(int(cell)) if float(cell).is_integer() else repr(cell)
                return number.replace(".", self._decimal)
            case dt.datetime():
                return cell.isoformat() if cell.time() != dt.time() else cell.date().isoformat()
        return str(cell)

    def locate(self, rows: Rows) -> tuple[Rows, list[BadLine]]:
        return np.array([self._body[row][0] for row in rows], np.int64), []


def _plain(array: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    return array.cast(pa.string()) if pa.types.is_large_string(array.type) else array
