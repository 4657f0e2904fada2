"""Readings before launch as a unit-by-period matrix, from any long table: what `power` and `waves` are drawn from."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from upshot.errors import PanelError, Problem

__all__ = ["PrePeriod", "pre_period_of"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrePeriod:
    """Readings before launch.

    Parameters
    ----------
    units
        People, as text, length N.
    periods
        The panel's own time labels, in order, length T.
    outcome, denominator
        Shape (N, T), NaN where there is no reading; ``denominator`` is absent for plain means.
    teams
        Each person's team at their last reading, length N; absent without a team column.
    blocks
        Each person's block: the block columns' values joined, length N; absent without any.
    """

    units: tuple[str, ...]
    periods: tuple[str, ...]
    outcome: Floats
    denominator: Floats | None = None
    teams: tuple[str, ...] | None = None
    blocks: tuple[str, ...] | None = None


def pre_period_of(
    table: pa.Table,
    name: str,
    *,
    unit: str,
    time: str,
    outcome: str,
    denominator: str | None = None,
    team: str | None = None,
    blocks: tuple[str, ...] = (),
    launch: str | None = None,
) -> PrePeriod:
    """Cut a long table to the periods before launch; ``name`` is how messages call it.

    Raises
    ------
    PanelError
        As `read_pre_period`, but for the file itself.
    """
    problems = [
        Problem(code="missing-value", text=f"{count} rows have no value.", file=name, column=column)
        for column in (unit, time, *([team] if team else []), *blocks)
        if (count := table[column].null_count)
    ]
    problems += [
        Problem(code="not-a-number", text="The column holds no numbers.", file=name, column=column)
        for column in (outcome, denominator)
        if column and not _numeric(table[column].type)
    ]
    if problems:
        raise PanelError(problems)
    table = _before(table, time, launch, name)
    people, person = np.unique(_text(table[unit]), return_inverse=True)
    times = table[time].combine_chunks()
    order = pc.sort_indices(pc.unique(times))
    labels = pc.take(pc.unique(times), order)
    period = pc.index_in(times, labels).to_numpy(zero_copy_only=False)
    cell = person.astype(np.int64) * len(labels) + period
    twice = cell.size - np.unique(cell).size
    if twice:
        text = f"{twice} rows repeat a unit in a period it already has."
        fix = "Keep one row per unit and period."
        raise PanelError(Problem(code="duplicate-rows", text=text, fix=fix, file=name))
    last = _last_rows(person, period, people.size)
    return PrePeriod(
        units=tuple(people.tolist()),
        periods=tuple(str(label) for label in labels.to_pylist()),
        outcome=_matrix(table[outcome], cell, people.size, len(labels)),
        denominator=_matrix(table[denominator], cell, people.size, len(labels)) if denominator else None,
        teams=tuple(_text(table[team])[last].tolist()) if team else None,
        blocks=_joined([_text(table[column])[last] for column in blocks]) if blocks else None,
    )


def _numeric(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))


def _before(table: pa.Table, time: str, launch: str | None, name: str) -> pa.Table:
    if launch is None:
        return table
    kind = table[time].type
    try:
        mark = pa.scalar(launch).cast(kind)
    except pa.ArrowInvalid as error:
        text = f"The launch must be written like the panel's times ({kind})."
        raise PanelError(Problem(code="launch-type", text=text, value=launch)) from error
    kept = table.filter(pc.less(table[time], mark))
    if kept.num_rows == 0:
        text = "No period lies before the launch, so the noise is not known."
        raise PanelError(Problem(code="no-pre-period", text=text, file=name, value=launch))
    return kept


def _text(column: pa.ChunkedArray) -> npt.NDArray[np.str_]:
    return np.asarray(column.cast(pa.string()).to_numpy(), dtype=np.str_)


def _matrix(column: pa.ChunkedArray, cell: npt.NDArray[np.int64], rows: int, columns: int) -> Floats:
    matrix = np.full(rows * columns, np.nan)
    matrix[cell] = column.cast(pa.float64()).to_numpy()
    return matrix.reshape(rows, columns)


def _last_rows(person: npt.NDArray[np.intp], period: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.intp]:
    """Row of each person's last reading, shape (count,)."""
    order = np.lexsort((period, person))
    return order[np.searchsorted(person[order], np.arange(count), side="right") - 1]


def _joined(columns: list[npt.NDArray[np.str_]]) -> tuple[str, ...]:
    return tuple(" / ".join(parts) for parts in zip(*(column.tolist() for column in columns), strict=True))
