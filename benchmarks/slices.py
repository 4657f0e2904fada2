"""Slice latency from stored moments, and what the moments cost to keep: p50 and p95 over many slices."""

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from upshot.impact.accumulate import moments_of
from upshot.impact.design import Design
from upshot.impact.moments import Cell, Moments, merge
from upshot.impact.slices import slice_effects
from upshot.lake.moments_store import MomentsKey, load_moments, save_moments
from upshot.lake.scan import ScannedPanel
from upshot.lake.scan_times import TimeScale

COLUMNS = ("role", "region", "tenure", "manager_level")
LEVELS = {144: (6, 4, 3, 2), 24: (6, 2, 2, 1)}


def make(people: int, periods: int, waves: int, strata_count: int = 144, seed: int = 1) -> Moments:
    """Moments of people in 24 or 144 strata and so many waves, plus the never treated."""
    draw = np.random.default_rng(seed)
    times = tuple(range(1, periods + 1))
    starts = [int(start) for start in np.linspace(periods * 0.3, periods * 0.9, waves)]
    strata = list(
        product(
            *([f"{name}{value}" for value in range(n)] for name, n in zip(COLUMNS, LEVELS[strata_count], strict=True))
        )
    )
    cells = tuple(Cell(start, stratum) for start in (*starts, None) for stratum in strata)
    begin = np.array([np.inf if cell.cohort is None else cell.cohort for cell in cells])
    parts, left = [], people
    while left:
        n = min(left, 100_000)
        where = draw.integers(0, len(cells), n)
        y = draw.normal(0, 1, (n, 1)) + draw.normal(0, 1, (n, periods))
        y += 0.3 * (np.array(times) >= begin[where][:, None])
        parts.append(moments_of(y, where, periods=times, cells=cells))
        left -= n
    return merge(parts)


def measure(people: int, periods: int, waves: int, strata: int, times: int) -> None:
    """Print the file's size, loading, and slicing in every way, once cold and then as often as asked."""
    moments = make(people, periods, waves, strata)
    key = MomentsKey(initiative="i", kpi="k", strata=COLUMNS, fingerprint="f")
    scanned = ScannedPanel(moments=moments, scale=TimeScale("integer"), fingerprint="f", rows=0, cautions=())
    with tempfile.TemporaryDirectory() as folder:
        path = save_moments(Path(folder), key, scanned)
        size = path.stat().st_size / 1e6
        print(f"{people:,} people, {periods} periods, {len(moments.cells)} cells: {size:.1f} MB on disk")
        print(_line("load from disk", _times(lambda: load_moments(Path(folder), key), times)))
    ways: dict[str, dict[str, Any]] = {name: {"by": (name,)} for name in COLUMNS}
    ways["role, pooled controls"] = {"by": ("role",), "controls": "pooled"}
    ways["role x region"] = {"by": ("role", "region")}
    ways["role, one region"] = {"by": ("role",), "where": {"region": ["region0"]}}
    ways["role, two merged"] = {"by": ("role",), "merge": {"role": {"role0": "x", "role1": "x"}}}
    for name, options in ways.items():
        taken = _times(partial(slice_effects, moments, Design(), columns=COLUMNS, **options), times)
        print(_line(name, taken))


def _times(what: Callable[[], object], times: int) -> list[tuple[float, float]]:
    """Wall and processor milliseconds of each call but the first."""
    found = []
    for _ in range(times + 1):
        start, worked = time.perf_counter(), time.process_time()
        what()
        found.append((1000 * (time.perf_counter() - start), 1000 * (time.process_time() - worked)))
    return found[1:]


def _line(name: str, taken: list[tuple[float, float]]) -> str:
    wall, cpu = (np.percentile(column, [50, 95]) for column in zip(*taken, strict=True))
    return f"  {name:24} wall p50 {wall[0]:6.1f} p95 {wall[1]:6.1f} ms   CPU p50 {cpu[0]:6.1f} p95 {cpu[1]:6.1f} ms"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--periods", type=int, default=20)
    parser.add_argument("--waves", type=int, default=10)
    parser.add_argument("--strata", type=int, choices=sorted(LEVELS), default=24)
    parser.add_argument("--times", type=int, default=60)
    measure(**vars(parser.parse_args()))
