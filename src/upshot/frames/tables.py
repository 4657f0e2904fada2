"""Whatever holds the rows (a file, pandas, polars, Arrow, a DuckDB relation) to one Arrow table."""

import difflib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

import narwhals as nw
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from upshot.errors import InputError, Problem

__all__ = ["Data", "arrow_table", "is_path"]

Data: TypeAlias = Any
"""A path, or a table: pandas, polars (eager or lazy), pyarrow, a DuckDB relation, and what else narwhals reads."""


def is_path(data: Data) -> bool:
    """Whether the rows lie in a file."""
    return isinstance(data, str | os.PathLike)


def arrow_table(data: Data, columns: Iterable[str]) -> pa.Table:
    """The named columns, in that order, with categories as text and text in one type.

    Lazy frames and relations are asked for these columns only.

    Raises
    ------
    InputError
        If the file or the kind of data cannot be read, or columns are not there; all at once.
    """
    wanted = list(dict.fromkeys(columns))
    table = _from_file(Path(data), wanted) if is_path(data) else _from_frame(data, wanted)
    return pa.table({name: _plain(table[name]) for name in wanted})


def _from_file(path: Path, wanted: list[str]) -> pa.Table:
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            table = pa_parquet.read_table(path)
        else:
            table = pa_csv.read_csv(path, convert_options=pa_csv.ConvertOptions(strings_can_be_null=True))
    except (OSError, pa.ArrowInvalid) as error:
        reason = "is not there" if isinstance(error, FileNotFoundError) else "cannot be read as CSV or Parquet"
        problem = Problem(code="unreadable-file", text=f"The file {reason}.", fix="Check its path.", file=str(path))
        raise InputError(problem) from error
    _check(wanted, table.column_names, str(path))
    return table


def _from_frame(data: Data, wanted: list[str]) -> pa.Table:
    try:
        frame = nw.from_native(data)
    except TypeError as error:
        text = f"Rows cannot be read from an object of type {type(data).__name__}."
        fix = "Give a path, or a pandas, polars, pyarrow or DuckDB table."
        raise InputError(Problem(code="unreadable-data", text=text, fix=fix)) from error
    _check(wanted, frame.collect_schema().names(), None)
    picked = frame.select(*wanted)
    if isinstance(picked, nw.LazyFrame):
        return picked.collect(backend="pyarrow").to_native()
    if nw.get_native_namespace(picked).__name__ == "pandas":
        return pa.Table.from_pandas(_without_periods(picked.to_native()), preserve_index=False)
    return picked.to_arrow()


def _without_periods(frame: Any) -> Any:
    """Pandas' periods written out (2026-01, 2026Q1 as 2026-Q1); Arrow has no such type."""
    spans = [name for name, kind in frame.dtypes.items() if str(kind).startswith("period[")]
    written = {name: frame[name].map(_period_text, na_action="ignore").astype(object) for name in spans}
    return frame.assign(**written) if written else frame


def _period_text(period: Any) -> str:
    text = str(period)
    return text.replace("Q", "-Q") if "Q" in text else text.partition("/")[0]


def _check(wanted: list[str], present: list[str], file: str | None) -> None:
    problems = []
    for name in wanted:
        if name in present:
            continue
        near = difflib.get_close_matches(name, present, n=1)
        fix = f"Did you mean {near[0]!r}?" if near else f"The columns are {', '.join(present)}."
        problems.append(Problem(code="no-such-column", text=f"There is no column {name!r}.", fix=fix, file=file))
    if problems:
        raise InputError(problems)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.large_string())
    return column
