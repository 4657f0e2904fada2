"""Small lakes, files and profiles for the import tests."""

import csv
from pathlib import Path

from upshot.lake import Lake
from upshot.sources import ImportReport, import_feed, parse_profile

KPIS = """
version: upshot-profile/1
name: kpis
feed: kpis
grain: month
fields:
  entity: {columns: [person]}
  period: {columns: [month], formats: ["%Y-%m"]}
kpis:
  sold: {columns: [sold]}
"""
PEOPLE = """
version: upshot-profile/1
name: people
feed: people
fields:
  person: {columns: [person]}
  team: {columns: [team]}
  valid_from: {columns: [since], formats: ["%Y-%m-%d"]}
"""
LEARNING = """
version: upshot-profile/1
name: learning
feed: learning
fields:
  person: {columns: [who]}
  activity: {constant: course}
  verb: {constant: completed}
  at: {columns: [done]}
"""


def a_lake(tmp_path: Path) -> Lake:
    return Lake.create(tmp_path / "lake")


def a_lake_with_people(tmp_path: Path, *names: str) -> Lake:
    lake = a_lake(tmp_path)
    rows = "".join(f"{name},North,2020-01-01\n" for name in names)
    import_feed(lake, "people", a_file(tmp_path, f"person,team,since\n{rows}", "people.csv"), parse_profile(PEOPLE))
    return lake


def a_file(tmp_path: Path, text: str | bytes, name: str = "file.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def rejects(report: ImportReport) -> list[tuple[int, str, str, str]]:
    """Line, column, value and reason of every row that was not taken."""
    if report.rejects_path is None:
        return []
    with report.rejects_path.open(newline="", encoding="utf-8") as handle:
        return [(int(r["line"]), r["column"], r["value"], r["reason"]) for r in csv.DictReader(handle)]
