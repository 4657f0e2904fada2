"""Playing, saving, scoring, and what a record of it says."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.scenario.builders import a_file

from upshot.errors import ScenarioError
from upshot.scenario import (
    Compiled,
    Score,
    State,
    bounds_of,
    compiled,
    finish_facts,
    parse,
    score,
    statement_facts,
)
from upshot.scenario.play import MAX_DECISIONS

EXTRA = "version: 4\nflags: {trust: {max: 2}}\npass: {min_scaled: 0.6, no_critical: true}\n"
BODY = """
# The call {#call}
She waits.

- [Ask](#ask){id=ask listening=2 clarity=1 .best set="trust += 2"}

  > She opens up.

- [Promise](#ask){id=promise listening=-1 .critical}
- [Hold](#call){id=hold if="trust = 0" set="trust += 1"}

# She asks back {#ask}
> She looks up.

- [Explain](#done){id=explain clarity=2 .best}
- [Sigh](#gone){id=sigh}
- [Offer a visit](#done){id=visit clarity=3 if="trust = 2"}

# Done {#done .end outcome=success}
# Gone {#gone .end outcome=fail}
"""


def the_game() -> Compiled:
    return compiled(parse(a_file(BODY, EXTRA)))


def played(*choices: str) -> tuple[Compiled, State, Score]:
    game = the_game()
    state = game.begin()
    for one in choices:
        state = game.choose(state, one).state
    return game, state, score(game, state, bounds_of(game.scenario))


def test_choices_follow_the_flags() -> None:
    game = the_game()
    state = game.begin()
    assert [one.id for one in game.choices(state)] == ["ask", "promise", "hold"]
    state = game.choose(state, "hold").state
    assert [one.id for one in game.choices(state)] == ["ask", "promise"]
    asked = game.choose(state, "ask").state
    assert dict(asked.flags) == {"trust": 2}
    assert [one.id for one in game.choices(asked)] == ["explain", "sigh", "visit"]
    promised = game.choose(state, "promise").state
    assert [one.id for one in game.choices(promised)] == ["explain", "sigh"]


def test_a_step_carries_the_feedback_of_the_answer_and_the_next_step() -> None:
    game = the_game()
    step = game.choose(game.begin(), "ask")
    assert (step.feedback, step.next.id, step.next.feedback) == ("She opens up.", "ask", "She looks up.")
    assert step.before == game.begin()


def test_points_are_placed_between_the_worst_and_the_best() -> None:
    _, _, result = played("ask", "explain")
    assert [(one.competency, one.points, one.low, one.high) for one in result.competencies] == [
        ("listening", 2, -1, 2), ("clarity", 3, 0, 4),
    ]  # fmt: skip
    assert [one.scaled for one in result.competencies] == [1.0, 0.75]
    assert result.scaled == pytest.approx((1 * 1 + 2 * 0.75) / 3, abs=1e-15)
    assert (result.passed, result.outcome, result.finished, result.right, result.answered) == (
        True,
        "success",
        True,
        2,
        2,
    )


def test_a_critical_answer_fails_whatever_the_points() -> None:
    _, _, result = played("promise", "explain")
    assert [(one.node, one.choice) for one in result.critical] == [("call", "promise")]
    assert result.passed is False


def test_an_attempt_under_way_has_points_and_no_score() -> None:
    _, _, result = played("ask")
    assert (result.scaled, result.passed, result.finished, result.outcome) == (None, None, False, None)
    clarity = result.of("clarity")
    assert clarity is not None
    assert (clarity.points, clarity.scaled) == (1, None)
    assert result.of("other") is None


def test_a_saved_attempt_goes_on_where_it_stood() -> None:
    game, state, _ = played("hold", "ask")
    again = the_game().load(state.to_json())
    assert again == state
    assert game.choose(again, "visit").state.node == "done"


def test_a_saved_attempt_holds_ids_only() -> None:
    _, state, _ = played("ask")
    record = json.loads(state.to_json())
    assert list(record) == ["schema", "scenario", "version", "fingerprint", "node", "flags", "decisions"]
    assert record["decisions"] == [["call", "ask"]]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda record: record.update(node="done"), "state-broken"),
        (lambda record: record["flags"].update(trust=1), "state-broken"),
        (lambda record: record.update(schema="upshot-scenario-state/2"), "state-broken"),
        (lambda record: record["decisions"].append(["call", "ask"]), "state-broken"),
        (lambda record: record["decisions"].append(["ask", "fly"]), "not-offered"),
        (lambda record: record.update(fingerprint="0" * 64), "other-content"),
        (lambda record: record.update(person="x"), "state-unreadable"),
        (lambda record: record.pop("node"), "state-unreadable"),
    ],
)
def test_a_saved_attempt_that_was_tampered_with_is_refused(change: Callable[[dict[str, Any]], Any], code: str) -> None:
    game, state, _ = played("ask")
    record = json.loads(state.to_json())
    change(record)
    with pytest.raises(ScenarioError) as caught:
        game.load(json.dumps(record))
    assert [one.code for one in caught.value.problems] == [code]


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 10_000, "null", '{"schema": 1}', "\ud800"])
def test_a_saved_attempt_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError):
        the_game().load(text)


def test_an_answer_that_is_not_offered_names_those_that_are() -> None:
    game = the_game()
    with pytest.raises(ScenarioError, match="Did you mean 'promise'"):
        game.choose(game.begin(), "promis")
    _, over, _ = played("ask", "sigh")
    with pytest.raises(ScenarioError, match="has ended"):
        game.choose(over, "ask")


def test_an_attempt_cannot_go_round_for_ever() -> None:
    body = (
        "# A {#a}\nx\n- [X](#a){id=x}\n- [Y](#end){id=y .best listening=1 clarity=1}\n# End {#end .end outcome=fail}\n"
    )
    game = compiled(parse(a_file(body)))
    state = game.begin()
    for _ in range(MAX_DECISIONS):
        state = game.choose(state, "x").state
    with pytest.raises(ScenarioError, match="more than 2,000 answers"):
        game.choose(state, "x")


def test_the_facts_of_a_decision_say_all_a_statement_needs() -> None:
    game = the_game()
    held = game.choose(game.begin(), "hold")
    step = game.choose(held.state, "promise")
    facts = statement_facts(game, step, duration_seconds=12.5)
    assert (facts.scenario, facts.version, facts.fingerprint, facts.lang) == ("call", 4, game.fingerprint, "en")
    assert (facts.step, facts.title, facts.response) == ("call", "The call", "promise")
    assert facts.choices == (("ask", "Ask"), ("promise", "Promise"))
    assert (facts.right, facts.success, facts.critical) == (("ask",), False, True)
    assert facts.points == (("listening", -1),)
    assert (facts.number, facts.visit, facts.turn, facts.duration_seconds) == (2, 2, False, 12.5)


def test_the_facts_of_a_finished_attempt_say_all_a_statement_needs() -> None:
    game, state, _ = played("ask")
    step = game.choose(state, "visit")
    facts = finish_facts(game, step, score(game, step.state, bounds_of(game.scenario)))
    assert (facts.ending, facts.outcome, facts.scaled, facts.passed) == ("done", "success", 1.0, True)
    assert facts.competencies == (("listening", 2, -1, 2, 1.0), ("clarity", 4, 0, 4, 1.0))
    assert (facts.critical, facts.decisions, facts.duration_seconds) == ((), 2, None)


def test_a_decision_without_a_best_answer_is_neither_right_nor_wrong() -> None:
    game = compiled(parse(a_file(BODY.replace("clarity=2 .best", "clarity=2"), EXTRA)))
    step = game.choose(game.choose(game.begin(), "ask").state, "sigh")
    assert statement_facts(game, step).success is None


def test_a_scenario_with_a_missing_step_is_not_played() -> None:
    from upshot.scenario.reading import read

    draft = read(a_file(BODY.replace("(#gone)", "(#gnoe)"), EXTRA)).scenario
    assert draft is not None
    with pytest.raises(ScenarioError, match="'gnoe'"):
        compiled(draft)
