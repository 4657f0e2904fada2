"""Moments kept from month to month are those of a scan of everything, and old months are not read again."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from tests.workspace.firm import a_file, a_firm, a_profile, a_roster, level, readings, records, teams

from upshot.impact.moments import Moments
from upshot.panel.monthly import Monthly, monthly_moments
from upshot.sources import import_feed
from upshot.workspace.folder import Workspace

DAY = dt.date(2025, 1, 1)


def a_workspace(tmp_path: Path) -> Workspace:
    """Ten months of readings, strata by site, everybody in six teams."""
    rows = [row for row in readings() if row["month"] <= "2025-10"]
    design = {"assign": "managed", "period": "month", "first_treated": {"round": "floor"}, "strata": ["site"]}
    return a_firm(tmp_path / "firm", kpis=rows, design=design)


def imported(workspace: Workspace, rows: list[dict[str, object]], feed: str = "kpis", days: int = 0) -> None:
    root = workspace.root
    profile = a_profile(root, feed, rows[0], "month")
    stated = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    report = import_feed(workspace.lake(), feed, a_file(root / "more.csv", rows), profile, as_of=stated)
    assert report.rows_taken == len(rows)


def asked(workspace: Workspace, folder: Path) -> Monthly:
    plan = workspace.plan().plan
    initiative, kpi = plan.initiative("coaching").resolved(), plan.kpi("calls").resolved()
    return monthly_moments(workspace.lake(), folder, initiative, kpi, on=DAY, fingerprint="f")


def equal(ours: Moments, theirs: Moments) -> None:
    """To 1e-9 of each block; constants taken off may differ, which moves means but no spread of complete people."""
    assert (ours.cells, ours.periods, ours.people.tolist()) == (theirs.cells, theirs.periods, theirs.people.tolist())
    for mine, other in zip(ours.blocks, theirs.blocks, strict=True):
        assert (mine.cells, mine.count) == (other.cells, other.count)
        assert np.abs(mine.mean + ours.shift - other.mean - theirs.shift).max() < 1e-9
        assert np.abs(mine.centred - other.centred).max() < 1e-9


def month(name: str, at: int) -> list[dict[str, object]]:
    return [
        {"kpi": "calls", "person": person, "month": name, "value": level(number, at)}
        for number, person in enumerate(teams())
    ]


def test_a_new_month_reads_that_month_and_gives_the_moments_of_everything(tmp_path: Path) -> None:
    workspace, folder = a_workspace(tmp_path), tmp_path / "kept"
    assert asked(workspace, folder).periods is None
    assert asked(workspace, folder).periods == ()
    imported(workspace, month("2025-11", 10))
    found = asked(workspace, folder)
    assert found.periods == ("2025-11",)
    assert len(found.scanned.moments.periods) == 11
    equal(found.scanned.moments, asked(workspace, tmp_path / "anew").scanned.moments)


def test_a_restated_reading_touches_its_own_cell_only(tmp_path: Path) -> None:
    workspace, folder = a_workspace(tmp_path), tmp_path / "kept"
    before = asked(workspace, folder)
    imported(workspace, [{"kpi": "calls", "person": "p00", "month": "2025-03", "value": 99.5}], days=1)
    found = asked(workspace, folder)
    assert found.periods == ("2025-03",)
    assert found.cells is not None
    assert len(found.cells) == 1
    for cell, mine, other in zip(
        found.scanned.moments.cells, found.scanned.moments.blocks, before.scanned.moments.blocks, strict=True
    ):
        assert (mine.centred.tobytes() == other.centred.tobytes()) is (cell not in found.cells)
    equal(found.scanned.moments, asked(workspace, tmp_path / "anew").scanned.moments)


def test_new_learning_records_move_people_between_cells_without_reading_readings(tmp_path: Path) -> None:
    workspace, folder = a_workspace(tmp_path), tmp_path / "kept"
    asked(workspace, folder)
    imported(workspace, records(days={"t4": "2025-09-03"}), feed="learning")
    found = asked(workspace, folder)
    assert found.periods == ()
    assert found.cells
    assert {cell.cohort for cell in found.cells} >= {None}
    equal(found.scanned.moments, asked(workspace, tmp_path / "anew").scanned.moments)


def test_an_erased_person_or_a_merged_account_starts_again(tmp_path: Path) -> None:
    workspace, folder = a_workspace(tmp_path), tmp_path / "kept"
    asked(workspace, folder)
    workspace.lake().erase("p03")
    found = asked(workspace, folder)
    assert found.periods is None
    assert found.scanned.moments.n_units == len(a_roster()) - 1
    workspace.lake().merge_accounts("p05", "p11", reason="one person")
    assert asked(workspace, folder).periods is None


def test_two_who_ask_at_once_take_turns_and_leave_one_whole_state(tmp_path: Path) -> None:
    workspace, folder = a_workspace(tmp_path), tmp_path / "kept"
    asked(workspace, folder)
    imported(workspace, month("2025-11", 10))
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: asked(workspace, folder), range(2)))
    assert {one.periods for one in found} == {("2025-11",), ()}
    equal(found[0].scanned.moments, found[1].scanned.moments)
    assert asked(workspace, folder).periods == ()
