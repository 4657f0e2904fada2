"""Power, waves and baselines for the web: the same figures as the command line, with nobody named."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.workspace.firm import a_firm, level, readings, teams

from upshot.cli.power import power as power_command
from upshot.errors import InputError
from upshot.plan import edit, lock
from upshot.workspace.folder import Workspace
from upshot.workspace.power import baseline_of, power_of
from upshot.workspace.waves import plan_waves

WAVES = [{"id": "w1", "start": "2025-09-01", "share": 0.5}, {"id": "w2", "start": "2025-11-01", "share": 0.5}]


def a_planned_firm(root: Path, *, assign: str = "random-by-person", **keys: Any) -> Workspace:
    design = {"assign": assign, "period": "month", "first_treated": {"round": "floor"}}
    return a_firm(root, **{"waves": WAVES, "design": design, "learning": [], **keys})


def test_the_verdict_is_that_of_the_command_line(tmp_path: Path) -> None:
    workspace = a_planned_firm(tmp_path / "firm")
    found = power_of(workspace, "coaching")
    printed = CliRunner().invoke(power_command, ["coaching", "--workspace", str(workspace.root), "--format", "json"])
    assert json.loads(printed.output) == json.loads(json.dumps(found.answer.to_dict()))
    assert (found.kpi, found.worth) == ("calls", 0.5)


@pytest.mark.parametrize(("worth", "verdict"), [(30, "can be seen"), (0.001, "cannot be seen"), (None, "not asked")])
def test_the_verdict_weighs_what_can_be_seen_against_what_is_worth_having(
    tmp_path: Path, worth: float | None, verdict: str
) -> None:
    expected = {"kpi": "calls"} | ({} if worth is None else {"smallest_worth_having": worth})
    found = power_of(a_planned_firm(tmp_path / "firm", expected=[expected]), "coaching")
    assert found.verdict == verdict
    assert bool(found.changes) == (verdict == "cannot be seen")
    assert found.smallest is not None
    assert found.smallest > 0


def test_the_document_handed_in_is_judged_and_not_the_file(tmp_path: Path) -> None:
    workspace = a_planned_firm(tmp_path / "firm")
    asked = edit(workspace.plan(), ("initiatives", "coaching", "expected", 0, "smallest_worth_having"), 30)
    assert power_of(workspace, "coaching", asked).verdict == "can be seen"
    assert power_of(workspace, "coaching", asked).worth == 30


def test_waves_are_drawn_by_lot_with_the_seed_on_record_and_nobody_named(tmp_path: Path) -> None:
    workspace = a_planned_firm(tmp_path / "firm")
    first, again = (plan_waves(workspace, "coaching", seed=7) for _ in range(2))
    assert first == again
    assert first.seed == 7
    assert [(wave.start, wave.people) for wave in first.waves] == [
        (dt.date(2025, 9, 1), 24),
        (dt.date(2025, 11, 1), 24),
    ]
    assert first.teams == ()
    assert not any(person in repr(first) for person in teams())
    assert first.balance[0].name == "calls before launch"
    assert all(rule.holds for rule in first.rules)
    assert plan_waves(workspace, "coaching").seed is not None


def test_whole_teams_are_drawn_where_the_plan_says_so(tmp_path: Path) -> None:
    found = plan_waves(a_planned_firm(tmp_path / "firm", assign="random-by-team"), "coaching", seed=3)
    assert found.by == "team"
    assert sorted(name for name, _ in found.teams) == [f"t{number}" for number in range(6)]
    assert [wave.units for wave in found.waves] == [3, 3]


def test_seats_closed_days_and_the_longest_wait_are_kept_or_refused_with_a_way_out(tmp_path: Path) -> None:
    workspace = a_planned_firm(tmp_path / "firm")
    october = [(dt.date(2025, 10, 5), dt.date(2025, 10, 20))]
    found = plan_waves(workspace, "coaching", waves=3, seats=16, closed=october, seed=1)
    assert [wave.start.month for wave in found.waves] == [9, 11, 12]
    assert {wave.seats for wave in found.waves} == {16}
    with pytest.raises(InputError, match="longest wait is 1"):
        plan_waves(workspace, "coaching", waves=3, closed=october, longest_wait=1)
    with pytest.raises(InputError, match="seats"):
        plan_waves(workspace, "coaching", waves=2, seats=10)


def test_a_safety_critical_training_is_not_drawn(tmp_path: Path) -> None:
    found = plan_waves(a_planned_firm(tmp_path / "firm"), "coaching", safety_critical=True)
    assert found.waves == ()
    assert found.refused
    assert found.instead


def test_baselines_are_means_before_launch_and_go_into_the_lock(tmp_path: Path) -> None:
    workspace = a_planned_firm(tmp_path / "firm")
    before = [level(number, at) for number in range(len(teams())) for at in range(8)]
    found = baseline_of(workspace)
    assert found == {"calls": pytest.approx(sum(before) / len(before))}
    locked = lock(
        workspace.plan().plan, at=dt.datetime(2025, 8, 1, tzinfo=dt.UTC), signatories=["boss"], baseline=found
    )
    assert locked.baseline == found


def test_a_kpi_read_for_too_few_people_has_no_baseline(tmp_path: Path) -> None:
    few = [row for row in readings() if row["person"] in ("p00", "p01", "p02", "p03")]
    assert baseline_of(a_planned_firm(tmp_path / "few", kpis=few)) == {}
    other = [{**row, "kpi": "other"} for row in readings()]
    assert baseline_of(a_planned_firm(tmp_path / "none", kpis=other)) == {}
