"""Exports nobody on this project made: Chicago's three files, and an untidy HR roster."""

import csv
import datetime as dt
from pathlib import Path

from tests.sources.builders import a_lake

from upshot.sources import import_feed, load_profile, parse_profile

ROOT = Path(__file__).parents[2]
FEEDS = ROOT / "tests" / "data" / "feeds"
PROFILES = ROOT / "src" / "upshot" / "workspace" / "studies" / "chicago" / "profiles"
ROSTER = """
version: upshot-profile/1
name: roster
feed: people
first_valid_from: hired
fields:
  person: {columns: [EmpID]}
  team: {columns: [DepartmentType]}
  hired: {columns: [StartDate]}
  left: {columns: [ExitDate]}
attributes:
  born: {columns: [DOB]}
"""


def test_chicagos_three_exports_arrive_whole_and_once(tmp_path: Path) -> None:
    lake = a_lake(tmp_path)
    files = {"people": "employees.csv", "learning": "training_completions.csv", "kpis": "kpi_monthly.csv"}
    for taken, already in ((True, False), (False, True)):
        for feed, name in files.items():
            report = import_feed(lake, feed, FEEDS / "chicago" / name, load_profile(PROFILES / f"{feed}.yaml"))
            expected = 40 * 72 * 3 if feed == "kpis" else 40
            assert (report.rows_taken, report.rows_already_there) == (expected * taken, expected * already)
    with (FEEDS / "chicago" / "kpi_monthly.csv").open() as handle:
        totals = dict.fromkeys(("complaints", "force", "sustained"), 0)
        for row in csv.DictReader(handle):
            totals = {name: total + int(row[name]) for name, total in totals.items()}
    sums = lake.query("SELECT kpi, sum(value) AS total FROM kpis GROUP BY kpi").to_pylist()
    assert {row["kpi"]: row["total"] for row in sums} == totals


def test_an_untidy_roster_is_read_with_its_formats_named(tmp_path: Path) -> None:
    lake = a_lake(tmp_path)
    report = import_feed(lake, "people", FEEDS / "hr_roster" / "raw_employee_data.csv", parse_profile(ROSTER))
    assert (report.rows_in, report.rows_taken) == (60, 60)
    assert "The dates of 'StartDate' are written as %d-%b-%y." in report.notes
    first = lake.query("SELECT * FROM people WHERE person = '3427'").to_pylist()[0]
    assert (first["team"], first["hired"], first["valid_from"]) == ("Production", *[dt.date(2019, 9, 20)] * 2)
