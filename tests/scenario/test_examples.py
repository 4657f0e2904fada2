"""The scenarios that ship are in order, can be played through, and read as a bank's work."""

import random
from pathlib import Path

import pytest

from upshot.scenario import bounds_of, compiled, examine, parse, score

FOLDER = Path(__file__).parents[2] / "examples" / "scenarios"
SHIPPED = Path(__file__).parents[2] / "src" / "upshot" / "web" / "practice" / "samples"
FILES = sorted(FOLDER.glob("*.scenario.md"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_example_is_in_order(file: Path) -> None:
    examined = examine(file.read_text(encoding="utf-8"), file.name)
    found = [one.code for one in examined.problems]
    assert found == (["no-best-choice"] if file.stem == "price-objection.scenario" else [])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_example_names_its_pictures_beside_it(file: Path) -> None:
    scenario = parse(file.read_text(encoding="utf-8"))
    assert all((FOLDER / picture.source).is_file() for node in scenario.nodes for picture in node.pictures)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_chance_reaches_an_ending_within_the_bounds_and_both_sides_of_passing(file: Path) -> None:
    scenario = parse(file.read_text(encoding="utf-8"))
    game, bounds, chance = compiled(scenario), bounds_of(scenario), random.Random(20261124)  # noqa: S311 - no secret
    results = set()
    for _ in range(200):
        state = game.begin()
        while choices := game.choices(state):
            state = game.choose(state, chance.choice(choices).id).state
        result = score(game, state, bounds)
        assert all(one.low <= one.points <= one.high for one in result.competencies)
        results.add(result.passed)
    assert results == {True, False}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_best_answers_pass(file: Path) -> None:
    scenario = parse(file.read_text(encoding="utf-8"))
    game = compiled(scenario)
    state = game.begin()
    while choices := game.choices(state):
        state = game.choose(state, next((one.id for one in choices if one.best), choices[0].id)).state
    assert score(game, state, bounds_of(scenario)).passed is True


def test_what_the_demonstration_plays_and_what_stands_among_the_examples_are_the_same_to_the_byte() -> None:
    shipped = {file.name: file.read_bytes() for file in SHIPPED.glob("*.scenario.md")}
    assert len(shipped) == 5
    assert {name: (FOLDER / name).read_bytes() for name in shipped} == shipped
