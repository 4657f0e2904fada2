"""Make the three exports of a simulated firm, with an effect planted so that the answer can be checked.

Run it from anywhere: ``python make_exports.py [FOLDER]``. The same seed gives the same bytes.

Nordvik Service does not exist. 400 advisers close customer cases; some cases are reopened. Reopened
cases rise for everybody, by 1.5 % a month. Three waves of 100 advisers, drawn by lot, are invited to
a course; 100 are held back. From the month of the invitation on, an adviser has 12 % fewer reopened
cases than without it, whether or not the course is completed.
"""

import csv
import datetime as dt
import math
import random
import sys
from collections.abc import Iterable
from pathlib import Path

SEED = 1
PEOPLE, TEAMS, MONTHS = 400, 40, 24
WAVES = (dt.date(2024, 10, 1), dt.date(2025, 1, 1), dt.date(2025, 4, 1))
BASE, GROWTH, EFFECT = 5.0, 1.015, 0.88
COMPLETE = 0.9


def poisson(lot: random.Random, mean: float) -> int:
    """One draw, by multiplying uniforms (Knuth): slow, but the same on every machine."""
    count, left = 0, lot.random()
    while left > math.exp(-mean):
        count += 1
        left *= lot.random()
    return count


def make_exports(folder: Path) -> None:
    """Write people.csv, learning.csv and kpis.csv."""
    lot = random.Random(SEED)  # noqa: S311 - simulated data, not secrets
    names = [f"N{number:04d}" for number in range(1, PEOPLE + 1)]
    order = lot.sample(names, PEOPLE)
    starts = {name: WAVES[place // 100] for place, name in enumerate(order) if place < 100 * len(WAVES)}
    _write(folder / "people.csv", "person,team,role,site,hired", _people(lot, names))
    _write(folder / "learning.csv", "person,activity,title,verb,at", _learning(lot, names, starts))
    _write(folder / "kpis.csv", "kpi,person,month,value", _readings(lot, names, starts))


def _people(lot: random.Random, names: list[str]) -> Iterable[tuple[object, ...]]:
    for place, name in enumerate(names):
        team = place % TEAMS
        hired = dt.date(2015, 1, 1) + dt.timedelta(days=lot.randrange(3000))
        yield name, f"T{team + 1:02d}", "adviser", ("Bergen", "Oslo", "Stavanger", "Tromsø")[team % 4], hired


def _learning(lot: random.Random, names: list[str], starts: dict[str, dt.date]) -> Iterable[tuple[object, ...]]:
    course = ("closing-the-case", "Closing the case")
    for name in names:
        start = starts.get(name)
        if start is None:
            continue
        yield name, *course, "registered", start
        if lot.random() < COMPLETE:
            yield name, *course, "completed", start + dt.timedelta(days=lot.randrange(7, 60))
    yield "N9999", *course, "registered", WAVES[0]
    yield names[0], *course, "completed", "2025-13-02"


def _readings(lot: random.Random, names: list[str], starts: dict[str, dt.date]) -> Iterable[tuple[object, ...]]:
    months = [dt.date(2024 + index // 12, index % 12 + 1, 1) for index in range(MONTHS)]
    for name in names:
        own = math.exp(0.25 * (sum(lot.random() for _ in range(12)) - 6))
        for index, month in enumerate(months):
            trained = name in starts and month >= starts[name]
            mean = BASE * own * GROWTH**index * (EFFECT if trained else 1.0)
            yield "reopened-cases", name, f"{month:%Y-%m}", poisson(lot, mean)


def _write(path: Path, header: str, rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


if __name__ == "__main__":
    make_exports(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
