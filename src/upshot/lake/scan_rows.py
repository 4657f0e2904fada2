"""The panel's rows as a stream of arrays, sorted into the partitions they belong to in one pass."""

import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from threading import Lock
from typing import IO, Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from upshot.impact.moments import Integers
from upshot.lake.scan_layout import Layout, room
from upshot.lake.scan_matrix import ContradictionError, Matrix, Rows
from upshot.lake.scan_profile import PanelProfile
from upshot.lake.scan_roles import PanelRoles, ScanOptions

__all__ = ["matrices"]

BATCH = 2**18
PLACERS = 2
"""Threads that place rows; where a row goes does not depend on when."""
AHEAD = "64MB"
"""What DuckDB's threads may read ahead while rows are placed; at its default of 1 MB they wait."""


def matrices(
    connection: duckdb.DuckDBPyConnection,
    found: PanelProfile,
    coded: Layout,
    roles: PanelRoles,
    options: ScanOptions,
) -> Iterator[Matrix]:
    """Fill matrices, one in memory at a time; a unit or cluster is never split.

    Raises
    ------
    ContradictionError
        As `Matrix.add` does.
    """
    periods = len(found.periods)
    with _reading_ahead(connection):
        if not options.repeated_cross_section:
            yield from _by_unit(connection, found, coded)
        elif roles.cluster is None:
            size = max(1, min(2**17, room(connection, options) // (16 * periods)))
            for rows in _stream(connection, coded, coded.query, found, size):
                yield _whole(rows, periods)
        else:
            yield from _by_cluster(connection, found, coded, options)


def _by_unit(connection: duckdb.DuckDBPyConnection, found: PanelProfile, coded: Layout) -> Iterator[Matrix]:
    """One pass over the source: the first partition is filled at once, rows of the others wait on disk."""
    periods, cuts = len(found.periods), coded.cuts
    matrix = Matrix(cuts[0], cuts[1], periods)
    with ExitStack() as stack:
        waiting = [stack.enter_context(_Spill()) for _ in cuts[2:]]
        _beside(
            _stream(connection, coded, coded.query, found, BATCH),
            lambda rows: _sort_in(rows, matrix, waiting, cuts),
        )
        yield matrix
        for spill, first, end in zip(waiting, cuts[1:-1], cuts[2:], strict=True):
            matrix = Matrix(first, end, periods)
            _beside(spill.take(), matrix.add)
            yield matrix


def _beside(stream: Iterable[Rows], place: Callable[[Rows], None]) -> None:
    """Place rows in threads of their own while the next ones are read; few are held at a time."""
    with ThreadPoolExecutor(PLACERS) as pool:
        under_way: deque[Future[None]] = deque()
        for rows in stream:
            if len(under_way) > PLACERS:
                under_way.popleft().result()
            under_way.append(pool.submit(place, rows))
        for one in under_way:
            one.result()


def _sort_in(rows: Rows, matrix: Matrix, waiting: list["_Spill"], cuts: tuple[int, ...]) -> None:
    """Rows of the first partition into its matrix, the others to where theirs wait."""
    if not waiting:
        matrix.add(rows)
        return
    for part, index in _parted(rows.unit, cuts):
        some = rows if index is None else rows.take(index)
        matrix.add(some) if part == 0 else waiting[part - 1].put(some)


def _parted(unit: npt.NDArray[np.integer], cuts: tuple[int, ...]) -> Iterator[tuple[int, Integers | None]]:
    """Partitions that rows belong to, with the rows of each in order; ``None`` is all of them."""
    inner = np.array(cuts[1:-1], dtype=unit.dtype)
    first, last = np.searchsorted(inner, [unit.min(), unit.max()], side="right")
    if first == last:
        yield int(first), None
        return
    part = np.zeros(unit.size, dtype=np.min_scalar_type(len(cuts)))
    if inner.size < 16:
        for cut in inner:
            part += unit >= cut
    else:
        part[:] = np.searchsorted(inner, unit, side="right")
    order = np.argsort(part, kind="stable")
    ends = np.cumsum(np.bincount(part))
    for index in range(ends.size):
        begin = ends[index - 1] if index else 0
        if begin < ends[index]:
            yield index, order[begin : ends[index]]


def _by_cluster(
    connection: duckdb.DuckDBPyConnection, found: PanelProfile, coded: Layout, options: ScanOptions
) -> Iterator[Matrix]:
    """Repeated cross-sections with clusters: as many passes as memory asks for."""
    periods = len(found.periods)
    count = max(1, -(-found.rows * periods * 16 // room(connection, options)))
    for index in range(count):
        query = coded.query if count == 1 else f"SELECT * FROM ({coded.query}) WHERE hash(c) % {count} = {index}"
        parts = list(_stream(connection, coded, query, found, BATCH, whole=count == 1))
        if parts:
            columns = zip(*(part.columns() for part in parts), strict=True)
            joined = [None if column[0] is None else np.concatenate(column) for column in columns]
            yield _whole(Rows.of(joined), periods)


def _whole(rows: Rows, periods: int) -> Matrix:
    """A matrix in which every row is its own unit."""
    matrix = Matrix(0, rows.time.size, periods)
    matrix.add(replace(rows, unit=np.arange(rows.time.size)))
    return matrix


@contextmanager
def _reading_ahead(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    before = connection.execute("SELECT current_setting('streaming_buffer_size')").fetchone()
    connection.execute(f"SET streaming_buffer_size = '{AHEAD}'")
    try:
        yield
    finally:
        connection.execute(f"SET streaming_buffer_size = '{before[0] if before else AHEAD}'")


def _stream(
    connection: duckdb.DuckDBPyConnection,
    coded: Layout,
    query: str,
    found: PanelProfile,
    size: int,
    *,
    whole: bool = True,
) -> Iterator[Rows]:
    """Rows of a query, checked against what the profile says of them, and of the whole of them."""
    place = np.zeros(found.periods[-1] - found.periods[0] + 1, dtype=np.uint16)
    place[np.array(found.periods) - found.periods[0]] = np.arange(len(found.periods))
    regular = place.size == len(found.periods)
    missing = np.ones(len(found.periods), dtype=bool)
    count = 0
    for batch in connection.execute(query).to_arrow_reader(size):
        if not batch.num_rows:
            continue
        arrays: dict[str, Any] = {name: _array(batch.column(name)) for name in batch.schema.names}
        time = arrays["t"]
        if int(time.max()) >= place.size:
            raise ContradictionError
        time = time if regular else place[time]
        rows = Rows(
            unit=arrays.get("u", time),
            time=time,
            cell=arrays["k"],
            outcome=arrays["y"],
            denominator=arrays.get("d"),
            weight=arrays.get("w"),
            cluster=arrays.get("c"),
        )
        if missing.any():
            missing[time] = False
        count += rows.time.size
        if not _usable(rows, coded):
            raise ContradictionError
        yield rows
    if whole and ((missing.any() and not found.part) or count != found.rows):
        raise ContradictionError


def _usable(rows: Rows, coded: Layout) -> bool:
    within = int(rows.unit.max()) < coded.units and int(rows.cell.max()) < coded.cell_codes
    above = rows.weight is None or bool((rows.weight > 0).all() and np.isfinite(rows.weight.sum()))
    divides = rows.denominator is None or bool((rows.denominator >= 0).all() and np.isfinite(rows.denominator.sum()))
    return within and above and divides


def _array(column: pa.Array) -> npt.NDArray[np.generic]:
    """The column's own memory; Arrow's own conversion would import pandas."""
    if column.null_count:
        raise ContradictionError
    kind = np.dtype(column.type.to_pandas_dtype())
    values: npt.NDArray[np.generic] = np.frombuffer(column.buffers()[1], dtype=kind)
    return values[column.offset : column.offset + len(column)]


class _Spill:
    """Rows kept in a temporary file until their partition's turn."""

    __slots__ = ("_file", "_kinds", "_lengths", "_lock")

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="upshot-scan-")  # noqa: SIM115 - closed on exit
        self._kinds: tuple[np.dtype[Any] | None, ...] = ()
        self._lengths: list[int] = []
        self._lock = Lock()

    def __enter__(self) -> "_Spill":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def put(self, rows: Rows) -> None:
        """Write rows down; any thread may."""
        columns = rows.columns()
        with self._lock:
            self._kinds = tuple(None if column is None else column.dtype for column in columns)
            self._lengths.append(rows.time.size)
            for column in columns:
                if column is not None:
                    self._file.write(np.ascontiguousarray(column).data)

    def take(self) -> Iterator[Rows]:
        """Read them back, in the order they were written."""
        self._file.seek(0)
        for length in self._lengths:
            yield Rows.of(
                [
                    None if kind is None else np.frombuffer(self._file.read(length * kind.itemsize), dtype=kind)
                    for kind in self._kinds
                ]
            )
