"""The firm in its workspace: how large, how labelled, what was refused, and what stays out of the lake."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from upshot.errors import WorkspaceError
from upshot.sources import import_feed
from upshot.workspace.folder import Workspace
from upshot.workspace.harbour import NOTICE, display_names, make_harbour
from upshot.workspace.harbour.exports import EXPORTS
from upshot.workspace.harbour.facts import Facts
from upshot.workspace.harbour.make import profile_of

Told = list[tuple[str, int, int]]
AT_WORK = "hired <= DATE '2026-10-31' AND (\"left\" IS NULL OR \"left\" > DATE '2026-10-31')"


def refused(workspace: Workspace, file: str) -> Counter[str]:
    with (workspace.root / "rejects" / f"{file}.rejects.csv").open(encoding="utf-8") as rows:
        return Counter(row["column"] for row in csv.DictReader(rows))


def test_about_two_thousand_people_work_in_about_180_teams(harbour: Workspace) -> None:
    row = harbour.lake().query(
        f"SELECT count(DISTINCT person) AS people, count(DISTINCT team) AS teams FROM people WHERE {AT_WORK}"
    )
    assert 1_850 <= row["people"][0].as_py() <= 2_100
    assert 175 <= row["teams"][0].as_py() <= 185


def test_readings_run_from_october_2024_to_october_2026(harbour: Workspace) -> None:
    row = harbour.lake().query("SELECT min(period) AS first, max(period) AS last FROM kpis WHERE grain = 'month'")
    assert str(row["first"][0]) == "2024-10-01"
    assert str(row["last"][0]) == "2026-10-01"


def test_every_page_made_of_it_says_that_it_is_simulated(harbour: Workspace) -> None:
    assert harbour.notice == NOTICE
    assert "Simulated" in harbour.notice


def test_every_export_came_in_through_a_profile_and_its_day_is_on_record(harbour: Workspace) -> None:
    imports = {one.file: one for one in harbour.lake().imports() if one.file}
    assert set(imports) == {export.file for export in EXPORTS}
    for export in EXPORTS:
        assert str(imports[export.file].as_of)[:10] == export.stated
        assert imports[export.file].rows_taken > 0


@pytest.mark.parametrize(
    ("file", "columns"),
    [
        ("staff.csv", {"Employee number": 1, "Left": 1, "Hired": 1}),
        ("transcript.csv", {"LMS login": 3, "Status": 1, "Status date": 1, "Score": 1}),
        ("crm_conversations.csv", {"Accepted offers": 2, "Conversations": 2, "Month": 1}),
        ("telephony.csv.gz", {"Handling time (s)": 2}),
    ],
)
def test_slips_in_the_exports_are_refused_row_by_row_and_nothing_else_is(
    harbour: Workspace, file: str, columns: dict[str, int]
) -> None:
    assert refused(harbour, file) == columns
    imported = next(one for one in harbour.lake().imports() if one.file == file)
    assert imported.rows_rejected == sum(columns.values())


def test_importing_an_export_again_changes_nothing(harbour: Workspace) -> None:
    export = next(export for export in EXPORTS if export.file == "pulse_survey.csv")
    path = harbour.root / "exports" / export.file
    again = import_feed(harbour.lake(), export.feed, path, profile_of(export), dry_run=True)
    assert (again.rows_taken, again.rows_already_there) == (0, again.rows_in)


def test_corrected_conversations_hold_and_the_first_count_is_kept(harbour: Workspace) -> None:
    row = harbour.lake().query(
        "SELECT count(*) AS restated FROM kpi_readings WHERE kpi = 'conversion' AND restates AND period = '2026-09-01'"
    )
    assert row["restated"][0].as_py() == 24


def test_two_people_had_two_numbers_and_are_one_person_each(harbour: Workspace, facts: Facts) -> None:
    known = set(harbour.lake().query("SELECT DISTINCT person FROM people")["person"].to_pylist())
    assert len(facts.firm.rehired) == 2
    for old, new in facts.firm.rehired:
        assert old not in known
        assert new in known


def test_names_stand_in_the_export_and_never_reach_the_lake(harbour: Workspace, facts: Facts) -> None:
    staff = (harbour.root / "exports" / "staff.csv").read_text(encoding="utf-8")
    assert facts.names[0] in staff
    stored = harbour.lake().query("SELECT to_json(p) AS row FROM people p")["row"].to_pylist()
    assert not any(facts.names[0] in row for row in stored)
    assert display_names(harbour.root)[facts.firm.people.id[0]] == facts.names[0]


def test_progress_names_each_step_and_ends_with_all_done(harbour: Workspace, told: Told) -> None:
    assert harbour.root.is_dir()
    assert [done for _, done, _ in told] == list(range(told[-1][2] + 1))
    assert told[-1][0] == "done"


def test_a_folder_that_is_a_workspace_already_is_left_alone(harbour: Workspace) -> None:
    before = sorted(path.name for path in harbour.root.iterdir())
    with pytest.raises(WorkspaceError, match="workspace already"):
        make_harbour(harbour.root)
    assert sorted(path.name for path in harbour.root.iterdir()) == before


def test_stopping_half_way_leaves_no_answer_behind(tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(what: str, done: int, of: int) -> None:
        if done == 1:
            raise StoppedError

    with pytest.raises(StoppedError):
        make_harbour(tmp_path / "new", progress=stop)
    assert not (tmp_path / "new").exists()
