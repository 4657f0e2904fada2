"""Make synthetic roll-outs of any size as Parquet: seeded, streamed, in any row order."""

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["RollOut", "write_apart", "write_panel"]

Order = Literal["random", "unit", "period"]
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

COHORTS = 10
ROW_GROUP = 1_000_000
STRATA = (("site", 4), ("grade", 3), ("tenure", 2))
ODD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, kw_only=True)
class RollOut:
    """A roll-out in ten waves with a never-trained group of about one in eleven.

    Parameters
    ----------
    people, periods
        Size; rows are their product, less what leavers leave out.
    order
        ``random`` (any row anywhere), ``unit`` (one person after the other) or ``period`` (one
        extract after the other).
    strata
        Add site, grade and tenure: 24 strata.
    teams
        Add teams of ten who start together.
    leavers
        Share of people who leave at a random period.
    denominator
        Add a count between 1 and 20 that the outcome is divided by.
    seed
        The same seed gives the same file.
    """

    people: int
    periods: int = 20
    order: Order = "random"
    strata: bool = False
    teams: bool = False
    leavers: float = 0.0
    denominator: bool = False
    seed: int = 1


def write_panel(made: RollOut, path: Path) -> int:
    """Write the panel row group by row group; return the number of rows.

    Columns: ``person, period, sales, start`` (null for never), then ``site, grade, tenure``, ``team``
    and ``cases`` where asked for.
    """
    person = _people(made)
    rows, writer = 0, None
    for index, (unit, period) in enumerate(_places(made)):
        table = _table(made, person, unit, period, np.random.default_rng([made.seed, 1, index]))
        writer = writer or pq.ParquetWriter(path, table.schema, compression="snappy")
        writer.write_table(table, row_group_size=ROW_GROUP)
        rows += table.num_rows
    assert writer is not None
    writer.close()
    return rows


def write_apart(made: RollOut, path: Path) -> None:
    """Write the panel in a process of its own: the peak that Linux reports of a child begins with its parent's."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(write_panel, made, path).result()


def _people(made: RollOut) -> dict[str, Integers | Floats]:
    """What stays the same for a person: level, wave, stratum, last period."""
    draw = np.random.default_rng([made.seed, 0])
    group = np.arange(made.people) // 10 if made.teams else np.arange(made.people)
    wave = draw.integers(0, COHORTS + 1, int(group[-1]) + 1)[group]
    first, last = made.periods // 4 + 1, made.periods - made.periods // 10
    starts = np.linspace(first, last, COHORTS).round().astype(np.int64)
    found: dict[str, Integers | Floats] = {
        "level": draw.normal(0, 1, made.people) + 0.05 * wave,
        "start": np.r_[starts, 0][wave],
        "team": group,
        "until": np.where(
            draw.random(made.people) < made.leavers, draw.integers(2, made.periods, made.people), made.periods
        ),
    }
    return found | {name: draw.integers(0, count, made.people) for name, count in STRATA}


def _places(made: RollOut) -> Iterator[tuple[Integers, Integers]]:
    total = made.people * made.periods
    for first in range(0, total, ROW_GROUP):
        row = np.arange(first, min(first + ROW_GROUP, total))
        if made.order == "random":
            row = _shuffled(row, total, made.seed)
        if made.order == "period":
            yield row % made.people, row // made.people + 1
        else:
            yield row // made.periods, row % made.periods + 1


def _shuffled(row: Integers, total: int, seed: int) -> Integers:
    """A permutation of 0 … total-1 that needs no memory: a Feistel network, walked back into range."""
    half = max(1, -(-int(total - 1).bit_length() // 2))
    mask = np.uint64((1 << half) - 1)
    value = row.astype(np.uint64)
    outside = np.ones(row.size, dtype=bool)
    while outside.any():
        left, right = value[outside] >> np.uint64(half), value[outside] & mask
        for turn in range(4):
            mixed = (right + np.uint64(seed * 7919 + turn)) * ODD
            mixed ^= mixed >> np.uint64(29)
            left, right = right, left ^ ((mixed * ODD) >> np.uint64(33)) & mask
        value[outside] = (left << np.uint64(half)) | right
        outside = value >= np.uint64(total)
    return value.astype(np.int64)


def _table(
    made: RollOut,
    person: dict[str, Integers | Floats],
    unit: Integers,
    period: Integers,
    draw: np.random.Generator,
) -> pa.Table:
    if made.leavers:
        seen = period <= person["until"][unit]
        unit, period = unit[seen], period[seen]
    start = person["start"][unit]
    exposed = np.where(start > 0, np.clip(period - start + 1, 0, None), 0)
    value = person["level"][unit] + 0.1 * np.sin(period) + 0.2 * np.sqrt(exposed) + draw.normal(0, 1, unit.size)
    columns: dict[str, pa.Array] = {
        "person": pa.array(unit + 1),
        "period": pa.array(period),
        "start": pa.array(start, mask=start == 0),
    }
    if made.denominator:
        cases = draw.integers(1, 21, unit.size)
        columns["cases"] = pa.array(cases.astype(np.float64))
        value = value * cases
    columns["sales"] = pa.array(value)
    if made.strata:
        columns |= {name: pa.array(person[name][unit]) for name, _ in STRATA}
    if made.teams:
        columns["team"] = pa.array(person["team"][unit])
    return pa.table(columns)


def main() -> None:
    """Write one panel from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--periods", type=int, default=20)
    parser.add_argument("--order", choices=get_args(Order), default="random")
    parser.add_argument("--strata", action="store_true")
    parser.add_argument("--teams", action="store_true")
    parser.add_argument("--leavers", type=float, default=0.0)
    parser.add_argument("--denominator", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    flags = vars(parser.parse_args())
    out = flags.pop("out")
    print(f"{write_panel(RollOut(**flags), out):,} rows in {out}")


if __name__ == "__main__":
    main()
