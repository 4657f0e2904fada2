"""Named columns of any table as numpy arrays, by the part each plays."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from upshot.errors import InputError, Problem
from upshot.frames.tables import Data, arrow_table

__all__ = ["arrays", "as_array"]


def arrays(data: Data, roles: Mapping[str, str | None]) -> dict[str, npt.NDArray[Any]]:
    """The columns that have a role, as arrays by role; roles that name no column are left out.

    Returns
    -------
    dict
        One array (n,) a role, as `as_array` makes them.

    Raises
    ------
    InputError
        If the data cannot be read, hold no rows, or lack a column.
    """
    wanted = {role: name for role, name in roles.items() if name is not None}
    table = arrow_table(data, wanted.values())
    if table.num_rows == 0:
        raise InputError(Problem(code="no-rows", text="The data have no rows."))
    return {role: as_array(table[name]) for role, name in wanted.items()}


def as_array(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    """Numbers with NaN for empty cells, anything else as objects with ``None`` for empty cells.

    Examples
    --------
    >>> as_array(pa.chunked_array([[1, None]])).tolist(), as_array(pa.chunked_array([["a", None]])).tolist()
    ([1.0, nan], ['a', None])
    """
    kind = column.type
    if pa.types.is_null(kind):
        return np.full(len(column), np.nan)
    if pa.types.is_boolean(kind) or pa.types.is_decimal(kind) or (pa.types.is_integer(kind) and column.null_count):
        column = column.cast(pa.float64())
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
        return np.asarray(column.to_numpy())
    values = np.empty(len(column), dtype=object)
    values[:] = [value.date() if hasattr(value, "date") else value for value in column.to_pylist()]
    return values
