"""Markdown as safe HTML, and the picture of a scenario: complete, bounded, quick."""

import time
from pathlib import Path

import pytest
from tests.web.cast import Cast
from tests.web.practice.builders import TEXT
from tests.web.roster import with_roster

from upshot.scenario import Choice, Node, Scenario, parse
from upshot.web.practice.content import playable
from upshot.web.practice.graph import MOST_DRAWN, laid_out
from upshot.web.practice.graph_svg import as_list, picture_of
from upshot.web.practice.models import Attempt, Decision
from upshot.web.practice.playing import score_of
from upshot.web.practice.seeding import SAMPLES, seed
from upshot.web.practice.wording import block, inline, plain

HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    '<a href="x" onclick="alert(1)">x</a>',
    "[x](https://a.example 'onmouseover=alert(1)')",
]


def address(name: str) -> str:
    return f"/pictures/{name.rpartition('/')[2]}"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_become_no_code(text: str) -> None:
    for html in (block(text, address), inline(text)):
        assert "<script" not in html
        assert '<a href="x"' not in html
        assert 'href="javascript' not in html
        assert 'src="javascript' not in html
        assert 'href="data' not in html


def test_pictures_come_from_the_scenario_alone() -> None:
    assert 'src="/pictures/evil.png"' in block("![x](https://evil.example/evil.png)", address)


def test_a_choice_holds_emphasis_and_no_links() -> None:
    assert inline("Say *yes* to [this](https://a.example)") == "Say <em>yes</em> to this"
    assert plain("Say *yes* to `this`") == "Say yes to this"


def test_headings_in_a_step_stand_below_its_own() -> None:
    assert block("## Later", address) == "<h3>Later</h3>\n"


def test_the_picture_has_every_step_and_way_and_the_list_says_the_same() -> None:
    scenario = parse(TEXT)
    drawing = laid_out(scenario)
    assert [box.node.id for box in drawing.boxes] == ["call", "number", "angry", "good", "bad"]
    assert len(drawing.ways) == 5
    assert [line.id for line in as_list(scenario)] == [node.id for node in scenario.nodes]
    assert len({(box.x, box.y) for box in drawing.boxes}) == 5
    assert all(0 <= box.x <= drawing.width - 176 for box in drawing.boxes)


def test_titles_in_the_picture_are_words_only() -> None:
    svg, _ = picture_of(parse(TEXT.replace("# The call", "# The `<b onload=x>` call")))
    assert "<b onload" not in svg


def test_two_thousand_steps_are_cut_to_what_can_be_read_and_said_so() -> None:
    nodes = [Node(id=f"s{at}", title=f"Step {at}", choices=(_to(at + 1, "a"), _to(at // 2, "b"))) for at in range(1999)]
    scenario = Scenario(id="long", title="Long", start="s0", nodes=(*nodes, Node(id="s1999", title="End", end=True)))
    began = time.process_time()
    drawing = laid_out(scenario)
    assert time.process_time() - began < 1
    assert len(drawing.boxes) == MOST_DRAWN
    assert drawing.left_out == 2000 - MOST_DRAWN


def _to(at: int, name: str) -> Choice:
    return Choice(id=name, text=name, target=f"s{at}")


def test_simulated_people_play_the_demonstration_the_same_way_each_time(cast: Cast, tmp_path: Path) -> None:
    with_roster(cast, tmp_path)
    seed(cast.organisation, players=6)
    first = list(Decision.objects.order_by("pk").values_list("attempt__person", "step", "choice"))
    seed(cast.organisation, players=6)
    assert Attempt.objects.filter(number=1).count() == 6 * len(SAMPLES)
    assert len(first) == Decision.objects.count() > 6 * len(SAMPLES)
    for attempt in Attempt.objects.exclude(finished=None).select_related("version"):
        content = playable(attempt.version.text)
        assert score_of(attempt, content).scaled == attempt.scaled
