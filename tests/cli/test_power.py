"""`upshot power` from the shell's side."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from upshot.cli.power import power
from upshot.errors import DesignError


def a_panel(folder: Path, *, teams: int = 24, size: int = 8, months: int = 12) -> Path:
    rng = np.random.default_rng(4)
    team = np.repeat(np.arange(teams), size)
    people = team.size
    sales = 50 + 2 * rng.normal(size=(teams, 1))[team] + 4 * rng.normal(size=(people, 1))
    sales = sales + 6 * rng.normal(size=(people, months))
    table = {
        "person": np.repeat([f"p{i:03d}" for i in range(people)], months),
        "team": np.repeat([f"team{t:02d}" for t in team], months),
        "region": np.repeat(["north" if t % 2 else "south" for t in team], months),
        "month": np.tile(np.arange(1, months + 1), people),
        "sales": sales.ravel(),
    }
    path = folder / "panel.parquet"
    pq.write_table(pa.table(table), path)
    return path


def run(path: Path, *options: str) -> Result:
    base = ["--panel", str(path), "--unit", "person", "--time", "month", "--outcome", "sales"]
    return CliRunner().invoke(power, [*base, *options], catch_exceptions=False)


def test_the_verdict_comes_first_and_the_alternatives_with_it(tmp_path: Path) -> None:
    text = run(a_panel(tmp_path), "--cluster", "team", "--waves", "3", "--gap", "3", "--worth", "1").output
    assert " ".join(text.split()).startswith("With 24 teams (192 people), 12 periods before and 9 after launch")
    assert "This cannot be seen" in text
    assert "half at once, half held back to the end" in text
    assert "intra-class correlation" in text


def test_json_is_printed_and_written_alike(tmp_path: Path) -> None:
    out = tmp_path / "power.json"
    result = run(a_panel(tmp_path), "--format", "json", "--out", str(out))
    printed = json.loads(result.output)
    assert printed == json.loads(out.read_text())
    assert printed["estimator"] == "ancova"
    assert printed["unit"] == "person"


def test_drawing_people_sees_more_than_drawing_teams(tmp_path: Path) -> None:
    path = a_panel(tmp_path)
    by = {
        unit: json.loads(run(path, "--cluster", "team", "--by", unit, "--format", "json").output)
        for unit in ("person", "team")
    }
    assert by["person"]["smallest_effect"] < by["team"]["smallest_effect"]


def test_pre_periods_after_the_launch_are_not_read(tmp_path: Path) -> None:
    text = run(a_panel(tmp_path), "--launch", "7").output
    assert "6 periods" in text


def test_one_wave_with_a_group_held_back_is_a_one_shot_experiment(tmp_path: Path) -> None:
    answer = json.loads(run(a_panel(tmp_path), "--waves", "1", "--hold-back", "0.25", "--format", "json").output)
    assert answer["estimator"] == "ancova"
    assert answer["waves"] == 1


def test_drawing_teams_without_their_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DesignError, match="--cluster"):
        run(a_panel(tmp_path), "--by", "team")


def test_one_pre_period_is_a_finding(tmp_path: Path) -> None:
    result = run(a_panel(tmp_path, months=1))
    assert result.exit_code == 0
    assert "This cannot be seen" in result.output
