"""Readings and learning records by the million into a lake and on to a panel: ``python benchmarks/lake_scale.py``.

Every step is a process of its own, so that seconds and peak memory are its alone; files are made by DuckDB in a
process before. ``--readings 100000000`` is the largest that was asked for; the folder is removed at the end.
"""

import argparse
import datetime as dt
import json
import sys
import tempfile
from pathlib import Path

import duckdb

from speed import Run, machine, run
from upshot.panel.build import build, scan
from upshot.sources import Feed, import_feed
from upshot.workspace.folder import Workspace

MONTHS = 50
FEEDS: tuple[Feed, ...] = ("people", "kpis", "learning")
PROFILES: dict[str, dict[str, object]] = {
    "people": {
        "extends": "plain-people",
        "fields": {"valid_from": {"constant": "2019-01-01", "formats": ["%Y-%m-%d"]}},
    },
    "kpis": {"extends": "plain-kpis", "grain": "month"},
    "learning": {"extends": "plain-learning"},
}
PLAN = {
    "version": "upshot-plan/1",
    "period": {"start": "2020-01-01", "end": "2024-03-31"},
    "objectives": [{"id": "better", "statement": "Fewer calls come back"}],
    "kpis": [
        {"id": "calls", "type": "mean", "direction": "down", "grain": {"entity": "person", "time": "month"}},
    ],
    "initiatives": [
        {
            "id": "coaching",
            "serves": ["better"],
            "hypothesis": {"if": "people practise", "then": "calls fall"},
            "audience": {},
            "expected": [{"kpi": "calls", "smallest_worth_having": 0.5}],
            "records": {"activities": ["course-0"], "verbs": ["completed"]},
            "design": {"assign": "managed", "period": "month", "first_treated": {"round": "floor"}},
        }
    ],
}


def make(folder: Path, readings: int, records: int) -> None:
    """Stream three files out: people over 50 months, records of ten courses, of which a third never takes the first."""
    people = -(-readings // MONTHS)
    person = "'P' || (1000000 + {i})"
    month = "strftime(DATE '2020-01-01' + to_months(CAST({m} AS INTEGER)), '%Y-%m')"
    selects = {
        "people": f"SELECT {person.format(i='i')} AS person, 't' || (i // 10) AS team, 'agent' AS role, "
        f"'s' || (i % 8) AS site, '2018-01-01' AS hired FROM range({people}) r(i)",
        "kpis": f"SELECT 'calls' AS kpi, {person.format(i=f'(i // {MONTHS})')} AS person, "
        f"{month.format(m=f'(i % {MONTHS})')} AS month, round(10 + (hash(i) % 1000) / 100, 2) AS value "
        f"FROM range({readings}) r(i)",
        "learning": f"SELECT {person.format(i=f'(i % {people})')} AS person, "
        f"'course-' || (CASE WHEN i % {people} % 3 = 0 THEN 1 ELSE 0 END + i // {people}) AS activity, "
        f"'A course' AS title, 'completed' AS verb, "
        f"DATE '2021-01-01' + CAST(30 * (i % 7) + i // {people} AS INTEGER) AS at FROM range({records}) r(i)",
    }
    with duckdb.connect() as connection:
        for feed, sql in selects.items():
            connection.execute(f"COPY ({sql}) TO '{folder / feed}.csv' (HEADER)")
    Workspace.create(folder / "firm", organisation="Bench")
    for feed, profile in PROFILES.items():
        stated = {"version": "upshot-profile/1", "name": f"bench-{feed}", **profile}
        (folder / f"{feed}.profile.yaml").write_text(json.dumps(stated), encoding="utf-8")


def take_in(folder: Path, feed: Feed) -> None:
    """Import one file into the workspace's lake."""
    report = import_feed(
        Workspace.open(folder / "firm").lake(), feed, folder / f"{feed}.csv", folder / f"{feed}.profile.yaml"
    )
    assert not report.rows_rejected, report
    print(report.rows_taken)


def to_panel(folder: Path) -> None:
    """Build the initiative's panel over the lake and scan it."""
    workspace = Workspace.open(folder / "firm")
    (workspace.root / "plan.yaml").write_text(json.dumps(PLAN), encoding="utf-8")
    plan = workspace.plan().plan
    with workspace.lake().connect() as connection:
        built = build(
            connection, plan.initiative("coaching").resolved(), plan.kpi("calls").resolved(), on=dt.date(2020, 1, 1)
        )
        print(scan(connection, built, fingerprint="bench").rows)


def line(step: str, rows: int, done: Run) -> str:
    """One row of the table."""
    million = done.cpu / rows * 1e6
    return f"| {step} | {rows:,} | {done.wall:.1f} | {done.cpu:.1f} | {million:.2f} | {done.memory:,.0f} |"


def main() -> None:
    """Print the table, or do one step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=int, default=20_000_000)
    parser.add_argument("--records", type=int, default=4_000_000)
    parser.add_argument(
        "--step", nargs=2, metavar=("STEP", "FOLDER"), help="What the table's processes are called with."
    )
    flags = parser.parse_args()
    if flags.step:
        step, folder = flags.step[0], Path(flags.step[1])
        to_panel(folder) if step == "panel" else take_in(folder, step)
        return
    print(f"{flags.readings:,} readings, {flags.records:,} records; {machine()} at the start", flush=True)
    print("| step | rows | wall s | CPU s | CPU s a million | peak MB |\n|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="upshot-bench-") as named:
        folder = Path(named)
        make(folder, flags.readings, flags.records)
        for step in (*FEEDS, "panel"):
            done = run([sys.executable, __file__, "--step", step, str(folder)])
            print(line("panel and scan" if step == "panel" else f"import {step}", int(done.out), done), flush=True)
    print(machine() + " at the end")


if __name__ == "__main__":
    main()
