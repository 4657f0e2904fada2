"""Executors that die in the middle of a job are survived, and what is not installed is said."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from upshot.lake.scan import PanelRoles
from upshot.lake.scan_arrow import scan_arrow
from upshot.lake.spark import scan as spark_scan

ROLES = PanelRoles(unit="person", time="month", outcome="sales", first_treated="start")


def a_panel(people: int = 400, periods: int = 5) -> pa.Table:
    draw = np.random.default_rng(3)
    start = np.array([0, 3, 4])[draw.integers(0, 3, people)]
    return pa.table(
        {
            "person": np.repeat(np.arange(people), periods),
            "month": np.tile(np.arange(1, periods + 1), people),
            "start": np.repeat(start, periods),
            "sales": draw.normal(100, 1, people * periods),
        }
    )


@pytest.mark.spark
@pytest.mark.xdist_group("spark")
def test_an_executor_killed_while_it_scans_changes_nothing(spark, tmp_path: Path, monkeypatch) -> None:
    armed, killed = tmp_path / "armed", tmp_path / "killed"

    def deadly(batches):
        """The first task to get here kills its own executor: worker, daemon, Java process."""
        import os
        import pathlib
        import signal

        try:
            pathlib.Path(armed).unlink()
        except FileNotFoundError:
            yield from batches
            return
        status = pathlib.Path(f"/proc/{os.getppid()}/status").read_text(encoding="utf-8")
        executor = int(status.partition("PPid:")[2].split()[0])
        pathlib.Path(killed).write_text(str(executor), encoding="utf-8")
        os.kill(executor, signal.SIGKILL)
        yield from batches

    scan_moments = spark_scan._moments

    def arm(*arguments):
        armed.touch()
        return scan_moments(*arguments)

    monkeypatch.setattr(spark_scan, "_moments", arm)
    table = a_panel()
    frame = spark.createDataFrame(table).repartition(4)
    found = spark_scan.scan_frame(frame.mapInArrow(deadly, frame.schema), ROLES, fingerprint="f")
    executor = int(killed.read_text(encoding="utf-8"))
    assert not armed.exists()
    assert not Path(f"/proc/{executor}").exists()
    whole = scan_arrow(table, ROLES)
    assert found.rows == whole.rows == 2000
    assert found.moments.people.tolist() == whole.moments.people.tolist()
    for ours, theirs in zip(found.moments.blocks, whole.moments.blocks, strict=True):
        assert np.abs(ours.centred - theirs.centred).max() <= 1e-10 * np.abs(theirs.centred).max()


ASK = """
import sys
{before}
from upshot.cli import main
sys.argv = ["upshot", "estimate", "--panel", {panel!r}, "--unit", "person", "--time", "month", "--outcome", "sales"]
sys.argv += ["--first-treated", "start", "--engine", "spark"]
main()
"""


def ask(tmp_path: Path, before: str = "", **changes: str) -> subprocess.CompletedProcess[str]:
    panel = tmp_path / "panel.csv"
    panel.write_text("person,month,sales,start\n1,1,2.0,\n", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "JAVA_HOME"} | changes
    code = ASK.format(before=before, panel=str(panel))
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603


def test_without_pyspark_the_engine_says_what_to_install(tmp_path: Path) -> None:
    done = ask(tmp_path, before="sys.modules['pyspark'] = None")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        "Error: The engine spark needs PySpark, which is not installed. Run: pip install 'upshot[spark]'"
    ]


def test_without_java_the_engine_says_so(tmp_path: Path) -> None:
    done = ask(tmp_path, PATH=str(tmp_path))
    assert done.returncode == 1
    assert "The engine spark needs Java 17 or newer. Install a Java runtime, or set JAVA_HOME." in done.stderr
