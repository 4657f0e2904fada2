"""Rows of one partition into a dense matrix of units by periods as they come, and on to moments."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from upshot.impact.accumulate import moments_of
from upshot.impact.moments import Floats, Integers, Moments
from upshot.lake.scan_layout import Layout
from upshot.lake.scan_profile import PanelProfile

__all__ = ["ContradictionError", "Matrix", "Rows"]

Number = TypeVar("Number", bound=np.generic)
Codes = npt.NDArray[np.integer]


class ContradictionError(Exception):
    """Rows that contradict each other were met; the caller says which, from all rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Some rows of the panel as arrays of one length.

    Parameters
    ----------
    unit, time
        Unit code and place among the periods.
    cell, cluster
        Codes; ``cluster`` is ``None`` if there are no clusters.
    outcome, denominator, weight
        Readings; the last two are ``None`` without such a role.
    """

    unit: Codes
    time: Codes
    cell: Codes
    outcome: Floats
    denominator: Floats | None = None
    weight: Floats | None = None
    cluster: Codes | None = None

    def columns(self) -> tuple[npt.NDArray[np.generic] | None, ...]:
        """All arrays, in the order of the parameters."""
        return (self.unit, self.time, self.cell, self.outcome, self.denominator, self.weight, self.cluster)

    @classmethod
    def of(cls, columns: Sequence[Any]) -> "Rows":
        """Rows from what `columns` gave."""
        return cls(**dict(zip((field.name for field in fields(cls)), columns, strict=True)))

    def take(self, index: Integers) -> "Rows":
        """Some of the rows, in the order given."""
        return Rows.of([None if column is None else column[index] for column in self.columns()])


class Matrix:
    """The outcomes of units ``first`` to ``end``, filled row by row in any order.

    Absent readings are NaN until the end, so that one count tells duplicates from gaps. Several threads may add rows.
    """

    __slots__ = ("_cell", "_cluster", "_den", "_end", "_first", "_lock", "_num", "_periods", "_rows", "_weight")

    def __init__(self, first: int, end: int, periods: int) -> None:
        self._first, self._end, self._periods = first, end, periods
        self._num = np.full((end - first) * periods, np.nan)
        self._cell: Codes | None = None
        self._den: Floats | None = None
        self._weight: Floats | None = None
        self._cluster: Codes | None = None
        self._rows = 0
        self._lock = Lock()

    def add(self, rows: Rows) -> None:
        """Place rows; all must be of this matrix's units.

        Raises
        ------
        ContradictionError
            If a unit's cell, weight or cluster is not what it was.
        """
        unit = rows.unit - rows.unit.dtype.type(self._first) if self._first else rows.unit
        place = np.multiply(unit, self._periods, dtype=np.int64)
        place += rows.time
        with self._lock:
            self._begin(rows)
            self._rows += place.size
        self._num[place] = rows.outcome
        if self._den is not None:
            self._den[place] = rows.denominator
        for known, values in ((self._cell, rows.cell), (self._weight, rows.weight), (self._cluster, rows.cluster)):
            if known is not None and values is not None:
                self._note(known, unit, values)

    def _begin(self, rows: Rows) -> None:
        """With the first rows, make room for what they carry."""
        if self._cell is None:
            self._cell = self._unset(rows.cell)
            self._den = None if rows.denominator is None else np.zeros(self._num.size)
            self._weight = None if rows.weight is None else self._unset(rows.weight)
            self._cluster = None if rows.cluster is None else self._unset(rows.cluster)

    def _unset(self, values: npt.NDArray[Number]) -> npt.NDArray[Number]:
        return np.full(self._end - self._first, _unset_of(values), dtype=values.dtype)

    def _note(self, known: npt.NDArray[Number], unit: Codes, values: npt.NDArray[Number]) -> None:
        """Note a value that never changes within a unit."""
        other = np.flatnonzero(known[unit] != values)
        if other.size:
            unit, values = unit[other], values[other]
            with self._lock:
                before = known[unit]
                if not ((before == _unset_of(values)) | np.isnan(before) | (before == values)).all():
                    raise ContradictionError
                known[unit] = values
                if (known[unit] != values).any():
                    raise ContradictionError

    def moments(self, found: PanelProfile, layout: Layout, *, keep_all: bool) -> tuple[Moments | None, int]:
        """Moments of the units, and how many were left out for not being seen in every period.

        The matrix is used up: its memory goes to the next one.

        Parameters
        ----------
        keep_all
            Keep units that are not seen in every period.

        Raises
        ------
        ContradictionError
            If a unit-period came twice, or a reading is infinite.
        """
        if self._cell is None:
            return None, 0
        num, self._num = self._num.reshape(-1, self._periods), np.empty(0)
        if self._rows == num.size and np.isfinite(num.sum()):
            seen = None
        else:
            seen = ~np.isnan(num)
            if int(np.count_nonzero(seen)) != self._rows or np.isinf(num).any():
                raise ContradictionError
            num[~seen] = 0.0
        den: Floats | npt.NDArray[np.bool_] | None = None if self._den is None else self._den.reshape(num.shape)
        self._den = None
        kept, dropped = None, 0
        if seen is not None:
            often = np.count_nonzero(seen, axis=1)
            kept = np.flatnonzero(often > 0 if keep_all else often == self._periods)
            dropped = 0 if keep_all else int(np.count_nonzero(often)) - kept.size
        if keep_all and den is None:
            den = np.ones(num.shape, dtype=bool) if seen is None else seen
        if kept is not None and kept.size == len(num):
            kept = None
        if kept is not None and not kept.size:
            return None, dropped
        if self._weight is not None:
            num *= self._weight[:, None]
            den = None if den is None else den * self._weight[:, None]
        return self._pooled(num, den, kept, found, layout), dropped

    def _pooled(
        self,
        num: Floats,
        den: Floats | npt.NDArray[np.bool_] | None,
        kept: Integers | None,
        found: PanelProfile,
        layout: Layout,
    ) -> Moments:
        def some(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
            return values if kept is None else values[kept]

        assert self._cell is not None  # noqa: S101 - the caller has checked
        codes, place = _compact(some(self._cell), layout.cell_codes)
        cells = [layout.cells(int(code)) for code in codes]
        order = sorted(
            range(len(cells)), key=lambda at: (cells[at].cohort is None, cells[at].cohort, cells[at].stratum)
        )
        return moments_of(
            some(num),
            np.argsort(order).astype(place.dtype)[place],
            periods=found.periods,
            cells=tuple(cells[at] for at in order),
            den=None if den is None else some(den),
            size=None if self._weight is None else some(self._weight),
            cluster=None if self._cluster is None else some(self._cluster),
            shift=found.mean,
        )


def _unset_of(values: npt.NDArray[Number]) -> float:
    """What stands for not yet seen: a code's largest value, or NaN."""
    return np.nan if values.dtype.kind == "f" else int(np.iinfo(values.dtype).max)  # type: ignore[type-var]  # integers


def _compact(codes: Codes, most: int) -> tuple[Integers, Codes]:
    """Codes that occur, rising, and each value's place among them."""
    if most > 4 * codes.size + 2**20:
        found, where = np.unique(codes, return_inverse=True)
        return found.astype(np.int64), where.astype(np.int64)
    found = np.flatnonzero(np.bincount(codes, minlength=1))
    table = np.zeros(int(found[-1]) + 1, dtype=np.min_scalar_type(found.size))
    table[found] = np.arange(found.size)
    return found, table[codes]
