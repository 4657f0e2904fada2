"""`upshot waves` from the shell's side."""

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from upshot.cli.waves import waves
from upshot.errors import DesignError, InputError


def a_panel(folder: Path, *, split: bool = False) -> Path:
    rng = np.random.default_rng(4)
    teams, size, months = 20, 5, 6
    team = np.repeat(np.arange(teams), size)
    region = [("north" if (t % 2 or (split and i == 0)) else "south") for i, t in enumerate(team)]
    table = {
        "person": np.repeat([f"p{i:03d}" for i in range(team.size)], months),
        "team": np.repeat([f"team{t:02d}" for t in team], months),
        "region": np.repeat(region, months),
        "month": np.tile(np.arange(1, months + 1), team.size),
        "sales": rng.normal(size=team.size * months),
    }
    path = folder / "panel.parquet"
    pq.write_table(pa.table(table), path)
    return path


def run(path: Path, *options: str) -> Result:
    base = ["--panel", str(path), "--unit", "person", "--time", "month", "--outcome", "sales"]
    return CliRunner().invoke(waves, [*base, *options], catch_exceptions=False)


TEAMS = ("--cluster", "team", "--block", "region", "--waves", "2", "--gap", "3")


def test_a_plan_is_drawn_audited_and_said_in_words(tmp_path: Path) -> None:
    text = run(a_panel(tmp_path), *TEAMS, "--capacity", "60", "--worth", "0.5", "--seed", "3").output
    assert "Drawn with seed 3" in text
    assert "wave 2: period 3, 10 units, 50 people of 60 seats" in text
    assert "team07" in text
    assert "BROKEN" not in text
    assert "smallest effect on sales" in " ".join(text.split())


def test_who_starts_when_is_written_as_a_table(tmp_path: Path) -> None:
    out = tmp_path / "waves.csv"
    run(a_panel(tmp_path), *TEAMS, "--seed", "3", "--exclude", "team01", "--fix", "team02=2", "--out", str(out))
    with out.open() as file:
        rows = {row["unit"]: row for row in csv.DictReader(file)}
    assert len(rows) == 20
    assert rows["team01"]["wave"] == ""
    assert (rows["team02"]["wave"], rows["team02"]["reason"]) == ("2", "fixed")


def test_without_a_seed_one_is_drawn_and_recorded(tmp_path: Path) -> None:
    path = a_panel(tmp_path)
    first = json.loads(run(path, *TEAMS, "--format", "json").output)
    again = json.loads(run(path, *TEAMS, "--format", "json", "--seed", str(first["seed"])).output)
    assert again == first


def test_people_are_drawn_where_no_team_is_named(tmp_path: Path) -> None:
    plan = json.loads(run(a_panel(tmp_path), "--waves", "4", "--seed", "1", "--format", "json").output)
    assert len(plan["assignment"]) == 100
    assert [wave["n_units"] for wave in plan["waves"]] == [25] * 4


def test_limits_reach_the_plan(tmp_path: Path) -> None:
    options = ("--start", "0", "--start", "4", "--hold-back", "0.2", "--trainers", "3", "--seats-per-trainer", "20")
    closed = ("--closed", "team03=0", "--closed", "team03=4", "--urgent", "team04", "--blackout", "2")
    plan = json.loads(
        run(a_panel(tmp_path), "--cluster", "team", *options, *closed, "--seed", "1", "--format", "json").output
    )
    place = {row["unit"]: row for row in plan["assignment"]}
    assert place["team03"]["reason"] == "held-back"
    assert place["team04"]["wave"] == 1
    assert plan["waves"][0]["seats"] == 60


def test_matching_draws_within_pairs_alike_before_launch(tmp_path: Path) -> None:
    plan = json.loads(run(a_panel(tmp_path), *TEAMS, "--match", "--seed", "1", "--format", "json").output)
    blocks: dict[str, list[int]] = {}
    for row in plan["assignment"]:
        blocks.setdefault(row["block"], []).append(row["wave"])
    assert len(blocks) == 10
    assert all(sorted(found) == [1, 2] for found in blocks.values())


def test_safety_critical_training_is_refused_with_other_designs(tmp_path: Path) -> None:
    result = run(a_panel(tmp_path), *TEAMS, "--safety-critical")
    assert result.exit_code == 0
    assert "no one is made to wait by lot" in result.output
    assert "What can be learned instead" in result.output


def test_too_few_seats_are_said_with_the_number_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="60 short"):
        run(a_panel(tmp_path), *TEAMS, "--capacity", "20")


def test_a_team_in_two_regions_cannot_be_blocked_by_region(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="several blocks"):
        run(a_panel(tmp_path, split=True), *TEAMS)


@pytest.mark.parametrize(
    "options", [("--cluster", "team"), (*TEAMS, "--fix", "team01"), (*TEAMS, "--closed", "team01=soon")]
)
def test_options_that_do_not_say_enough_are_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    with pytest.raises(DesignError):
        run(a_panel(tmp_path), *options)
