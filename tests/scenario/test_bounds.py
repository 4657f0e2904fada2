"""The best and worst points, against walking every path."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scenario.builders import a_choice, a_node, a_scenario, an_end, graphs

from upshot.scenario import Scenario, bounds_of, compiled, lint, score
from upshot.scenario.bounds import bounds_over
from upshot.scenario.flags import applied, offered
from upshot.scenario.model import Choice, Comparison, Effect, Flag
from upshot.scenario.states import expand

Situation = tuple[str, tuple[tuple[str, int], ...]]


def ways(scenario: Scenario, situation: Situation) -> Iterator[tuple[Choice, Situation]]:
    """The choices of one situation, from the definitions alone; no dead flags are folded."""
    node = next(one for one in scenario.nodes if one.id == situation[0])
    values, flags = dict(situation[1]), {flag.name: flag for flag in scenario.flags}
    for choice in () if node.end else node.choices:
        if offered(choice.condition, values):
            yield choice, (choice.target, tuple(applied(choice.effects, values, flags).items()))


def beginning(scenario: Scenario) -> Situation:
    return scenario.start, tuple((flag.name, flag.start) for flag in scenario.flags)


def simple_paths(scenario: Scenario) -> Iterator[list[Choice]]:
    """Every path from the start to an ending that meets no situation twice."""
    ends = {node.id for node in scenario.nodes if node.end}
    waiting: list[tuple[Situation, list[Choice], frozenset[Situation]]] = [(beginning(scenario), [], frozenset())]
    while waiting:
        here, path, seen = waiting.pop()
        if here[0] in ends:
            yield path
        for choice, there in ways(scenario, here):
            if there not in seen and there != here:
                waiting.append((there, [*path, choice], seen | {here}))


def total(path: list[Choice], competency: str) -> int:
    return sum(dict(choice.points).get(competency, 0) for choice in path)


def rounds(scenario: Scenario) -> Iterator[list[Choice]]:
    """Every way round, from any situation that is on a way from the start to an ending."""
    reached, finish = {beginning(scenario)}, set[Situation]()
    waiting = [beginning(scenario)]
    while waiting:
        for _, there in ways(scenario, waiting.pop()):
            if there not in reached:
                reached.add(there)
                waiting.append(there)
    ends = {node.id for node in scenario.nodes if node.end}
    while True:
        more = {one for one in reached - finish if one[0] in ends or any(to in finish for _, to in ways(scenario, one))}
        if not more:
            break
        finish |= more
    for start in finish:
        paths: list[tuple[Situation, list[Choice], frozenset[Situation]]] = [(start, [], frozenset({start}))]
        while paths:
            here, path, seen = paths.pop()
            for choice, there in ways(scenario, here):
                if there == start:
                    yield [*path, choice]
                elif there in finish and there not in seen:
                    paths.append((there, [*path, choice], seen | {there}))


@settings(max_examples=60, deadline=None)
@given(graphs(forward=True))
def test_without_loops_the_bounds_are_those_of_all_paths(scenario: Scenario) -> None:
    paths = list(simple_paths(scenario))
    bounds = bounds_of(scenario)
    if not paths:
        assert bounds.ranges == ()
    for one in bounds.ranges:
        points = [total(path, one.competency) for path in paths]
        assert (one.low, one.high) == (min(points), max(points))


@settings(max_examples=60, deadline=None)
@given(graphs(forward=True))
def test_the_overall_score_reaches_what_the_best_and_worst_paths_reach(scenario: Scenario) -> None:
    bounds = bounds_of(scenario)
    measured = [(one, 1 if one.competency == "listening" else 2) for one in bounds.ranges if one.high > one.low]
    if bounds.low is None or bounds.high is None:
        assert measured == []
        return
    weights = sum(weight for _, weight in measured)

    def scaled(path: list[Choice]) -> float:
        return sum(w * (total(path, one.competency) - one.low) / (one.high - one.low) for one, w in measured) / weights

    paths = list(simple_paths(scenario))
    assert bounds.low == pytest.approx(min(map(scaled, paths)), abs=1e-12)  # a sum of two fractions
    assert bounds.high == pytest.approx(max(map(scaled, paths)), abs=1e-12)
    clean = [scaled(path) for path in paths if not any(choice.critical for choice in path)]
    assert bounds.high_clean == (pytest.approx(max(clean), abs=1e-12) if clean else None)


@settings(max_examples=60, deadline=None)
@given(graphs(flags=False, most=4))
def test_loops_are_refused_exactly_when_one_of_them_gives_or_takes_points(scenario: Scenario) -> None:
    bounds = bounds_of(scenario)
    growing = {name for name in ("listening", "clarity") for path in rounds(scenario) if total(path, name)}
    assert {loop.competency for loop in bounds.loops} == growing
    assert all(loop.points for loop in bounds.loops)
    if not growing:
        paths = list(simple_paths(scenario))
        for one in bounds.ranges:
            points = [total(path, one.competency) for path in paths]
            assert (one.low, one.high) == (min(points), max(points))


@settings(max_examples=60, deadline=None)
@given(graphs(most=3))
def test_loops_under_flags_are_judged_by_situation(scenario: Scenario) -> None:
    bounds = bounds_of(scenario)
    growing = {name for name in ("listening", "clarity") for path in rounds(scenario) if total(path, name)}
    assert {loop.competency for loop in bounds.loops} == growing


@settings(max_examples=50, deadline=None)
@given(graphs(forward=True), st.data())
def test_a_played_attempt_lies_within_the_bounds(scenario: Scenario, data: st.DataObject) -> None:
    game, bounds = compiled(scenario), bounds_of(scenario)
    state = game.begin()
    while choices := game.choices(state):
        state = game.choose(state, data.draw(st.sampled_from([one.id for one in choices]))).state
    result = score(game, state, bounds)
    if result.finished:
        assert all(one.low <= one.points <= one.high for one in result.competencies)
        assert result.scaled is None or 0 <= result.scaled <= 1
        assert result.scaled is None or bounds.low - 1e-12 <= result.scaled <= bounds.high + 1e-12


def test_a_hub_that_can_be_left_and_entered_without_points_has_bounds() -> None:
    hub = a_node("hub", a_choice("ask", "side"), a_choice("go", "end", points=(("listening", 3),)))
    side = a_node("side", a_choice("back", "hub"), a_choice("leave", "end", points=(("listening", -2),)))
    found = bounds_of(a_scenario(hub, side, an_end())).range_of("listening")
    assert found is not None
    assert (found.low, found.high) == (-2, 3)


def test_points_given_and_taken_back_on_a_loop_are_no_growth() -> None:
    hub = a_node("hub", a_choice("in", "side", points=(("listening", 2),)), a_choice("go", "end"))
    side = a_node("side", a_choice("back", "hub", points=(("listening", -2),)), a_choice("leave", "end"))
    found = bounds_of(a_scenario(hub, side, an_end())).range_of("listening")
    assert found is not None
    assert (found.low, found.high) == (0, 2)


def test_a_flag_closes_a_loop_that_would_grow() -> None:
    once = a_choice(
        "ask", "hub", points=(("listening", 1),), condition=((Comparison("asked", "<", 3),),),
        effects=(Effect("asked", "+=", 1),),
    )  # fmt: skip
    scenario = a_scenario(a_node("hub", once, a_choice("go", "end")), an_end(), flags=(Flag("asked", 0, 3),))
    found = bounds_of(scenario).range_of("listening")
    assert found is not None
    assert (found.low, found.high) == (0, 3)


def test_a_loop_that_grows_names_its_steps_and_points() -> None:
    hub = a_node("hub", a_choice("in", "side", points=(("clarity", 2),)), a_choice("go", "end"))
    side = a_node("side", a_choice("back", "hub", points=(("clarity", -1),)), a_choice("leave", "end"))
    (loop,) = bounds_of(a_scenario(hub, side, an_end())).loops
    assert (loop.competency, set(loop.steps), loop.points) == ("clarity", {"hub", "side"}, 1)


def test_flags_that_nothing_ahead_reads_make_no_situations() -> None:
    flags = tuple(Flag(f"f{at}", 0, 9) for at in range(6))
    set_all = tuple(Effect(flag.name, "+=", 1) for flag in flags)
    nodes = [
        a_node(f"s{at}", a_choice("a", f"s{at + 1}", effects=set_all), a_choice("b", f"s{at + 1}")) for at in range(30)
    ]
    assert len(expand(a_scenario(*nodes, an_end("s30"), flags=flags)).nodes) == 31


def a_scenario_of_ten_million_situations() -> Scenario:
    flags = tuple(Flag(f"f{at}", 0, 9) for at in range(7))
    choices = [a_choice(f"c{at}", "hub", effects=(Effect(f"f{at}", "+=", 1),)) for at in range(7)]
    out = a_choice("go", "end", condition=(tuple(Comparison(flag.name, "=", 9) for flag in flags),))
    return a_scenario(a_node("hub", *choices, out), an_end(), flags=flags)


def test_more_situations_than_can_be_looked_at_are_said_and_not_guessed() -> None:
    bounds = bounds_over(expand(a_scenario_of_ten_million_situations(), most=500))
    assert not bounds.complete
    assert (bounds.ranges, bounds.low, bounds.states <= 500) == ((), None, True)


@pytest.mark.slow
def test_lint_refuses_more_situations_than_it_can_look_at() -> None:
    codes = {one.code: one.kind for one in lint(a_scenario_of_ten_million_situations())}
    assert codes["too-many-situations"] == "error"
