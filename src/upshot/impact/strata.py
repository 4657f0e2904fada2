"""Cell totals of every 2x2 comparison by stratum, and derivatives carried back to the cells."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from upshot.impact.influence import CellMeans, Linear
from upshot.impact.moments import Cell, Floats, Integers

__all__ = ["BASE", "CONTROL", "PERIOD", "TREATED", "Bools", "Members", "Strata", "Tables", "strata_of"]

Bools = npt.NDArray[np.bool_]

CONTROL, TREATED = 0, 1
BASE, PERIOD = 0, 1


@dataclass(frozen=True, slots=True)
class Strata:
    """The strata of a panel and what an additive model sees of them.

    Parameters
    ----------
    labels
        One value per strata column and stratum, length S.
    of_cell
        Stratum of each cell, shape (C,).
    levels
        Whether a stratum has a level of a column, all columns side by side, shape (S, L).
    columns
        First level of each column in ``levels``, and L at the end.
    """

    labels: tuple[tuple[str, ...], ...]
    of_cell: Integers
    levels: Floats
    columns: tuple[int, ...]

    def dummies(self, kept: Bools) -> Floats:
        """Intercept and dummies of the kept strata, as many columns as are independent, shape (kept, k)."""
        from scipy import linalg

        chosen = self.levels[kept]
        full = np.hstack([np.ones((len(chosen), 1)), chosen])
        _, triangle, order = linalg.qr(full, mode="economic", pivoting=True)
        size = np.abs(np.diag(triangle))
        rank = int((size > 1e-10 * size[0]).sum())
        return np.asarray(full[:, np.sort(order[:rank])])


def strata_of(cells: tuple[Cell, ...]) -> Strata:
    """Strata in order, with one indicator per level of each column."""
    labels = tuple(sorted({cell.stratum for cell in cells}))
    of_cell = np.array([labels.index(cell.stratum) for cell in cells], dtype=np.int64)
    parts: list[Floats] = []
    for values in zip(*labels, strict=True):
        names = sorted(set(values))
        parts.append(np.array([[float(value == name) for name in names] for value in values]))
    columns = tuple(int(end) for end in np.cumsum([0, *(part.shape[1] for part in parts)]))
    levels = np.hstack(parts) if parts else np.zeros((len(labels), 0))
    return Strata(labels, of_cell, levels, columns)


@dataclass(frozen=True, slots=True)
class Tables:
    """P tables of both sides at base and period by stratum.

    Parameters
    ----------
    den, mean
        Pooled denominators and means, shape (P, 2, 2, S): `CONTROL` or `TREATED`, `BASE` or
        `PERIOD`. ``mean`` is 0 where ``den`` is.
    """

    den: Floats
    mean: Floats

    def take(self, rows: npt.ArrayLike, strata: Bools) -> "Tables":
        """Keep some pairs and some strata."""
        index = np.asarray(rows)
        return Tables(self.den[index][..., strata], self.mean[index][..., strata])


@dataclass(frozen=True, slots=True)
class Members:
    """Which cells form each corner of each pair: flat lists over all pairs.

    Parameters
    ----------
    row, corner, cell, time
        Pair, corner (2 * side + when), cell and index of the period, shape (N,).
    pairs, strata
        P, and the strata the cells lie in.
    """

    row: Integers
    corner: Integers
    cell: Integers
    time: Integers
    pairs: int
    strata: Strata

    @classmethod
    def of(cls, sides: tuple[Bools, Bools], times: tuple[Integers, Integers], strata: Strata) -> "Members":
        """Collect from masks (P, C) of the control and treated cells, and base and period (P,)."""
        found = []
        for side, mask in enumerate(sides):
            row, cell = np.nonzero(mask)
            for when, time in enumerate(times):
                found.append((row, np.full(row.size, 2 * side + when), cell, time[row]))
        row, corner, cell, time = (np.concatenate(column) for column in zip(*found, strict=True))
        return cls(row, corner, cell, time, len(sides[0]), strata)

    def tables(self, means: CellMeans) -> Tables:
        """Pool the cells of each corner by stratum."""
        den = means.den[self.cell, self.time]
        shape = (self.pairs, 2, 2, len(self.strata.labels))
        where, size = self._slots(), int(np.prod(shape))
        total = np.bincount(where, den, size).astype(np.float64)
        value = np.bincount(where, den * means.mean[self.cell, self.time], size).astype(np.float64)
        mean = np.divide(value, total, out=np.zeros(size), where=total > 0)
        return Tables(total.reshape(shape), mean.reshape(shape))

    def linear(self, estimate: Floats, by: Tables, tables: Tables, means: CellMeans) -> Linear:
        """Parameters from derivatives by the tables (``by``), spread over the cells each corner pools."""
        where = self._slots()
        den, mean = means.den[self.cell, self.time], means.mean[self.cell, self.time]
        total, pooled = tables.den.ravel()[where], tables.mean.ravel()[where]
        by_pooled = by.mean.ravel()[where] / np.where(total > 0, total, 1.0)
        by_mean = by_pooled * den
        by_den = by.den.ravel()[where] + by_pooled * (mean - pooled)
        n_cells, n_periods = means.mean.shape
        shape = (self.pairs, n_cells * n_periods)
        column = self.cell * n_periods + self.time
        return Linear(
            estimate,
            _sparse(self.row, column, by_mean, shape),
            _sparse(self.row, column, by_den, shape),
            sparse.csr_array((self.pairs, n_cells), dtype=np.float64),
        )

    def _slots(self) -> Integers:
        return np.asarray((self.row * 4 + self.corner) * len(self.strata.labels) + self.strata.of_cell[self.cell])


def _sparse(row: Integers, column: Integers, value: Floats, shape: tuple[int, int]) -> sparse.csr_array:
    some = value != 0
    return sparse.csr_array(sparse.coo_array((value[some], (row[some], column[some])), shape=shape))
