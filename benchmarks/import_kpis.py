"""Make a KPI file of n rows and measure its import: rows a second, and peak memory of the whole process."""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from upshot.lake import Lake
from upshot.sources import import_feed, parse_profile

_MONTHS = 50
_PROFILE = """
version: upshot-profile/1
name: bench
feed: kpis
grain: month
fields:
  entity: {columns: [person]}
  period: {columns: [month], formats: ["%Y-%m"]}
kpis:
  handled: {columns: [handled], non_negative: true}
"""


def write_file(path: Path, rows: int, seed: int = 1) -> None:
    """Write ``rows`` readings: people by 50 months, a skewed positive value with two decimals."""
    people = -(-rows // _MONTHS)
    months = [f"{2018 + i // 12}-{i % 12 + 1:02d}" for i in range(_MONTHS)]
    names = pc.binary_join_element_wise("P", pc.cast(pa.array(np.arange(people) + 100_000), pa.string()), "")
    table = pa.table(
        {
            "person": names.take(pa.array(np.repeat(np.arange(people), _MONTHS)[:rows])),
            "month": pa.array(months).take(pa.array(np.tile(np.arange(_MONTHS), people)[:rows])),
            "handled": np.round(np.random.default_rng(seed).gamma(3, 20, rows), 2),
        }
    )
    pacsv.write_csv(table, path)


def measure(rows: int, times: int) -> None:
    """Import the file into a fresh lake, then again as often as asked, and print each time."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kpis.csv"
        write_file(file, rows)
        lake = Lake.create(Path(folder) / "lake")
        before = _peak()
        for _ in range(times):
            start, worked = time.perf_counter(), time.process_time()
            report = import_feed(lake, "kpis", file, parse_profile(_PROFILE))
            took = time.perf_counter() - start
            print(
                f"{rows:,} rows, {file.stat().st_size / 1e6:.0f} MB: {took:.2f} s, {rows / took / 1e6:.2f} M rows/s, "
                f"{time.process_time() - worked:.2f} CPU s, "
                f"taken {report.rows_taken:,}, already there {report.rows_already_there:,}, "
                f"peak {_peak():.0f} MB (before the import {before:.0f} MB)"
            )


def _peak() -> float:
    """Largest resident size of this process in MB; the usual counter would start from its parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--times", type=int, default=2)
    arguments = parser.parse_args()
    measure(arguments.rows, arguments.times)
