"""What an import tells while it runs and after."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from tests.sources.builders import KPIS, PEOPLE, a_file, a_lake

from upshot.sources import import_feed, parse_profile

ROOT = Path(__file__).parents[2]


def test_progress_runs_from_nothing_to_the_whole_file(tmp_path: Path) -> None:
    rows = "".join(f"P{i},2026-01,{i}\n" for i in range(700_000))
    file = a_file(tmp_path, f"person,month,sold\n{rows}")
    told: list[tuple[int, int]] = []
    import_feed(a_lake(tmp_path), "kpis", file, parse_profile(KPIS), progress=lambda *both: told.append(both))
    assert len(told) > 1
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (file.stat().st_size, file.stat().st_size)


def test_a_snapshot_of_people_says_from_when_it_holds(tmp_path: Path) -> None:
    lake = a_lake(tmp_path)
    text = PEOPLE.replace("valid_from: {columns: [since]", "hired: {columns: [since]") + "first_valid_from: hired\n"
    profile = parse_profile(text)
    first = import_feed(lake, "people", a_file(tmp_path, "person,team,since\nA,N,2020-01-01\n"), profile)
    assert "holds from hired" in first.notes[0]
    moved = a_file(tmp_path, "person,team,since\nA,S,2020-01-01\n", "moved.csv")
    import_feed(lake, "people", moved, profile, as_of=dt.date(2026, 3, 1))
    rows = lake.query("SELECT team, valid_from FROM people ORDER BY valid_from").to_pylist()
    assert [tuple(row.values()) for row in rows] == [("N", dt.date(2020, 1, 1)), ("S", dt.date(2026, 3, 1))]


def test_a_dry_run_reports_the_same_account_as_the_import(tmp_path: Path) -> None:
    lake = a_lake(tmp_path)
    file = a_file(tmp_path, "person,month,sold\nA,2026-01,1\nA,2026-01,2\nB,2026-01,x\nC,2026-01,3\n")
    accounts = []
    for dry_run in (True, False):
        report = import_feed(lake, "kpis", file, parse_profile(KPIS), dry_run=dry_run)
        accounts.append((report.rows_in, report.rows_taken, report.rows_rejected, report.problems))
    assert accounts[0] == accounts[1]
    assert accounts[0][:3] == (4, 1, 3)


@pytest.mark.slow
def test_five_million_readings_stay_under_a_gigabyte(tmp_path: Path) -> None:
    """The figure is the whole process's peak as the operating system counts it, generator included."""
    command = [sys.executable, str(ROOT / "benchmarks" / "import_kpis.py"), "--times", "1"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own script
    assert "taken 5,000,000" in printed
    assert float(printed.partition("peak ")[2].partition(" MB")[0]) < 1000
