"""A KPI that is a time to an event, from the roster and the readings to a graded answer."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.workspace.firm import a_firm

from upshot.errors import PanelError
from upshot.plan import lock
from upshot.workspace.answering import Answer, answer_initiative
from upshot.workspace.findings import findings_of
from upshot.workspace.folder import Workspace

KPI = {"type": "duration", "event": "done", "unit": "days", "grain": {"entity": "person", "time": "day"}}
SITES = ("north", "south", "east", "west")
WAVES = [
    {"id": "w1", "start": "2025-07-01", "where": "site in ('north', 'south')"},
    {"id": "w2", "start": "2026-01-01", "where": "site in ('east', 'west')"},
]
NEWEST = dt.date(2025, 12, 31)
DESIGN = {"assign": "managed", "period": "month", "first_treated": {"from": "wave", "round": "floor"}}


def hired(seed: int = 1, *, effect: float = -12.0, per_month: int = 10) -> list[dict[str, Any]]:
    """Ten hires a month and site; north and south get the path from July on, and 40 days become 28."""
    draw = np.random.default_rng(seed)
    rows = []
    for month in range(1, 12):
        for site in SITES:
            for number in range(per_month):
                day = dt.date(2025, month, 1 + number * 2)
                faster = effect if month >= 7 and site in ("north", "south") else 0.0
                need = int(max(1, draw.normal(40 + faster, 8)))
                rows.append({"day": day, "site": site, "need": need, "number": f"{site}{month:02d}{number:02d}"})
    return rows


def roster(rows: list[dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
    return [
        {"person": row["number"], "team": row["site"], "role": "agent", "site": row["site"], "hired": row["day"]}
        | {key: value(row) for key, value in more.items()}
        for row in rows
    ]


def events(rows: list[dict[str, Any]], *, waiting: bool = True) -> list[dict[str, Any]]:
    """1 on the day it happened, and 0 on the newest day for those who still wait."""
    found = []
    for row in rows:
        day = row["day"] + dt.timedelta(days=row["need"])
        done = day <= NEWEST
        if done or waiting:
            reading = {"kpi": "calls", "person": row["number"], "date": day if done else NEWEST, "value": int(done)}
            found.append(reading)
    return found


def a_path(root: Path, rows: list[dict[str, Any]] | None = None, **keys: Any) -> Workspace:
    rows = rows or hired()
    options: dict[str, Any] = {
        "waves": WAVES,
        "design": DESIGN,
        "people": roster(rows),
        "kpis": events(rows),
        "learning": [],
    } | keys
    return a_firm(root, kpi=KPI, grain="day", **options)


def answered(workspace: Workspace, **options: Any) -> Answer:
    return answer_initiative(workspace, "coaching", **options)


def test_intakes_of_places_that_started_are_compared_with_those_still_waiting(tmp_path: Path) -> None:
    answer = answered(a_path(tmp_path / "firm"))
    found = answer.estimate
    assert (found.method, found.estimand) == ("rmst-by-intake", "rmst-difference-in-differences")
    assert found.conf_low is not None
    assert found.conf_high is not None
    assert found.conf_low < -12 < found.conf_high < 0
    assert found.grade is not None
    assert found.grade.letter == "B"
    assert answer.built.starts[0][0] == "2025-07"
    assert answer.built.newest == NEWEST
    assert "91" in next(c.text for c in found.cautions if c.code == "restricted-mean")


def test_nothing_is_found_where_nothing_changed(tmp_path: Path) -> None:
    rows = hired(seed=4, effect=0.0)
    found = answered(a_path(tmp_path / "firm", rows)).estimate
    assert found.conf_low is not None
    assert found.conf_high is not None
    assert found.conf_low < 0 < found.conf_high


def test_a_feed_of_events_alone_follows_everybody_to_the_newest_one(tmp_path: Path) -> None:
    rows = hired()
    with_waiting = answered(a_path(tmp_path / "both", rows))
    alone = answered(a_path(tmp_path / "alone", rows, kpis=events(rows, waiting=False)))
    assert alone.estimate.estimate == pytest.approx(with_waiting.estimate.estimate, abs=1e-9)


def test_those_hired_too_recently_and_those_never_followed_are_counted_out(tmp_path: Path) -> None:
    rows = hired()
    kept = [reading for reading in events(rows) if reading["person"] != "north0100"]
    lines = {line.step: line for line in answered(a_path(tmp_path / "firm", rows, kpis=kept)).built.audit}
    unread = lines["… whose time was followed"]
    assert unread.rows_in - unread.rows_kept == 1
    late = lines["… hired 91 days before the newest reading"]
    assert late.rows_in - late.rows_kept == 80


def test_leaving_cuts_a_spell_off_and_is_no_success(tmp_path: Path) -> None:
    rows = hired()
    plain = answered(a_path(tmp_path / "plain", rows)).estimate
    gone = roster(rows, left=lambda row: row["day"] + dt.timedelta(days=5) if row["number"].endswith("00") else "")
    left = answered(a_path(tmp_path / "left", rows, people=gone)).estimate
    assert left.n_units == plain.n_units
    assert left.std_error != plain.std_error
    assert left.conf_low is not None
    assert left.conf_high is not None
    assert left.conf_low < -12 < left.conf_high


def test_people_drawn_by_lot_are_compared_with_those_hired_side_by_side(tmp_path: Path) -> None:
    rows = [
        {**row, "need": row["need"] - 12 * (at % 2)} for at, row in enumerate(hired(effect=0.0)) if row["day"].month > 2
    ]
    people = roster(rows)
    for at, person in enumerate(people):
        person["wave"] = "w1" if rows[at]["need"] and at % 2 else ""
    drawn = [{"id": "w1", "start": "2025-03-01", "share": 0.5}]
    design = {**DESIGN, "assign": "random-by-person"}
    workspace = a_path(tmp_path / "firm", rows, people=people, waves=drawn, design=design)
    locked = lock(workspace.plan().plan, at=dt.datetime(2025, 2, 1, tzinfo=dt.UTC), signatories=["boss"])
    answer = answered(workspace, locked=locked)
    found = answer.estimate
    assert (found.method, found.registration) == ("kaplan-meier", "as-planned")
    assert found.conf_low is not None
    assert found.conf_high is not None
    assert found.conf_low < -12 < found.conf_high < 0
    assert found.grade is not None
    assert found.grade.letter == "B"  # whether the lot was kept to is not checked for spells


def test_taking_part_known_from_records_only_is_refused_because_the_quick_are_done_before(tmp_path: Path) -> None:
    rows = hired()
    design = {**DESIGN, "first_treated": {"from": "completion"}}
    with pytest.raises(PanelError, match="Whoever was quick may have been done before taking part"):
        answered(a_path(tmp_path / "firm", rows, waves=[], design=design))


def test_readings_that_are_no_event_are_refused_with_their_count(tmp_path: Path) -> None:
    rows = hired()
    kpis = [{**reading, "value": 40} if at < 3 else reading for at, reading in enumerate(events(rows))]
    with pytest.raises(PanelError, match="3 of 440 readings of KPI 'calls' are neither 0 nor 1"):
        answered(a_path(tmp_path / "firm", rows, kpis=kpis))


def test_the_page_of_a_duration_reads_in_days(tmp_path: Path) -> None:
    workspace = a_path(tmp_path / "firm")
    findings = findings_of(workspace, answered(workspace))
    assert findings.measure.unit == "days"
    assert findings.period == ("2025-01", "2025-09")
