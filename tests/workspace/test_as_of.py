"""An old answer, asked again: the same plan, instant and seed give the same bytes, whatever was learned since."""

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import pytest
from tests.workspace.firm import a_file, a_firm, a_profile, readings, records

from upshot.errors import DesignError, PanelError
from upshot.sources import import_feed
from upshot.workspace.answering import answer_initiative
from upshot.workspace.folder import Workspace


def said(workspace: Workspace, **options: Any) -> bytes:
    estimate = answer_initiative(workspace, "coaching", **options).estimate
    return json.dumps(estimate.to_dict(), sort_keys=True).encode()


def now() -> dt.datetime:
    """An instant after all that was stored, and before all that will be."""
    time.sleep(0.01)
    found = dt.datetime.now(dt.UTC)
    time.sleep(0.01)
    return found


def bring(workspace: Workspace, feed: str, rows: list[dict[str, Any]], **profile: Any) -> None:
    root = workspace.root
    path = a_profile(root, feed, rows[0], "month")
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | profile), encoding="utf-8")
    report = import_feed(workspace.lake(), feed, a_file(root / f"{feed}-more.csv", rows), path)
    assert report.rows_rejected == 0
    assert report.rows_taken > 0


def learned_since(workspace: Workspace) -> None:
    """A restated month, more completions, a moved team, and two accounts found to be one person."""
    restated = [{**row, "value": row["value"] + 5} for row in readings() if row["month"] == "2025-06"]
    bring(workspace, "kpis", restated)
    bring(workspace, "learning", records(days={"t4": "2025-10-02"}))
    person = {"person": "p00", "team": "t9", "role": "agent", "site": "north", "hired": "2020-01-01"}
    bring(workspace, "people", [person])
    workspace.lake().merge_accounts("p47", "p46", reason="same person")


def test_an_old_answer_is_the_same_to_the_byte_after_everything_that_was_learned_since(tmp_path: Path) -> None:
    workspace = a_firm(tmp_path / "firm")
    first, then = said(workspace), now()
    learned_since(workspace)
    assert said(workspace, as_of=then) == first
    assert said(workspace) != first
    assert said(workspace, as_of=now()) == said(workspace)


def test_each_instant_between_two_imports_has_its_own_answer(tmp_path: Path) -> None:
    workspace = a_firm(tmp_path / "firm")
    restated = [{**row, "value": row["value"] + 5} for row in readings() if row["month"] == "2025-06"]
    bring(workspace, "kpis", restated)
    between, middle = said(workspace), now()
    bring(workspace, "kpis", [{**row, "value": row["value"] - 2} for row in restated])
    assert said(workspace, as_of=middle) == between
    assert said(workspace) != between


def test_the_answer_keeps_the_instant_it_was_asked_as_of(tmp_path: Path) -> None:
    workspace = a_firm(tmp_path / "firm")
    then = now()
    assert answer_initiative(workspace, "coaching", as_of=then).as_of == then
    assert answer_initiative(workspace, "coaching").as_of is None


def test_before_the_first_import_nobody_is_in_the_audience(tmp_path: Path) -> None:
    then = now()
    with pytest.raises(PanelError, match="Nobody of the 0 people in the roster"):
        said(a_firm(tmp_path / "firm"), as_of=then)


def test_an_instant_needs_its_time_zone(tmp_path: Path) -> None:
    with pytest.raises(DesignError, match="needs a time zone"):
        said(a_firm(tmp_path / "firm"), as_of=dt.datetime(2026, 1, 1))


def test_a_person_erased_since_stays_erased(tmp_path: Path) -> None:
    workspace = a_firm(tmp_path / "firm")
    then = now()
    before = answer_initiative(workspace, "coaching", as_of=then).estimate.n_units
    workspace.lake().erase("p05")
    assert answer_initiative(workspace, "coaching", as_of=then).estimate.n_units == before - 1


def test_an_answer_after_an_erasure_has_another_fingerprint(tmp_path):
    workspace = a_firm(tmp_path)
    before = answer_initiative(workspace, "coaching").estimate.provenance
    workspace.lake().erase("p00")
    after = answer_initiative(workspace, "coaching").estimate.provenance
    assert before is not None
    assert after is not None
    assert before.data_fingerprint != after.data_fingerprint
