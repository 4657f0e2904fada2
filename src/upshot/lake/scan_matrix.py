"""Rows of one partition to a dense matrix of units by periods, and on to moments."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from upshot.errors import PanelError, Problem
from upshot.impact.accumulate import moments_of
from upshot.impact.moments import Cell, Floats, Integers, Moments
from upshot.lake.scan_profile import PanelProfile
from upshot.lake.scan_roles import PanelRoles, ScanOptions

__all__ = ["Partition", "moments_from", "partitions"]

NEVER = np.iinfo(np.int64).max
Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """Units of one partition as dense arrays.

    Parameters
    ----------
    num, den
        Outcomes and what they are divided by, shape (n, T); ``den`` is ``None`` when only units seen
        in every period are kept and there is no denominator.
    start
        Numeric start per unit, `NEVER` for those who never do, shape (n,).
    strata
        Distinct strata and each unit's code into them.
    weights, cluster
        Shape (n,), or ``None``.
    incomplete
        Units not seen in every period (left out unless the panel may be unbalanced).
    """

    num: Floats
    den: Floats | None
    start: Integers
    strata: tuple[tuple[str, ...], ...]
    stratum: Integers
    weights: Floats | None
    cluster: npt.NDArray[np.generic] | None
    incomplete: int


def partitions(
    connection: duckdb.DuckDBPyConnection,
    found: PanelProfile,
    roles: PanelRoles,
    options: ScanOptions,
    *,
    file: str | None,
) -> Iterator[Partition]:
    """Read the panel in as many partitions as memory asks for; a unit or cluster is never split."""
    alone = options.repeated_cross_section and roles.cluster is None
    tables = _batches(connection, found, options) if alone else _hashed(connection, found, roles, options)
    for table in tables:
        if table.num_rows:
            yield _partition(table, found, roles, options, file)


def moments_from(part: Partition, found: PanelProfile) -> Moments:
    """Moments of one partition."""
    starts, where = np.unique(part.start, return_inverse=True)
    pairs, cell = np.unique(np.c_[where.ravel(), part.stratum], axis=0, return_inverse=True)
    cells = tuple(Cell(None if starts[g] == NEVER else int(starts[g]), part.strata[s]) for g, s in pairs)
    return moments_of(
        part.num,
        cell.ravel(),
        periods=found.periods,
        cells=cells,
        den=part.den,
        size=part.weights,
        cluster=part.cluster,
        shift=found.mean,
    )


def _batches(connection: duckdb.DuckDBPyConnection, found: PanelProfile, options: ScanOptions) -> Iterator[pa.Table]:
    rows = max(1, options.memory // (16 * len(found.periods)))
    reader = connection.execute(_query(found, "", options)).to_arrow_reader(rows)
    for batch in reader:
        yield pa.Table.from_batches([batch])


def _hashed(
    connection: duckdb.DuckDBPyConnection, found: PanelProfile, roles: PanelRoles, options: ScanOptions
) -> Iterator[pa.Table]:
    periods = len(found.periods)
    units = found.rows if options.repeated_cross_section else max(1, found.rows // periods)
    wide = 2 if options.unbalanced or options.repeated_cross_section or roles.denominator else 1
    count = max(1, -(-units * periods * 8 * wide // options.memory))
    key = found.expressions.cluster or found.expressions.unit
    for index in range(count):
        where = "" if count == 1 else f"WHERE hash({key}) % {count} = {index}"
        yield connection.execute(_query(found, where, options)).to_arrow_table()


def _query(found: PanelProfile, where: str, options: ScanOptions) -> str:
    e = found.expressions
    picks = {
        "t": e.time,
        "y": e.outcome,
        "g": e.first_treated,
        "cluster": e.cluster,
        "w": e.weights,
        "d": e.denominator,
    }
    picks |= {f"s{index}": expression for index, expression in enumerate(e.strata)}
    if not options.repeated_cross_section:
        picks["u"] = e.unit
    query = ", ".join(f"{expression} AS {name}" for name, expression in picks.items() if expression is not None)
    return f"SELECT * FROM (SELECT {query} FROM ({found.sql}) {where}) WHERE y IS NOT NULL"


def _partition(
    table: pa.Table, found: PanelProfile, roles: PanelRoles, options: ScanOptions, file: str | None
) -> Partition:
    periods = len(found.periods)
    unit, n = _units(table, options)
    time = _positions(table["t"].to_numpy(), found.periods)
    flat = unit * periods + time
    num, seen = np.zeros(n * periods), np.zeros(n * periods, dtype=bool)
    y = table["y"].to_numpy()
    num[flat], seen[flat] = y, True
    if int(seen.sum()) != len(flat):
        raise PanelError(_duplicates(flat, found, roles, file))
    start = _constant(_starts(table, found), unit, n, roles.first_treated, "start", file)
    strata, code = _strata(table, len(found.expressions.strata))
    stratum = _constant(code, unit, n, ", ".join(roles.strata), "stratum", file)
    weights = (
        None if roles.weights is None else _constant(table["w"].to_numpy(), unit, n, roles.weights, "weight", file)
    )
    cluster = (
        None
        if roles.cluster is None
        else _constant(_codes(table["cluster"])[0], unit, n, roles.cluster, "cluster", file)
    )
    den = None
    if roles.denominator is not None:
        den = np.zeros(n * periods)
        den[flat] = table["d"].to_numpy()
    part = Partition(
        num=num.reshape(n, periods),
        den=None if den is None else den.reshape(n, periods),
        start=start,
        strata=strata,
        stratum=stratum,
        weights=weights,
        cluster=cluster,
        incomplete=0,
    )
    return _completed(part, seen.reshape(n, periods), roles, options)


def _completed(part: Partition, seen: npt.NDArray[np.bool_], roles: PanelRoles, options: ScanOptions) -> Partition:
    """Leave out incomplete units, or note who is present when; apply weights."""
    whole = seen.all(axis=1)
    keep_all = options.unbalanced or options.repeated_cross_section or roles.denominator is not None
    if keep_all and part.den is None:
        part = replace(part, den=seen.astype(np.float64))
    elif not keep_all and not whole.all():
        part = replace(
            part,
            num=part.num[whole],
            start=part.start[whole],
            stratum=part.stratum[whole],
            weights=None if part.weights is None else part.weights[whole],
            cluster=None if part.cluster is None else part.cluster[whole],
        )
    if part.weights is not None:
        weight = part.weights[:, None]
        part = replace(part, num=part.num * weight, den=None if part.den is None else part.den * weight)
    return replace(part, incomplete=0 if keep_all else int((~whole).sum()))


def _units(table: pa.Table, options: ScanOptions) -> tuple[Integers, int]:
    if options.repeated_cross_section:
        return np.arange(table.num_rows), table.num_rows
    return _codes(table["u"])


def _codes(column: pa.ChunkedArray) -> tuple[Integers, int]:
    """Dense codes: by offset for integers in a narrow range, else through a dictionary."""
    if pa.types.is_integer(column.type):
        values = column.to_numpy().astype(np.int64, copy=False)
        low, high = int(values.min()), int(values.max())
        if high - low < 4 * len(values) + 1024:
            present = np.zeros(high - low + 1, dtype=bool)
            present[values - low] = True
            if present.all():
                return values - low, present.size
            return (np.cumsum(present) - 1)[values - low], int(present.sum())
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64), len(encoded.dictionary)


def _positions(time: Integers, periods: tuple[int, ...]) -> Integers:
    low, high = periods[0], periods[-1]
    if high - low < 1_000_000:
        table = np.zeros(high - low + 1, dtype=np.int64)
        table[np.array(periods) - low] = np.arange(len(periods))
        return np.asarray(table[time - low])
    return np.searchsorted(np.array(periods), time)


def _starts(table: pa.Table, found: PanelProfile) -> Integers:
    import pyarrow.compute as pc

    start = pc.fill_null(table["g"].cast(pa.int64()), NEVER).to_numpy()
    return np.where(start == 0, NEVER, start) if found.zero_is_never else start


def _strata(table: pa.Table, count: int) -> tuple[tuple[tuple[str, ...], ...], Integers]:
    if not count:
        return ((),), np.zeros(table.num_rows, dtype=np.int64)
    code = np.zeros(table.num_rows, dtype=np.int64)
    names: list[tuple[str, ...]] = [()]
    for index in range(count):
        encoded = table[f"s{index}"].combine_chunks().fill_null("(empty)").dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        values = [str(value) for value in encoded.dictionary.to_pylist()]
        code = code * len(values) + encoded.indices.to_numpy(zero_copy_only=False)
        names = [(*name, value) for name in names for value in values]
    return tuple(names), code


def _constant(
    values: npt.NDArray[Scalar], unit: Integers, n: int, column: str, what: str, file: str | None
) -> npt.NDArray[Scalar]:
    """One value per unit; a unit with two is a problem."""
    single = np.empty(n, dtype=values.dtype)
    single[unit] = values
    changed = single[unit] != values
    if changed.any():
        units = np.unique(unit[changed]).size
        raise PanelError(
            Problem(
                code=f"{what}-changes",
                text=f"{units:,} units have more than one {what}.",
                fix=f"Each unit needs the same {what} in every row.",
                file=file,
                column=column,
            )
        )
    return single


def _duplicates(flat: Integers, found: PanelProfile, roles: PanelRoles, file: str | None) -> Problem:
    values, counts = np.unique(flat, return_counts=True)
    first = found.scale.label(found.periods[int(values[counts > 1][0]) % len(found.periods)])
    twice = int((counts > 1).sum())
    return Problem(
        code="duplicate-unit-period",
        text=f"{twice:,} unit-periods occur more than once, the first in period {first}.",
        fix="Keep one row per unit and period, or use --repeated-cross-section if rows are not the same people.",
        file=file,
        column=roles.unit,
    )
