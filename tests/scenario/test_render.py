"""A scenario written out reads back to the same, and its fingerprint says when it does not."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.scenario.builders import a_choice, a_file, a_node, a_scenario, an_end, graphs

from upshot.scenario import Scenario, fingerprint, render
from upshot.scenario.model import Passing
from upshot.scenario.reading import read


@settings(max_examples=40, deadline=None)
@given(graphs(words=True))
def test_a_written_scenario_reads_back_to_the_same(scenario: Scenario) -> None:
    again = read(render(scenario)).scenario
    assert again == scenario
    assert again is not None
    assert fingerprint(again) == fingerprint(scenario)
    assert render(again) == render(scenario)


def test_the_head_reads_back_to_the_same() -> None:
    scenario = replace(
        a_scenario(a_node("a", a_choice("x", "end"), a_choice("y", "end")), an_end()),
        title='Tell: "no", # and \\ stay', lang="no", role="on", kpis=("yes", "nps"), summary="- [not] {yaml}: 1",
        source="12", licence="~", passing=Passing(0.125, no_critical=True), version=12,
    )  # fmt: skip
    assert read(render(scenario)).scenario == scenario


@pytest.mark.parametrize("reflect", ['He said "no".', "What's next?", "A {brace} and a #sign"])
def test_the_question_after_an_ending_may_hold_quotes_and_braces(reflect: str) -> None:
    scenario = a_scenario(a_node("a", a_choice("x", "end"), a_choice("y", "end")), replace(an_end(), reflect=reflect))
    assert read(render(scenario)).scenario == scenario


def test_moving_lines_leaves_the_fingerprint_and_changing_a_point_does_not() -> None:
    body = "# A {#a}\nx\n- [X](#b){id=x listening=1}\n- [Y](#b){id=y}\n# B {#b .end outcome=fail}\n"
    first, moved = read(a_file(body)).scenario, read(a_file("\n\n" + body.replace("x\n- ", "x\n\n- "))).scenario
    other = read(a_file(body.replace("listening=1", "listening=2"))).scenario
    assert first is not None
    assert moved is not None
    assert other is not None
    assert fingerprint(first) == fingerprint(moved) != fingerprint(other)


def test_the_fingerprint_stays_the_same_over_versions_of_upshot() -> None:
    """Attempts are kept under it: a change here orphans every attempt that is under way."""
    scenario = a_scenario(a_node("a", a_choice("x", "end"), a_choice("y", "end")), an_end())
    assert fingerprint(scenario) == "bdc6efa4cb9bf9a16c0f2231735f8a7d9948cca3bb95c94c3eb8ea0013d39493"
