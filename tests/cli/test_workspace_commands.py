"""`init`, `estimate`, `report`, `power` and `waves` on a workspace, from the shell's side."""

import json
from pathlib import Path

import pytest
from tests.cli.shell import run
from tests.workspace.firm import a_firm, a_roster

Shell = pytest.CaptureFixture[str]


def test_init_makes_a_workspace_and_says_what_is_next(tmp_path: Path, capsys: Shell) -> None:
    root = tmp_path / "firm"
    done = run(capsys, "init", str(root), "--organisation", "Nordvik")
    assert done.code == 0
    assert "upshot plan check" in done.out
    assert 'organisation = "Nordvik"' in (root / "upshot.toml").read_text(encoding="utf-8")
    assert run(capsys, "plan", "check", str(root / "plan.yaml")).code == 0


def test_init_refuses_to_overwrite(tmp_path: Path, capsys: Shell) -> None:
    run(capsys, "init", str(tmp_path / "firm"))
    before = (tmp_path / "firm" / "upshot.toml").read_bytes()
    done = run(capsys, "init", str(tmp_path / "firm"), "--organisation", "Another")
    assert done.code == 1
    assert "is a workspace already; nothing was changed" in done.err
    assert (tmp_path / "firm" / "upshot.toml").read_bytes() == before


def test_an_initiative_is_answered_as_planned(tmp_path: Path, capsys: Shell) -> None:
    root, out = a_firm(tmp_path / "firm").root, tmp_path / "page.html"
    done = run(capsys, "estimate", "coaching", "--workspace", str(root), "--out", str(out))
    assert done.code == 0
    assert "callaway-santanna" in done.out
    assert "Test firm" in out.read_text(encoding="utf-8")
    floor = run(capsys, "estimate", "coaching", "--workspace", str(root), "--round", "next", "--format", "json")
    assert json.loads(floor.out)["provenance"]["plan_hash"]


def test_names_that_are_not_in_the_plan_and_places_that_are_no_workspace(tmp_path: Path, capsys: Shell) -> None:
    root = a_firm(tmp_path / "firm").root
    done = run(capsys, "estimate", "coching", "--workspace", str(root))
    assert done.code == 1
    assert "coaching" in done.err
    done = run(capsys, "estimate", "coaching", "--workspace", str(tmp_path / "nowhere"))
    assert done.code == 1
    assert "upshot init" in done.err


def test_no_training_is_an_answer_and_leaves_no_page(tmp_path: Path, capsys: Shell) -> None:
    root = a_firm(tmp_path / "firm", diagnosis={"because": ["environment"], "verdict": "no-training"}).root
    done = run(capsys, "estimate", "coaching", "--workspace", str(root))
    assert done.code == 0
    assert done.flat.startswith("No training was planned for 'coaching'")
    page = tmp_path / "page.html"
    assert run(capsys, "estimate", "coaching", "--workspace", str(root), "--out", str(page)).code == 2
    done = run(capsys, "report", "coaching", "--workspace", str(root), "--out", str(page))
    assert done.code == 0
    assert "nothing was written" in done.flat
    assert not page.exists()


def test_a_report_is_written_where_it_is_asked_for(tmp_path: Path, capsys: Shell) -> None:
    root, page = a_firm(tmp_path / "firm").root, tmp_path / "page.html"
    done = run(capsys, "report", "coaching", "--workspace", str(root), "--out", str(page))
    assert done.code == 0
    assert page.resolve().as_uri() in done.out
    assert (root / "answers" / "coaching.json").is_file()
    assert run(capsys, "report", "coaching", "--workspace", str(root), "--out", str(tmp_path / "p.doc")).code == 2


def test_power_takes_kpi_waves_and_worth_from_the_plan(tmp_path: Path, capsys: Shell) -> None:
    waves = [{"id": "w1", "start": "2025-07-01", "share": 0.4}, {"id": "w2", "start": "2025-10-01", "share": 0.4}]
    root = a_firm(tmp_path / "firm", waves=waves).root
    found = json.loads(run(capsys, "power", "coaching", "--workspace", str(root), "--format", "json").out)
    assert found["estimator"] == "roth-santanna"
    assert found["unit"] == "person"
    assert found["worth"] == 0.5
    text = run(capsys, "power", "coaching", "--workspace", str(root)).flat
    assert "48 people" in text
    assert "6 periods" in text


def test_power_by_team_follows_the_plan(tmp_path: Path, capsys: Shell) -> None:
    design = {"assign": "random-by-team", "period": "month", "seed": 5}
    root = a_firm(tmp_path / "firm", design=design).root
    text = run(capsys, "power", "coaching", "--workspace", str(root), "--launch", "2025-09").flat
    assert "6 teams" in text
    assert "8 periods before" in text


def test_waves_are_drawn_for_the_roster_with_the_plans_seed(tmp_path: Path, capsys: Shell) -> None:
    waves = [{"id": "w1", "start": "2025-07-01", "share": 0.5}, {"id": "w2", "start": "2025-10-01", "share": 0.5}]
    design = {"assign": "random-by-team", "period": "month", "seed": 5}
    root = a_firm(tmp_path / "firm", people=a_roster(), waves=waves, design=design).root
    plan = json.loads(run(capsys, "waves", "coaching", "--workspace", str(root), "--format", "json").out)
    assert plan["seed"] == 5
    assert sorted(row["unit"] for row in plan["assignment"]) == [f"t{i}" for i in range(6)]
    assert [wave["start"] for wave in plan["waves"]] == [0, 3]
    people = json.loads(
        run(
            capsys, "waves", "coaching", "--workspace", str(root), "--waves", "3", "--block", "site", "--format", "json"
        ).out
    )
    assert len(people["waves"]) == 3


def test_columns_belong_to_a_panel_and_the_plan_to_an_initiative(tmp_path: Path, capsys: Shell) -> None:
    for command in ("power", "waves"):
        done = run(capsys, command, "coaching", "--unit", "person", "--cluster", "team")
        assert done.code == 2
        assert "An INITIATIVE has no use for --unit, --cluster" in done.err
        done = run(capsys, command, "--panel", "panel.csv", "--unit", "person")
        assert done.code == 2
        assert "--panel also needs --time, --outcome" in done.err
        assert run(capsys, command).code == 2
