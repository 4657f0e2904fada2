"""A lock makes an answer as planned or amended, and only then can it reach grade A."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from tests.workspace.firm import a_firm, a_roster

from upshot.errors import Cancelled
from upshot.plan import Document, Lock, amend, edit, lock, parse
from upshot.plan.initiatives import Initiative, Wave
from upshot.workspace.answering import Answer, answer_initiative
from upshot.workspace.findings import findings_of
from upshot.workspace.folder import Workspace
from upshot.workspace.progress import STAGES, stop_if
from upshot.workspace.registering import launch_of

UTC = dt.UTC
WAVES = [{"id": "w1", "start": "2025-05-01", "share": 0.25}, {"id": "w2", "start": "2025-08-01", "share": 0.25}]


def a_lot(root: Path) -> Workspace:
    """Half of the firm starts in two waves, by lot."""
    people = a_roster(wave=lambda number: {0: "w1", 1: "w2"}.get(number % 4, ""))
    design = {"assign": "random-by-person", "period": "month", "first_treated": {"round": "floor"}}
    return a_firm(root, people=people, waves=WAVES, design=design)


def signed(document: Document, at: dt.datetime = dt.datetime(2025, 4, 1, tzinfo=UTC)) -> Lock:
    return lock(document.plan, at=at, signatories=["boss", "finance"])


def answered(workspace: Workspace, **options: Any) -> Answer:
    return answer_initiative(workspace, "coaching", **options)


def renamed(document: Document) -> Document:
    return edit(document, ("initiatives", "coaching", "title"), "Coaching for everybody")


def letter(answer: Answer) -> str:
    assert answer.estimate.grade is not None
    return answer.estimate.grade.letter


def test_an_answer_to_a_plan_locked_before_launch_is_as_planned_and_can_reach_grade_a(tmp_path: Path) -> None:
    workspace = a_lot(tmp_path / "firm")
    open_, kept = answered(workspace), answered(workspace, locked=signed(workspace.plan()))
    assert (open_.estimate.registration, letter(open_), open_.locked_on) == ("exploratory", "B", None)
    assert (kept.estimate.registration, letter(kept), kept.locked_on) == ("as-planned", "A", dt.date(2025, 4, 1))
    assert findings_of(workspace, kept).plan.locked_on == dt.date(2025, 4, 1)
    assert kept.estimate.estimate == open_.estimate.estimate
    assert kept.event_study is not None
    assert kept.event_study.registration == "as-planned"


@pytest.mark.parametrize(
    "at",
    [dt.datetime(2025, 5, 1, tzinfo=UTC), dt.datetime(2025, 5, 1, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))],
)
def test_a_lock_on_the_day_of_the_first_wave_comes_too_late(tmp_path: Path, at: dt.datetime) -> None:
    workspace = a_lot(tmp_path / "firm")
    late = answered(workspace, locked=signed(workspace.plan(), at))
    assert (late.estimate.registration, late.locked_on) == ("exploratory", None)


def test_the_first_start_in_the_facts_counts_where_no_wave_is_planned(tmp_path: Path) -> None:
    workspace = a_firm(tmp_path / "firm")
    before = answered(workspace, locked=signed(workspace.plan(), dt.datetime(2025, 5, 9, 23, tzinfo=UTC)))
    after = answered(workspace, locked=signed(workspace.plan(), dt.datetime(2025, 5, 10, 8, tzinfo=UTC)))
    assert before.built.launched == dt.date(2025, 5, 10)
    assert (before.estimate.registration, after.estimate.registration) == ("as-planned", "exploratory")


def test_launch_is_the_earlier_of_the_planned_and_the_first_real_start() -> None:
    locked = Lock(hash="", at=dt.datetime(2025, 4, 1, tzinfo=UTC), signatories=("boss",))
    planned = Initiative(id="coaching", waves=(Wave(id="w1", start=dt.date(2025, 5, 1)),))
    assert launch_of(planned, dt.date(2025, 4, 20), locked).date() == dt.date(2025, 4, 20)
    assert launch_of(planned, dt.date(2025, 6, 20), locked).date() == dt.date(2025, 5, 1)
    assert launch_of(Initiative(id="coaching"), None, locked) > dt.datetime(2100, 1, 1, tzinfo=UTC)


def test_an_amended_plan_is_answered_as_amended_and_the_file_on_disk_is_not_read(tmp_path: Path) -> None:
    workspace = a_lot(tmp_path / "firm")
    before = workspace.plan()
    after = renamed(before)
    record = amend(
        signed(before),
        before.plan,
        after.plan,
        reason="a clearer name",
        at=dt.datetime(2025, 6, 1, tzinfo=UTC),
        by="boss",
    )
    found = answered(workspace, document=after, locked=record)
    assert found.initiative.title == "Coaching for everybody"
    assert (found.estimate.registration, letter(found)) == ("amended", "B")
    assert answered(workspace, document=after, locked=signed(before)).estimate.registration == "exploratory"


@pytest.mark.parametrize("asked", [{"rounding": "next"}, {"kpi_id": "minutes"}])
def test_what_the_plan_did_not_promise_is_exploratory_under_any_lock(tmp_path: Path, asked: dict[str, str]) -> None:
    workspace = a_lot(tmp_path / "firm")
    plan = json.loads(workspace.plan().text)
    plan["kpis"].append({"id": "minutes", "type": "mean", "source": {"kpi": "calls"}})
    document = parse(json.dumps(plan))
    found = answered(workspace, document=document, locked=signed(document), **asked)
    assert found.estimate.registration == "exploratory"
    assert found.locked_on == dt.date(2025, 4, 1)


def test_every_stage_is_told_once_and_in_order(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    answered(a_firm(tmp_path / "firm"), progress=lambda what, done, of: told.append((what, done, of)))
    assert told == [(what, at, len(STAGES)) for at, what in enumerate((*STAGES, "done"))]


@pytest.mark.parametrize("stage", STAGES)
def test_an_answer_stops_between_any_two_stages_and_stores_nothing(tmp_path: Path, stage: str) -> None:
    workspace = a_firm(tmp_path / "firm")
    begun: list[str] = []
    stop = stop_if(lambda: begun[-1] == stage)

    def progress(what: str, done: int, of: int) -> None:
        begun.append(what)
        stop(what, done, of)

    with pytest.raises(Cancelled, match=f"Stopped before '{stage}'"):
        answered(workspace, progress=progress)
    assert not (workspace.root / "answers").exists()
    assert answered(workspace).estimate.estimate is not None
