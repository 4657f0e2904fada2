"""Moments brought up to date from each unit's columns: only cells that a changed reading or unit touches are summed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from upshot.impact.accumulate import moments_of
from upshot.impact.moments import Cell, Floats, Integers, Moments, merge
from upshot.lake.connection import Connection
from upshot.lake.scan import ScannedPanel, panel_cautions
from upshot.lake.scan_columns import Columns, quoted
from upshot.lake.scan_roles import PanelRoles, ScanOptions
from upshot.lake.unit_columns import UnitColumns, Units

__all__ = ["as_scanned", "first_columns", "updated"]

CHUNK = 2**17
"""Units formed into a matrix at a time."""
_UNITS, _KNOWN = "_upshot_units", "_upshot_known"
_BETWEEN = "\x1f"
Number = TypeVar("Number", bound=np.generic)


def first_columns(
    connection: Connection,
    sql: str,
    roles: PanelRoles,
    options: ScanOptions,
    scanned: ScannedPanel,
    *,
    key: str,
    seen: tuple[str, ...],
) -> UnitColumns:
    """Keep a panel that was just scanned: one row a unit, one column a period."""
    fixed = [name for role, name in roles.named().items() if role not in ("unit", "time", "outcome", "denominator")]
    picks = "".join(f", any_value({quoted(name)}) AS {quoted(name)}" for name in fixed)
    unit = quoted(roles.unit or "")
    empty = UnitColumns(
        key=key,
        seen=(),
        scale=scanned.scale,
        cells=(),
        rows=np.zeros(0, dtype=np.int64),
        dropped=np.zeros(0, dtype=np.int64),
        units=Units(
            pa.array([], pa.string()),
            np.zeros(0, dtype=np.int32),
            pa.array([], pa.string()) if roles.cluster else None,
            np.zeros(0) if roles.weights else None,
        ),
        outcomes={},
        denominators={} if roles.denominator else None,
        moments=replace(scanned.moments, cells=(), people=np.zeros(0, dtype=np.int64), blocks=()),
    )
    filled = f"SELECT * FROM ({sql}) WHERE {quoted(roles.outcome)} IS NOT NULL"
    units = f"SELECT {unit}{picks} FROM ({filled}) GROUP BY {unit}"
    kept, _ = updated(connection, empty, filled, units, roles, options, periods=None, seen=seen)
    return kept


def updated(
    connection: Connection,
    kept: UnitColumns,
    rows: str,
    units: str,
    roles: PanelRoles,
    options: ScanOptions,
    *,
    periods: tuple[int, ...] | None,
    seen: tuple[str, ...],
) -> tuple[UnitColumns, frozenset[Cell]]:
    """Take in fresh readings; the new state, and the cells that had to be summed again.

    Parameters
    ----------
    rows
        SELECT of every current reading of some periods, with the panel's columns.
    units
        SELECT of every unit that now belongs, with what is fixed for it.
    periods
        The numeric periods that ``rows`` covers; ``None`` for whatever it holds.
    seen
        Names of the files the whole panel now comes from.
    """
    found, cells, moved = _units_now(connection, kept, units, roles)
    outcomes, below, changed = _values_now(connection, kept, found, rows, roles, periods)
    same = tuple(sorted(outcomes)) == kept.periods
    touched = np.zeros(len(cells), dtype=bool)
    if same and roles.cluster is None:
        at = changed | (moved >= 0) | (found.cell != _padded(kept.units.cell, found.cell.size, -1))
        homes = np.concatenate([found.cell[at], moved[moved >= 0]])
        touched[homes[homes >= 0]] = True
    else:
        touched[:] = True
    state = replace(
        kept,
        seen=seen,
        cells=cells,
        units=found,
        outcomes=outcomes,
        denominators=below if roles.denominator else None,
        rows=_padded(kept.rows, len(cells), 0),
        dropped=_padded(kept.dropped, len(cells), 0),
    )
    return _summed(state, touched, options), frozenset(cells[k] for k in np.flatnonzero(touched))


def as_scanned(kept: UnitColumns, fingerprint: str) -> ScannedPanel:
    """The kept panel as a scan would have given it."""
    return ScannedPanel(
        moments=kept.moments,
        scale=kept.scale,
        fingerprint=fingerprint,
        rows=int(kept.rows.sum()),
        cautions=panel_cautions(kept.periods, int(kept.dropped.sum())),
    )


def _units_now(
    connection: Connection, kept: UnitColumns, units: str, roles: PanelRoles
) -> tuple[Units, tuple[Cell, ...], npt.NDArray[np.int32]]:
    """Units with those that are new at the end, every cell, and the cell each moved unit came from (-1: stays)."""
    size = len(kept.units.name)
    _register(connection, _KNOWN, {"name": kept.units.name, "row": np.arange(size)})
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_UNITS} AS {units}")
    columns = Columns({row[0]: str(row[1]) for row in connection.execute(f"DESCRIBE {_UNITS}").fetchall()})
    picks = [f"CAST({quoted(roles.unit or '')} AS VARCHAR) AS name"]
    picks.append(f"{columns.period(roles.first_treated, kept.scale)} AS start")
    picks += [
        f"coalesce(CAST({quoted(name)} AS VARCHAR), '(empty)') AS s{index}" for index, name in enumerate(roles.strata)
    ]
    picks += [f"CAST({quoted(roles.cluster)} AS VARCHAR) AS cluster"] if roles.cluster else []
    picks += [f"{columns.number(roles.weights)} AS weight"] if roles.weights else []
    strata = [f"s{index}" for index in range(len(roles.strata))]
    table = connection.execute(
        f"SELECT k.row, u.* FROM (SELECT {', '.join(picks)} FROM {_UNITS}) u "
        f"LEFT JOIN {_KNOWN} k ON k.name = u.name ORDER BY k.row NULLS LAST, u.name"
    ).to_arrow_table()
    connection.execute(f"DROP TABLE {_UNITS}")
    fresh = table["row"].null_count
    row = table["row"].fill_null(-1).to_numpy().copy()
    row[row < 0] = size + np.arange(fresh)
    cells, code = _cells(kept.cells, table.select(["start", *strata]))
    cell = np.full(size + fresh, -1, dtype=np.int32)
    cell[row] = code
    whole = Units(
        name=pa.concat_arrays([kept.units.name, table["name"].slice(table.num_rows - fresh).combine_chunks()]),
        cell=cell,
        cluster=None if kept.units.cluster is None else _laid(table, "cluster", row, kept.units.cluster, size + fresh),
        weight=_numbers(table, row, kept.units.weight, size + fresh) if roles.weights else None,
    )
    return whole, cells, _moved(kept.units, whole)


def _moved(before: Units, now: Units) -> npt.NDArray[np.int32]:
    old = _padded(before.cell, now.cell.size, -1)
    other = old != now.cell
    if now.weight is not None and before.weight is not None:
        other[: before.weight.size] |= before.weight != now.weight[: before.weight.size]
    return np.where(other, old, -1).astype(np.int32)


def _cells(known: tuple[Cell, ...], table: pa.Table) -> tuple[tuple[Cell, ...], npt.NDArray[np.int32]]:
    """Every cell, new ones at the end, and each row's place among them."""
    place = {cell: index for index, cell in enumerate(known)}
    texts = [pc.fill_null(pc.cast(table[name], pa.string()), "") for name in table.column_names]
    coded = pc.binary_join_element_wise(*texts, _BETWEEN).combine_chunks().dictionary_encode()
    codes = []
    for text in coded.dictionary.to_pylist():
        start, *strata = text.split(_BETWEEN)
        codes.append(place.setdefault(Cell(int(start) if start else None, tuple(strata)), len(place)))
    return tuple(place), np.array(codes, dtype=np.int32)[coded.indices.to_numpy()]


def _values_now(
    connection: Connection,
    kept: UnitColumns,
    units: Units,
    rows: str,
    roles: PanelRoles,
    periods: tuple[int, ...] | None,
) -> tuple[dict[int, Floats], dict[int, Floats], npt.NDArray[np.bool_]]:
    """Columns of every period, new objects where they changed, and the units whose readings did."""
    size = len(units.name)
    _register(connection, _KNOWN, {"name": units.name, "row": np.arange(size)})
    columns = Columns({row[0]: str(row[1]) for row in connection.execute(f"DESCRIBE {rows}").fetchall()})
    below = columns.number(roles.denominator) if roles.denominator else "NULL::DOUBLE"
    table = connection.execute(
        f"SELECT k.row, r.t, r.y, r.d FROM (SELECT CAST({quoted(roles.unit or '')} AS VARCHAR) AS name, "
        f"{columns.period(roles.time, kept.scale)} AS t, {columns.number(roles.outcome)} AS y, {below} AS d "
        f"FROM ({rows})) r JOIN {_KNOWN} k ON k.name = r.name WHERE r.y IS NOT NULL"
    ).fetchnumpy()
    outcomes = {period: _longer(column, size) for period, column in kept.outcomes.items()}
    dens = {period: _longer(column, size) for period, column in (kept.denominators or {}).items()}
    changed = np.zeros(size, dtype=bool)
    for period in sorted(set(table["t"].tolist()) if periods is None else periods):
        here = table["t"] == period
        for store, name in ((outcomes, "y"), *(((dens, "d"),) if roles.denominator else ())):
            column = np.full(size, np.nan)
            column[table["row"][here]] = np.asarray(table[name][here], dtype=np.float64)
            before = store.get(int(period), np.full(size, np.nan))
            other = ~((column == before) | (np.isnan(column) & np.isnan(before)))
            if other.any() or int(period) not in store:
                store[int(period)] = column
                changed |= other
    empty = [period for period, column in outcomes.items() if np.isnan(column).all()]
    for period in empty:
        del outcomes[period]
        dens.pop(period, None)
    return outcomes, dens, changed


def _summed(state: UnitColumns, touched: npt.NDArray[np.bool_], options: ScanOptions) -> UnitColumns:
    """Sum the touched cells again; the others' moments stay as they are, bit for bit."""
    rows, dropped = state.rows.copy(), state.dropped.copy()
    rows[touched], dropped[touched] = 0, 0
    index = np.flatnonzero((state.units.cell >= 0) & touched[state.units.cell])
    step = index.size if state.units.cluster is not None else CHUNK
    parts = []
    for begin in range(0, index.size, max(1, step)):
        part = _matrix(state, index[begin : begin + step], options, rows, dropped)
        parts += [] if part is None else [part]
    place = {cell: bool(touched[k]) for k, cell in enumerate(state.cells)}
    if state.moments.cells and state.moments.periods == state.periods:
        left = state.moments.keep(not place[cell] for cell in state.moments.cells)
        parts += [left] if left.cells else []
    moments = merge(parts) if parts else replace(state.moments, periods=state.periods, cells=(), blocks=())
    return replace(state, rows=rows, dropped=dropped, moments=moments)


def _matrix(
    state: UnitColumns, index: Integers, options: ScanOptions, rows: Integers, dropped: Integers
) -> Moments | None:
    """Moments of some units, as `scan_matrix.Matrix` makes them of rows."""
    num = np.stack([state.outcomes[period][index] for period in state.periods], axis=1)
    seen = ~np.isnan(num)
    keep_all = options.unbalanced or state.denominators is not None
    often = seen.sum(axis=1)
    cell = state.units.cell[index]
    np.add.at(rows, cell, often)
    kept = often > 0 if keep_all else often == len(state.periods)
    if not keep_all:
        np.add.at(dropped, cell[(often > 0) & ~kept], 1)
    if not kept.any():
        return None
    index, num, seen, cell = index[kept], np.where(seen, num, 0.0)[kept], seen[kept], cell[kept]
    den: Floats | None = seen.astype(np.float64) if keep_all else None
    if state.denominators is not None:
        listed = [state.denominators[period][index] for period in state.periods]
        den = np.nan_to_num(np.stack(listed, axis=1)) * seen
    weight = None if state.units.weight is None else state.units.weight[index]
    if weight is not None:
        num, den = num * weight[:, None], None if den is None else den * weight[:, None]
    here, where = np.unique(cell, return_inverse=True)
    cells = [state.cells[int(k)] for k in here]
    order = sorted(range(len(cells)), key=lambda k: (cells[k].cohort is None, cells[k].cohort, cells[k].stratum))
    cluster = None
    if state.units.cluster is not None:
        cluster = state.units.cluster.take(pa.array(index)).dictionary_encode().indices.to_numpy()
    return moments_of(
        num,
        np.argsort(order)[where],
        periods=state.periods,
        cells=tuple(cells[k] for k in order),
        den=den,
        size=weight,
        cluster=cluster,
        shift=state.moments.shift,
    )


def _padded(values: npt.NDArray[Number], size: int, fill: int) -> npt.NDArray[Number]:
    return np.concatenate([values, np.full(size - values.size, fill, dtype=values.dtype)])


def _longer(column: Floats, size: int) -> Floats:
    """The same object where nothing is added, so that it is not written again."""
    return column if column.size == size else np.concatenate([column, np.full(size - column.size, np.nan)])


def _laid(table: pa.Table, name: str, row: Integers, before: pa.Array, size: int) -> pa.Array:
    """Texts by unit: those given now, and for units that no longer belong what they had."""
    source = np.arange(size)
    source[row] = len(before) + np.arange(row.size)
    return pa.concat_arrays([before, table[name].combine_chunks()]).take(pa.array(source))


def _numbers(table: pa.Table, row: Integers, before: Floats | None, size: int) -> Floats:
    values = np.ones(size)
    if before is not None:
        values[: before.size] = before
    values[row] = table["weight"].to_numpy()
    return values


def _register(connection: Connection, name: str, columns: Mapping[str, object]) -> None:
    connection.register(name, pa.table(dict(columns)))
