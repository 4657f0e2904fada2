"""Attempts: every answer once, each with its statement, on its own version."""

import json

import pytest
from tests.web.cast import Cast
from tests.web.practice.builders import BEST, TEXT, WORST, a_learner, a_published, played

from upshot.errors import InputError, ScenarioError
from upshot.plan.rolepath import competency_urn
from upshot.web.accounts.viewer import workspace_of
from upshot.web.lrs.models import Statement
from upshot.web.lrs.services.lake import follow
from upshot.web.practice import playing
from upshot.web.practice.content import playable
from upshot.web.practice.models import Attempt, Decision


def statements() -> list[dict]:
    return [json.loads(bytes(one.payload)) for one in Statement.objects.order_by("stored")]


def verbs() -> list[str]:
    return [one["verb"]["id"].rpartition("/")[2] for one in statements()]


def test_every_decision_is_a_statement_at_once(cast: Cast) -> None:
    version = a_published(cast)
    viewer = cast.viewer("learner")
    attempt = playing.begin(viewer=viewer, version=version)
    assert verbs() == ["initialized"]
    playing.answer(viewer=viewer, attempt=attempt, number=1, choice="ask", seconds=12.5)
    said = statements()[-1]
    assert said["actor"]["account"]["name"] == "p-1"
    assert said["object"]["id"].endswith("/o/nordvik/practice/late-parcel/#call")
    assert said["object"]["definition"]["correctResponsesPattern"] == ["ask"]
    assert said["result"]["response"] == "ask"
    assert said["result"]["success"] is True
    assert said["result"]["duration"] == "PT12.50S"
    assert said["result"]["extensions"]["urn:upshot:scenario:points"] == {"calm": 1, "clear": 1}
    assert said["result"]["extensions"]["urn:upshot:scenario:offered"] == ["ask", "fault"]
    assert said["context"]["registration"] == str(attempt.registration)
    assert said["context"]["revision"] == f"1 {version.fingerprint}"


def test_the_end_says_completed_and_passed_with_the_score(cast: Cast) -> None:
    attempt = played(cast.viewer("learner"), a_published(cast), BEST)
    assert verbs() == ["initialized", "answered", "answered", "completed", "passed"]
    assert statements()[-1]["result"]["score"] == {"scaled": 1.0}
    assert (attempt.ending, attempt.scaled, attempt.passed) == ("good", 1.0, True)


def test_a_page_that_is_only_turned_is_no_decision(cast: Cast) -> None:
    attempt = played(cast.viewer("learner"), a_published(cast), WORST)
    assert verbs() == ["initialized", "answered", "completed", "failed"]
    assert list(attempt.decisions.values_list("turn", flat=True)) == [False, True]
    assert attempt.passed is False


def test_the_same_answer_twice_is_taken_once(cast: Cast) -> None:
    viewer, version = cast.viewer("learner"), a_published(cast)
    attempt = playing.begin(viewer=viewer, version=version)
    assert playing.answer(viewer=viewer, attempt=attempt, number=1, choice="ask", seconds=1) is True
    assert playing.answer(viewer=viewer, attempt=attempt, number=1, choice="ask", seconds=1) is False
    assert playing.answer(viewer=viewer, attempt=attempt, number=1, choice="fault", seconds=1) is False
    assert Decision.objects.count() == 1
    assert verbs() == ["initialized", "answered"]


def test_beginning_twice_is_one_attempt(cast: Cast) -> None:
    viewer, version = cast.viewer("learner"), a_published(cast)
    assert playing.begin(viewer=viewer, version=version) == playing.begin(viewer=viewer, version=version)
    assert verbs() == ["initialized"]


def test_a_choice_that_is_not_offered_is_refused_and_leaves_the_attempt_as_it_was(cast: Cast) -> None:
    viewer = cast.viewer("learner")
    attempt = playing.begin(viewer=viewer, version=a_published(cast))
    with pytest.raises(ScenarioError, match="not offered"):
        playing.answer(viewer=viewer, attempt=attempt, number=1, choice="soon", seconds=1)
    attempt.refresh_from_db()
    assert playing.state_of(attempt, playable(TEXT)).decisions == ()


def test_the_first_attempt_is_the_measurement_and_later_ones_are_numbered_on(cast: Cast) -> None:
    viewer, version = cast.viewer("learner"), a_published(cast)
    numbers = [played(viewer, version).number for _ in range(3)]
    assert numbers == [1, 2, 3]
    other = a_learner(cast, 1)
    assert played(other, version).number == 1


def test_an_attempt_ends_on_the_version_it_began_on(cast: Cast) -> None:
    viewer, first = cast.viewer("learner"), a_published(cast)
    attempt = playing.begin(viewer=viewer, version=first)
    second = a_published(cast, TEXT.replace("She reads out the number.", "She spells it out."), base=1)
    assert playing.begin(viewer=viewer, version=second) == attempt
    for number, choice in enumerate(BEST, 1):
        playing.answer(viewer=viewer, attempt=attempt, number=number, choice=choice, seconds=1)
    assert Attempt.objects.get().version == first
    assert playing.begin(viewer=viewer, version=second).version == second


def test_a_pause_is_not_counted_as_thinking(cast: Cast) -> None:
    attempt = played(cast.viewer("learner"), a_published(cast), BEST, seconds=7200.0)
    assert list(attempt.decisions.values_list("seconds", flat=True)) == [None, None]
    assert all("duration" not in one.get("result", {}) for one in statements())


def test_whoever_is_not_on_the_roster_is_told_so(cast: Cast) -> None:
    with pytest.raises(InputError, match="not linked"):
        playing.begin(viewer=cast.viewer("designer"), version=a_published(cast))


def test_answers_reach_the_lake_under_the_person(cast: Cast) -> None:
    played(cast.viewer("learner"), a_published(cast), BEST)
    follow(cast.organisation)
    lake = workspace_of(cast.organisation).lake()
    rows = lake.query("SELECT person, activity, verb, score, success FROM learning").to_pylist()
    assert {row["person"] for row in rows} == {"p-1"}
    told = sorted(row["verb"] for row in rows if row["verb"] != "scored")
    assert told == ["answered", "answered", "completed", "initialized", "passed"]
    assert {row["activity"]: row["score"] for row in rows if row["verb"] == "scored"} == {
        competency_urn("calm"): 1.0, competency_urn("clear"): 1.0,
    }  # fmt: skip
    assert [row["score"] for row in rows if row["verb"] == "passed"] == [1.0]


def test_a_thought_is_kept_for_the_person_alone_and_only_after_the_end(cast: Cast) -> None:
    viewer = cast.viewer("learner")
    attempt = playing.begin(viewer=viewer, version=a_published(cast))
    playing.reflect(viewer=viewer, attempt=attempt, text="too early")
    for number, choice in enumerate(BEST, 1):
        playing.answer(viewer=viewer, attempt=attempt, number=number, choice=choice, seconds=1)
    playing.reflect(viewer=a_learner(cast, 1), attempt=attempt, text="somebody else")
    playing.reflect(viewer=viewer, attempt=attempt, text="  Ask first. ")
    attempt.refresh_from_db()
    assert attempt.reflection == "Ask first."
