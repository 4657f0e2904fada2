"""What a command loads: below 100,000 people the whole of `upshot estimate` is start-up."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

UNUSED = ("pandas", "polars", "deltalake", "altair", "statsmodels", "matplotlib", "django", "pyspark", "yaml", "jinja2")
"""Libraries of which a plain estimate needs nothing."""
SLOW_PARTS = (
    "scipy.stats",
    "scipy.optimize",
    "scipy.linalg",
    "scipy.interpolate",
    "pyarrow.dataset",
    "pyarrow.compute",
)
"""Parts of libraries that take longer to load than a small panel takes to answer."""
OTHER_QUESTIONS = (
    "upshot.lake.lake",
    "upshot.report.findings",
    "upshot.report.page",
    "upshot.workspace",
    "upshot.impact.inference",
    "upshot.impact.checks.by_lot",
    "upshot.impact.synthetic",
    "upshot.impact.spells",
    "upshot.impact.series",
    "upshot.impact.experiment",
    "upshot.impact.power",
)
"""Parts of Upshot that answer something else."""

CODE = """
import contextlib, io, json, sys
from upshot.cli import upshot
with contextlib.redirect_stdout(io.StringIO()) as said:
    upshot.main(sys.argv[1:], standalone_mode=False)
assert json.loads(said.getvalue())["estimate"] is not None
print(json.dumps(sorted(sys.modules)))
"""


def a_panel(path: Path) -> Path:
    draw = np.random.default_rng(1)
    unit, time = (axis.ravel() for axis in np.meshgrid(np.arange(60), np.arange(6), indexing="ij"))
    start = np.array([3, 4, 0])[unit % 3]
    sales = draw.normal(size=unit.size) + (time >= start) * (start > 0)
    columns = {"unit": unit, "time": time, "start": pa.array(start, mask=start == 0), "sales": sales}
    pq.write_table(pa.table(columns), path)
    return path


def test_an_estimate_loads_what_it_uses_and_nothing_else(tmp_path):
    panel = a_panel(tmp_path / "panel.parquet")
    arguments = ["estimate", "--panel", str(panel), "--unit", "unit", "--time", "time", "--outcome", "sales"]
    arguments += ["--first-treated", "start", "--aggregate", "event", "--covariance", "--format", "json"]
    command = [sys.executable, "-c", CODE, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - this interpreter
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout))
    assert {"upshot.impact.answer", "duckdb"} <= loaded
    assert loaded.isdisjoint({*UNUSED, *SLOW_PARTS, *OTHER_QUESTIONS})
