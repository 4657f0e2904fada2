"""Where people are on their paths: wave, steps, the next one, and taking part told from having learned."""

import datetime as dt
from pathlib import Path

import pytest
from tests.web.courses import PLAN

from upshot.plan import parse
from upshot.workspace.folder import Workspace
from upshot.workspace.participation import STUCK_AFTER, Place, Standing, places

START = dt.date(2025, 3, 3)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Three advisers of the first wave, one of the second, and somebody the course is not for."""
    made = Workspace.create(tmp_path / "firm", organisation="Nordvik")
    people = [f"{person},Fjord,adviser,2020-03-01,2020-03-01" for person in ("p-1", "p-2", "p-3")]
    people += ["p-4,Dal,adviser,2020-03-01,2020-03-01", "m-1,Fjord,team manager,2020-03-01,2020-03-01"]
    take_in(made, "people", ["person,team,role,hired,valid_from", *people])
    records = ["p-1,VS-1,completed,2025-03-10", "p-2,VS-1,failed,2025-03-10"]
    records += [f"p-3,{activity},completed,2025-03-1{day}" for day, activity in enumerate(("VS-1", "VS-2"), 1)]
    take_in(made, "learning", ["person,activity,verb,at", *records])
    return made


def take_in(workspace: Workspace, feed: str, lines: list[str]) -> None:
    from upshot.sources import import_feed

    file = workspace.root / f"{feed}.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    report = import_feed(workspace.lake(), feed, file, f"plain-{feed}")
    assert report.rows_rejected == 0


def found(workspace: Workspace, on: dt.date, *people: str) -> dict[str, Place]:
    wanted = people or ("p-1", "p-2", "p-3", "p-4", "m-1")
    return {place.person: place for place in places(workspace, parse(PLAN, "plan.yaml").plan, wanted, on=on)}


def test_each_stands_where_their_records_say(workspace: Workspace) -> None:
    seen = {person: place.standing for person, place in found(workspace, dt.date(2025, 3, 20)).items()}
    assert seen == {
        "p-1": Standing.STARTED,
        "p-2": Standing.STARTED,
        "p-3": Standing.FINISHED,
        "p-4": Standing.WAITING,
    }


def test_the_next_step_is_the_first_whose_conditions_are_met_and_failing_is_not_doing(workspace: Workspace) -> None:
    steps = {person: place.next for person, place in found(workspace, dt.date(2025, 3, 20)).items()}
    assert {person: state.step.id for person, state in steps.items() if state} == {
        "p-1": "openings",
        "p-2": "basics",
        "p-3": "own",
        "p-4": "basics",
    }


@pytest.mark.parametrize(("days", "standing"), [(0, Standing.STARTED), (1, Standing.STUCK)])
def test_without_a_step_for_more_than_four_weeks_somebody_is_stuck(
    workspace: Workspace, days: int, standing: Standing
) -> None:
    on = dt.date(2025, 3, 10) + STUCK_AFTER + dt.timedelta(days=days)
    assert found(workspace, on)["p-1"].standing is standing


def test_what_came_after_the_day_asked_for_is_not_seen(workspace: Workspace) -> None:
    before = found(workspace, dt.date(2025, 3, 5))
    assert before["p-3"].standing is Standing.OPEN
    assert before["p-3"].last is None


def test_dates_due_count_from_the_start_of_the_wave(workspace: Workspace) -> None:
    basics = found(workspace, dt.date(2025, 3, 20))["p-1"].steps[0]
    assert (basics.done, basics.due) == (dt.date(2025, 3, 10), START + dt.timedelta(days=14))


def test_only_those_asked_for_are_read(workspace: Workspace) -> None:
    assert set(found(workspace, dt.date(2025, 3, 20), "p-4", "nobody")) == {"p-4"}
    assert places(workspace, parse(PLAN, "plan.yaml").plan, (), on=START) == ()
