"""What Upshot says of Harbour, held against what was planted."""

from collections.abc import Callable

import pytest

from upshot.workspace.answering import Answer, no_training
from upshot.workspace.answering_all import answer_all
from upshot.workspace.chain import chain_of
from upshot.workspace.folder import Workspace
from upshot.workspace.guarding import guardrail_of
from upshot.workspace.harbour import GUARDRAIL, TRUTH, Planted, harbour_plan, locked, mistakes, narrative
from upshot.workspace.valuing import value_of

Answered = Callable[[str, str], Answer]
TRAINED = [planted for planted in TRUTH if planted.sentence != "not-training"]


@pytest.mark.parametrize("planted", [*TRAINED, GUARDRAIL], ids=lambda p: f"{p.initiative}-{p.kpi}")
def test_what_is_said_of_an_initiative_is_what_was_planted(planted: Planted, answered: Answered) -> None:
    assert mistakes(planted, answered(planted.initiative, planted.kpi).estimate) == []


@pytest.mark.parametrize("planted", TRAINED, ids=lambda p: p.initiative)
def test_every_answer_is_as_planned_since_the_plan_was_locked_before_the_first_start(
    planted: Planted, answered: Answered
) -> None:
    found = answered(planted.initiative, planted.kpi)
    assert found.estimate.registration == "as-planned"
    assert found.locked_on is not None


def test_the_deal_desk_rule_ends_in_no_training_and_is_credited(harbour: Workspace) -> None:
    planted = next(planted for planted in TRUTH if planted.sentence == "not-training")
    found = no_training(harbour, planted.initiative)
    assert found is not None
    assert mistakes(planted, found) == []
    assert "deal desk" in (found.claim or "")


def test_the_claim_of_a_course_that_did_nothing_leaves_no_room_for_an_effect_worth_having(answered: Answered) -> None:
    found = answered("calm-on-the-line", "satisfaction").estimate
    assert found.conf_low is not None
    assert found.conf_high is not None
    assert -0.01 < found.conf_low < 0 < found.conf_high < 0.01


def test_the_worst_teams_were_bound_to_get_better_and_the_earlier_path_gives_it_away(answered: Answered) -> None:
    found = answered("careful-hands", "errors-per-1000").estimate
    assert found.claimable is False
    assert {"pre-trend"} & {check.code for check in found.checks}
    assert found.naive is not None
    assert found.naive.before_after_relative == pytest.approx(-0.18, abs=0.04)


def test_those_who_came_by_themselves_look_six_points_better_and_nothing_is_claimed(answered: Answered) -> None:
    found = answered("leading-well", "engagement").estimate
    assert found.grade is not None
    assert "volunteers-only" in found.grade.codes
    assert found.naive is not None
    assert found.naive.before_after == pytest.approx(6, abs=0.7)


def test_what_faster_wrap_up_costs_is_seen_beside_what_it_gains(answered: Answered) -> None:
    gain = answered("faster-wrap-up", "handling-time").estimate
    cost = answered("faster-wrap-up", "satisfaction").estimate
    assert gain.conf_high is not None
    assert gain.conf_high < 0
    assert cost.conf_high is not None
    assert cost.conf_high < -0.01, "worse by more than the smallest change that matters"


def test_the_guardrail_of_faster_wrap_up_warns_in_the_headline_itself(harbour: Workspace) -> None:
    signed = locked(harbour.plan().plan, "faster-wrap-up")
    found = answer_all(harbour, "faster-wrap-up", locked=signed)
    assert [(rail.kpi.id, rail.verdict) for rail in found.guardrails] == [("satisfaction", "worse")]
    assert guardrail_of(found.guardrails[0]).verdict == "got-worse"
    grade, claim = found.primary.estimate.grade, found.primary.estimate.claim
    assert grade is not None
    assert grade.letter == "A", "the number keeps its grade"
    assert "got worse" in (claim or "")


def test_the_chain_of_careful_hands_broke_at_work(harbour: Workspace, answered: Answered) -> None:
    links = {link.stage: link for link in chain_of(harbour, answered("careful-hands", "errors-per-1000"))}
    assert [stage for stage, link in links.items() if link.broke] == ["applied"]
    assert links["learned"].share is not None
    assert links["learned"].share > 0.8


def test_what_needs_first_was_worth_is_of_the_size_of_its_cost(answered: Answered) -> None:
    found = value_of(answered("needs-first", "conversion"))
    assert found.roi is not None
    assert 0 < found.roi.estimate < 3


def test_every_initiative_of_the_plan_has_its_truth_and_no_other_has() -> None:
    assert {planted.initiative for planted in TRUTH} == {i.id for i in harbour_plan().plan.initiatives}


def test_the_page_on_what_was_planted_tells_of_each_and_says_that_it_is_simulated() -> None:
    page = narrative()
    assert "simulated" in page
    for planted in TRUTH:
        assert planted.story in page


@pytest.mark.parametrize("planted", [TRUTH[0], GUARDRAIL], ids=lambda p: p.kpi)
def test_an_answer_that_misses_the_truth_is_told_so(planted: Planted, answered: Answered) -> None:
    other = answered("leading-well", "engagement").estimate
    assert mistakes(planted, other), "a refusal is not what was planted"
