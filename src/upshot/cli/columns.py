"""Named columns of one CSV or Parquet file as arrays; every column that is not there is named at once."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from upshot.errors import InputError, Problem

__all__ = ["read_columns", "read_table"]


def read_columns(file: Path, roles: Mapping[str, str | None]) -> dict[str, npt.NDArray[Any]]:
    """Read the columns that have a role, as arrays by role.

    Parameters
    ----------
    file
        CSV (also .gz) or Parquet.
    roles
        Option to column name; options that name none are left out.

    Returns
    -------
    dict
        One array (n,) a role: numbers as float64 with NaN for empty cells, dates as
        ``datetime64[D]``, anything else as objects with ``None`` for empty cells.

    Raises
    ------
    InputError
        If the file cannot be read, holds no rows, or lacks a column.
    """
    table = read_table(file)
    wanted = {role: name for role, name in roles.items() if name is not None}
    problems = [_missing(role, name, table.column_names) for role, name in wanted.items()]
    found = [problem for problem in problems if problem is not None]
    if not found and table.num_rows == 0:
        found = [Problem(code="no-rows", text="The file has no rows.", file=str(file))]
    if found:
        raise InputError(found)
    return {role: _array(table[name]) for role, name in wanted.items()}


def read_table(file: Path) -> pa.Table:
    """Every column of a CSV (also .gz) or Parquet file.

    Raises
    ------
    InputError
        If the file is not there or cannot be read.
    """
    try:
        if file.suffix.lower() in (".parquet", ".pq"):
            return pa_parquet.read_table(file)
        return pa_csv.read_csv(file, convert_options=pa_csv.ConvertOptions(strings_can_be_null=True))
    except FileNotFoundError:
        problem = Problem(code="unreadable-file", text="There is no such file.", fix="Check its path.", file=str(file))
        raise InputError(problem) from None
    except (OSError, EOFError, pa.ArrowInvalid) as error:
        text = f"The file cannot be read as CSV or Parquet: {_reason(error)}"
        raise InputError(Problem(code="unreadable-file", text=text, fix=_UNREADABLE, file=str(file))) from error


_UNREADABLE = "Give one table with a header row; a cut-off download must be fetched again."


def _reason(error: BaseException) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return f"{lines[0].rstrip('.')}."


def _missing(role: str, name: str, names: list[str]) -> Problem | None:
    if name in names:
        return None
    near = difflib.get_close_matches(name, names, n=1)
    fix = f"Did you mean {near[0]}?" if near else f"Its columns are {', '.join(names)}."
    option = "--" + role.replace("_", "-")
    return Problem(code="no-such-column", text=f"{option} names a column that is not there.", fix=fix, value=name)


def _array(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    kind = column.type
    if pa.types.is_boolean(kind) or pa.types.is_decimal(kind) or (pa.types.is_integer(kind) and column.null_count):
        column = column.cast(pa.float64())
    if pa.types.is_null(kind):
        return np.full(len(column), np.nan)
    if pa.types.is_temporal(kind):
        return np.array(column.to_pylist(), dtype=object)
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
        return np.asarray(column.to_numpy())
    return np.array(column.to_pylist(), dtype=object)
