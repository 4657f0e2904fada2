"""An answer by site and role: planted differences found, moments kept, and nobody ranked."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.workspace.firm import a_file, a_profile, a_roster
from tests.workspace.simulated import a_trained_firm, moved

from upshot.errors import DesignError
from upshot.impact.estimate import Grade
from upshot.impact.moments import Moments
from upshot.lake.moments_bytes import moments_from
from upshot.sources import import_feed
from upshot.workspace.answering import answer_initiative
from upshot.workspace.answers import Answer
from upshot.workspace.folder import Workspace
from upshot.workspace.slicing import dimensions_of, forget_moments, slices_of


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Answer]:
    """North falls by three, south by one."""
    kpis = moved(lambda number, _since: -3.0 if number % 2 else -1.0)
    workspace = a_trained_firm(tmp_path_factory.mktemp("firm") / "firm", kpis=kpis)
    return workspace, answer_initiative(workspace, "coaching")


def test_each_site_has_its_planted_effect_in_its_interval(asked: tuple[Workspace, Answer]) -> None:
    (table,) = slices_of(*asked, by=("site",)).facts
    rows = {row.label: row for row in table.rows}
    for label, truth in (("north", -3.0), ("south", -1.0)):
        row = rows[label]
        assert row.people == 24
        assert row.estimate is not None
        assert row.shrunken is not None
        assert (row.estimate.low or 0) < truth < (row.estimate.high or 0)
        assert table.overall is not None
        apart = abs(row.estimate.estimate - table.overall.estimate)
        assert abs(row.shrunken.estimate - table.overall.estimate) <= apart
    assert table.differ_p_value is not None
    assert table.differ_p_value < 0.001
    assert "differ more than luck" in table.note


def test_rows_stand_in_order_of_their_label(asked: tuple[Workspace, Answer]) -> None:
    (table,) = slices_of(*asked, by=("site",)).facts
    labels = [row.label for row in table.rows]
    assert labels == sorted(labels)


def test_teams_and_managers_cannot_be_asked_for(asked: tuple[Workspace, Answer]) -> None:
    _, answer = asked
    assert {"team", "manager", "person"}.isdisjoint(dimensions_of(answer))
    with pytest.raises(DesignError, match="can be sliced by role, site, region"):
        slices_of(*asked, by=("team",))
    with pytest.raises(DesignError, match="once"):
        slices_of(*asked, by=("site", "site"))


def test_moments_are_scanned_once_and_made_again_when_forgotten(asked: tuple[Workspace, Answer]) -> None:
    workspace, answer = asked
    forget_moments(workspace)
    first = slices_of(workspace, answer, ("site",))
    (kept,) = (workspace.root / "moments").glob("*.npz")
    written = kept.stat().st_mtime_ns
    assert slices_of(workspace, answer, ("site",)).facts == first.facts
    assert kept.stat().st_mtime_ns == written
    forget_moments(workspace)
    assert not (workspace.root / "moments").exists()


def test_an_erased_person_is_in_no_stored_moments(tmp_path: Path) -> None:
    workspace = a_trained_firm(tmp_path / "firm", people=a_roster())
    answer = answer_initiative(workspace, "coaching")
    before = slices_of(workspace, answer, ("site",))
    workspace.lake().erase("p01")
    after = slices_of(workspace, answer, ("site",))
    assert after.fingerprint != before.fingerprint
    assert sum(row.people or 0 for row in after.facts[0].rows) == 47


def test_an_answer_that_cannot_be_claimed_is_not_split(asked: tuple[Workspace, Answer]) -> None:
    workspace, answer = asked
    weak = replace(answer.estimate, grade=Grade(letter="D", codes=("weak",), text="Weak."), claimable=False)
    (table,) = slices_of(workspace, replace(answer, estimate=weak), ("site",)).facts
    assert table.rows == ()
    assert "cannot be claimed" in table.withheld


def imported(workspace: Workspace, rows: list[Mapping[str, Any]], days: int = 0) -> None:
    profile = a_profile(workspace.root, "kpis", rows[0], "month")
    stated = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    file = a_file(workspace.root / "more.csv", rows)
    assert import_feed(workspace.lake(), "kpis", file, profile, as_of=stated).rows_taken == len(rows)


def stored(workspace: Workspace) -> Moments:
    """What is kept for the slices, as it lies on disk."""
    (file,) = (workspace.root / "moments").glob("*.npz")
    with np.load(file, allow_pickle=False) as found:
        return moments_from(json.loads(found["head"].tobytes()), found)


def same(ours: Moments, theirs: Moments) -> None:
    """To 1e-12 of each block: the constant taken off may differ, which rounding alone shows."""
    assert (ours.cells, ours.periods, ours.people.tolist()) == (theirs.cells, theirs.periods, theirs.people.tolist())
    for mine, other in zip(ours.blocks, theirs.blocks, strict=True):
        assert (mine.cells, mine.count) == (other.cells, other.count)
        level = other.mean + theirs.shift
        assert np.abs(mine.mean + ours.shift - level).max() <= 1e-12 * np.abs(level).max()
        assert np.abs(mine.centred - other.centred).max() <= 1e-12 * max(1.0, np.abs(other.centred).max())


def test_a_new_month_and_a_restated_reading_update_the_moments_of_the_slices(tmp_path: Path) -> None:
    rows = moved(-2.0)
    newest = max(row["month"] for row in rows)
    workspace = a_trained_firm(tmp_path / "firm", kpis=[row for row in rows if row["month"] < newest])
    slices_of(workspace, answer_initiative(workspace, "coaching"), ("site",))
    (months,) = (path for path in (workspace.root / "moments").iterdir() if path.is_dir())
    old = {path.name for path in months.glob("*.npy")}
    before = stored(workspace)
    imported(workspace, [row for row in rows if row["month"] == newest])
    imported(workspace, [{**rows[0], "value": 99.5}], days=1)
    answer = answer_initiative(workspace, "coaching")
    slices_of(workspace, answer, ("site",))
    kept = {path.name for path in months.glob("*.npy")}
    assert (len(kept), len(kept & old)) == (len(old) + 1, len(old) - 1)
    updated = stored(workspace)
    forget_moments(workspace)
    slices_of(workspace, answer, ("site",))
    same(updated, stored(workspace))
    assert len(updated.periods) == len(before.periods) + 1
    assert max(np.abs(block.centred).max() for block in updated.blocks) > 1000
