"""Rounds: joiners come in, movers are treated by rule, records are taken over, and doing it again changes nothing."""

import datetime as dt
from pathlib import Path

import pytest
from tests.web.cast import Cast
from tests.web.paths.builders import ON, a_round, enrolled, records, with_path, write_plan
from tests.web.roster import take_in

from upshot.web.accounts.viewer import workspace_of
from upshot.web.paths.models import Certificate, Enrolment, StepRecord
from upshot.web.paths.services.recording import record_step
from upshot.web.paths.services.rounds import due, go_round_once

State = Enrolment.State
pytestmark = pytest.mark.django_db

CHANGES = [{"person": "p-3", "team": "Managers", "manager": "m-1", "role": "team manager", "site": "Bergen",
            "region": "West", "hired": "2020-03-01", "valid_from": "2026-11-20"}]  # fmt: skip


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    return with_path(cast, tmp_path)


def test_everybody_of_the_audience_is_enrolled_by_wave(firm: Cast) -> None:
    a_round(firm)
    states = dict(Enrolment.objects.values_list("person", "state"))
    assert len(states) == 30
    assert {states[f"p-{n}"] for n in (3, 6, 9)} == {State.ACTIVE}
    assert enrolled(firm, "p-1").state == State.WAITING
    assert enrolled(firm, "p-1").starts == dt.date(2099, 1, 5)


def test_a_second_round_changes_nothing(firm: Cast, tmp_path: Path) -> None:
    records(
        firm,
        tmp_path,
        ("p-3", "basics", "completed", "2026-11-05"),
        ("p-3", "selling/basics", "completed", "2026-11-05"),
    )
    a_round(firm)
    before = (list(Enrolment.objects.order_by("pk").values()), list(StepRecord.objects.order_by("pk").values()))
    a_round(firm)
    assert before == (list(Enrolment.objects.order_by("pk").values()), list(StepRecord.objects.order_by("pk").values()))
    assert StepRecord.objects.count() == 1


def test_the_chore_reads_nothing_again_until_something_changed(firm: Cast, tmp_path: Path) -> None:
    assert go_round_once(firm.organisation, on=ON)
    assert not go_round_once(firm.organisation, on=ON)
    records(firm, tmp_path, ("p-3", "selling/basics", "completed", "2026-11-05"))
    assert go_round_once(firm.organisation, on=ON)
    due(dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC))
    assert enrolled(firm).begun == dt.date(2026, 11, 5)


def test_a_path_that_is_no_longer_by_choice_is_everybodys_with_the_next_chore(firm: Cast) -> None:
    plan = workspace_of(firm.organisation).root / "plan.yaml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("random-by-team, seed: 1", "voluntary"), encoding="utf-8")
    go_round_once(firm.organisation, on=ON)
    assert not Enrolment.objects.exists()
    plan.write_text(text, encoding="utf-8")
    assert go_round_once(firm.organisation, on=ON)
    assert Enrolment.objects.count() == 30


def test_somebody_who_joins_is_picked_up_and_one_who_moves_is_paused_with_nothing_lost(
    firm: Cast, tmp_path: Path
) -> None:
    a_round(firm)
    record_step(enrolment=enrolled(firm), step="basics")
    take_in(firm.organisation, "people", CHANGES, tmp_path)
    a_round(firm)
    assert (enrolled(firm).state, enrolled(firm).reason) == (State.PAUSED, "moved")
    assert enrolled(firm).records.count() == 1
    back = [{**CHANGES[0], "team": "Fjord", "role": "adviser", "valid_from": "2026-11-23"}]
    take_in(firm.organisation, "people", back, tmp_path)
    a_round(firm)
    assert (enrolled(firm).state, enrolled(firm).reason) == (State.ACTIVE, "")


@pytest.mark.parametrize(
    ("rule", "state", "told"),
    [
        ("withdraw", State.WITHDRAWN, "this path is no longer meant for you"),
        ("keep", State.ACTIVE, "This path stays open to you all the same."),
    ],
)
def test_the_plan_says_what_becomes_of_movers(firm: Cast, tmp_path: Path, rule: str, state: str, told: str) -> None:
    write_plan(firm, moved=rule)
    a_round(firm)
    take_in(firm.organisation, "people", CHANGES, tmp_path)
    a_round(firm)
    assert enrolled(firm).state == state
    page = firm.client("learner").get("/o/nordvik/learning/").content.decode()
    assert told in page
    assert "It is yours because" not in page


def test_who_leaves_the_firm_is_withdrawn(firm: Cast, tmp_path: Path) -> None:
    a_round(firm)
    gone = [{**CHANGES[0], "team": "Fjord", "role": "adviser", "left": "2026-11-15"}]
    take_in(firm.organisation, "people", gone, tmp_path)
    a_round(firm)
    assert (enrolled(firm).state, enrolled(firm).reason) == (State.WITHDRAWN, "left")


def test_a_feed_finishes_the_path_and_the_certificate_counts_from_completion(firm: Cast, tmp_path: Path) -> None:
    done = [("selling/basics", "2025-02-03"), ("selling/openings", "2025-02-10"), ("selling/mine", "2025-02-12")]
    records(firm, tmp_path, *(("p-3", name, "completed", day) for name, day in done))
    a_round(firm)
    assert (enrolled(firm).state, enrolled(firm).done) == (State.DONE, dt.date(2025, 2, 12))
    held = Certificate.objects.get()
    assert (held.given, held.expires, held.grace) == (
        dt.date(2025, 2, 12),
        dt.date(2026, 2, 11),
        dt.date(2026, 2, 25),
    )


def test_a_good_result_in_the_assessment_waives_the_basics_as_tested_out(firm: Cast, tmp_path: Path) -> None:
    records(firm, tmp_path, ("p-3", "VS-0", "completed", "2026-11-05"), score="0.95")
    a_round(firm)
    from upshot.web.paths.walking import progress_of

    state = {one.step.id: (one.state, one.reason) for one in progress_of(enrolled(firm)).steps}
    assert state["basics"] == ("waived", "Tested Out")
    assert state["openings"] == ("open", "")


def test_a_record_taken_back_from_the_lake_is_taken_back_here(firm: Cast, tmp_path: Path) -> None:
    from upshot.lake.retract import retract_learning

    records(firm, tmp_path, ("p-3", "selling/basics", "completed", "2026-11-05"))
    a_round(firm)
    record = StepRecord.objects.get()
    key = ("p-3", "selling/basics", "completed", int(record.at.timestamp() * 1_000_000))
    assert retract_learning(workspace_of(firm.organisation).lake(), [key], source="plain-learning") == 1
    a_round(firm)
    assert enrolled(firm).records.count() == 0
    assert enrolled(firm).begun is None
