"""Reads the pre-period of a panel file (CSV or Parquet) into a unit-by-period matrix for `power` and `waves`."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from upshot.errors import PanelError, Problem

__all__ = ["PrePeriod", "pre_period_of", "read_pre_period"]

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


def read_pre_period(
    path: Path,
    *,
    unit: str,
    time: str,
    outcome: str,
    denominator: str | None = None,
    team: str | None = None,
    blocks: tuple[str, ...] = (),
    launch: str | None = None,
) -> PrePeriod:
    """Read a panel and keep the periods before launch (all of them without one).

    Raises
    ------
    PanelError
        With every problem: missing columns or values, words where numbers belong, the same unit
        twice in a period, no period before launch.
    """
    columns = [name for name in (unit, time, outcome, denominator, team, *blocks) if name]
    return pre_period_of(
        _read(path, columns),
        path.name,
        unit=unit,
        time=time,
        outcome=outcome,
        denominator=denominator,
        team=team,
        blocks=blocks,
        launch=launch,
    )


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


def _read(path: Path, columns: list[str]) -> pa.Table:
    if not path.exists():
        raise PanelError(Problem(code="no-file", text="There is no such file.", file=str(path)))
    try:
        table = pq.read_table(path) if path.suffix == ".parquet" else pyarrow.csv.read_csv(path)
    except pa.ArrowInvalid as error:
        text = f"The file cannot be read as {'Parquet' if path.suffix == '.parquet' else 'CSV'}: {error}."
        raise PanelError(Problem(code="unreadable", text=text, file=path.name)) from error
    missing = [name for name in columns if name not in table.column_names]
    if missing:
        fix = f"The columns are: {', '.join(table.column_names)}."
        raise PanelError(
            [
                Problem(code="no-column", text="There is no such column.", fix=fix, file=path.name, column=name)
                for name in missing
            ]
        )
    if table.num_rows == 0:
        raise PanelError(Problem(code="empty-panel", text="The panel has no rows.", file=path.name))
    return table.select(columns)


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
