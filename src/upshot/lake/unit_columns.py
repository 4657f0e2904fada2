"""Each unit's readings kept as one column a period, beside the moments they make: what a new month needs of the old."""

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from upshot.errors import LakeError
from upshot.impact.moments import Cell, Floats, Integers, Moments
from upshot.lake.moments_bytes import from_bytes, to_bytes
from upshot.lake.scan_times import TimeScale

__all__ = ["SCHEMA", "UnitColumns", "Units", "read_columns", "write_columns"]

SCHEMA = "upshot-unit-columns/1"


@dataclass(frozen=True, slots=True)
class Units:
    """What is fixed for each unit, in the order units were first seen; rows of the period columns.

    Parameters
    ----------
    name
        The unit, as text.
    cell
        Index into `UnitColumns.cells`; -1 for units that no longer belong.
    cluster, weight
        ``None`` without such a role.
    """

    name: pa.Array
    cell: npt.NDArray[np.int32]
    cluster: pa.Array | None = None
    weight: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitColumns:
    """A panel kept for its next month.

    Parameters
    ----------
    key
        What it is a panel of; another key is another panel.
    seen
        Names of the files its readings came from.
    cells
        Every cell there ever was.
    rows, dropped
        By cell: readings used, and units left out for not being seen in every period.
    values
        Outcomes (and denominators) by numeric period, NaN where there is none; mapped, not read.
    """

    key: str
    seen: tuple[str, ...]
    scale: TimeScale
    cells: tuple[Cell, ...]
    rows: Integers
    dropped: Integers
    units: Units
    outcomes: Mapping[int, Floats]
    denominators: Mapping[int, Floats] | None
    moments: Moments

    @property
    def periods(self) -> tuple[int, ...]:
        """Numeric periods in order."""
        return tuple(sorted(self.outcomes))


def read_columns(folder: Path, key: str) -> UnitColumns | None:
    """What is kept under a key; ``None`` if nothing is, or it is of another panel.

    Raises
    ------
    LakeError
        If a file is damaged or of a schema this version does not know.
    """
    path = folder / "head.json"
    if not path.is_file():
        return None
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
        if head["schema"] != SCHEMA:
            raise ValueError(head["schema"])
        return _read(folder, head) if head["key"] == key else None
    except (ValueError, KeyError, OSError, pa.ArrowException) as error:
        text = f"The readings kept by unit in {folder.name} cannot be read. Delete the folder; it is made again."
        raise LakeError(text) from error


def _read(folder: Path, head: dict[str, Any]) -> UnitColumns:
    table = pq.read_table(folder / head["units"])
    kinds = set(table.column_names)
    units = Units(
        name=table["name"].combine_chunks(),
        cell=table["cell"].to_numpy().astype(np.int32),
        cluster=table["cluster"].combine_chunks() if "cluster" in kinds else None,
        weight=table["weight"].to_numpy() if "weight" in kinds else None,
    )

    def column(name: str) -> Floats:
        return np.asarray(np.load(folder / name, mmap_mode="r"))

    below = head["denominators"]
    kind, grain = head["scale"]
    return UnitColumns(
        key=head["key"],
        seen=tuple(head["seen"]),
        scale=TimeScale(kind, grain),
        cells=tuple(Cell(cohort, tuple(stratum)) for cohort, stratum in head["cells"]),
        rows=np.array(head["rows"], dtype=np.int64),
        dropped=np.array(head["dropped"], dtype=np.int64),
        units=units,
        outcomes={int(period): column(name) for period, name in head["outcomes"].items()},
        denominators=None if below is None else {int(period): column(name) for period, name in below.items()},
        moments=from_bytes((folder / head["moments"]).read_bytes()),
    )


def write_columns(folder: Path, kept: UnitColumns, *, before: UnitColumns | None = None) -> None:
    """Write what has changed; whoever reads at the same time finds the old state or the new one, whole.

    Parameters
    ----------
    before
        The state it came from: columns that are the same object are not written again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    old = json.loads((folder / "head.json").read_text(encoding="utf-8")) if before is not None else None
    head = {
        "schema": SCHEMA,
        "key": kept.key,
        "seen": kept.seen,
        "scale": [kept.scale.kind, kept.scale.grain],
        "cells": [[cell.cohort, list(cell.stratum)] for cell in kept.cells],
        "rows": kept.rows.tolist(),
        "dropped": kept.dropped.tolist(),
        "units": old["units"] if old and before and before.units is kept.units else _units(folder, kept.units),
        "outcomes": _columns(
            folder, kept.outcomes, None if before is None else before.outcomes, old and old["outcomes"]
        ),
        "denominators": None
        if kept.denominators is None
        else _columns(
            folder, kept.denominators, None if before is None else before.denominators, old and old["denominators"]
        ),
        "moments": _file(folder, ".npz", lambda path: path.write_bytes(to_bytes(kept.moments))),
    }
    part = _file(folder, ".part", lambda path: path.write_text(json.dumps(head), encoding="utf-8"))
    (folder / part).replace(folder / "head.json")
    wanted = {
        "head.json",
        ".lock",
        head["units"],
        head["moments"],
        *head["outcomes"].values(),
        *(head["denominators"] or {}).values(),
    }
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()


def _columns(
    folder: Path,
    values: Mapping[int, Floats],
    before: Mapping[int, Floats] | None,
    names: Mapping[str, str] | None,
) -> dict[str, str]:
    found = {}
    for period, column in values.items():
        if before is not None and names is not None and before.get(period) is column:
            found[str(period)] = names[str(period)]
        else:
            found[str(period)] = _file(folder, ".npy", partial(_save, column))
    return found


def _save(column: npt.NDArray[Any], path: Path) -> None:
    np.save(path, column)


def _units(folder: Path, units: Units) -> str:
    columns = {"name": units.name, "cell": units.cell, "cluster": units.cluster, "weight": units.weight}
    table = pa.table({name: column for name, column in columns.items() if column is not None})
    return _file(folder, ".parquet", lambda path: pq.write_table(table, path))


def _file(folder: Path, suffix: str, write: Callable[[Path], object]) -> str:
    """A new file under a name nobody has yet, on the disk when this returns."""
    handle, name = tempfile.mkstemp(suffix=suffix, dir=folder)
    os.close(handle)
    write(Path(name))
    with Path(name).open("rb") as file:
        os.fsync(file.fileno())
    return Path(name).name
