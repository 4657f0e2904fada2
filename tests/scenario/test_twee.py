"""Twee 3 in and out."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scenario.builders import a_choice, a_node, a_scenario, an_end, graphs

from upshot.errors import ScenarioError
from upshot.scenario import Scenario, examine
from upshot.scenario.model import Choice, Node
from upshot.scenario.reading import read
from upshot.scenario.twee import import_twee
from upshot.scenario.twee_export import export_twee

STORY = r"""
:: StoryTitle
The fee

:: StoryData
{"ifid": "D674C58C-DEFA-4F70-B7A2-27742230C0FC", "format": "SugarCube", "start": "The call"}

:: Styles [stylesheet]
body { color: red }

:: Talk \[two\] {"position":"1,2"}
/* a note */
You say something. [[End it|Goodbye]]

:: The call [start loud] {"position":"0,0"}
She calls. $name is angry. <<set $heat to 2>>

[[Listen->Talk \[two\]]]
[[Goodbye<-Hang up]]
[[Explain|Goodbye][$heat -= 1]]
[[Goodbye]]

:: Goodbye
"Bye," she says.
\:: not a header
"""


def the_story(text: str = STORY) -> Scenario:
    scenario = read(import_twee(text).text).scenario
    assert scenario is not None
    return scenario


def test_links_in_all_spellings_become_choices() -> None:
    story = the_story(STORY.replace(r"Talk \[two\]]]", "Talk]]").replace(r":: Talk \[two\]", ":: Talk"))
    assert (story.title, story.start) == ("The fee", "the-call")
    call = next(node for node in story.nodes if node.id == "the-call")
    assert [(one.text, one.target) for one in call.choices] == [
        ("Listen", "talk"), ("Hang up", "goodbye"), ("Explain", "goodbye"), ("Goodbye", "goodbye"),
    ]  # fmt: skip
    assert [node.id for node in story.nodes if node.end] == ["goodbye"]


def test_what_belongs_to_a_story_format_is_listed_by_passage() -> None:
    said = [str(one) for one in import_twee(STORY).not_converted]
    assert "passage Styles: Scripts and styles are left out." in said
    assert "passage The call: A macro is left out: '<<set $heat to 2>>'." in said
    assert "passage The call: The link 'Explain' sets variables, which is left out." in said
    assert "passage The call: The variable '$name' is shown as it is written." in said


def test_a_link_in_a_sentence_leaves_its_words_there() -> None:
    talk = next(node for node in the_story().nodes if node.id.startswith("talk"))
    assert talk.text == "You say something. End it"
    assert talk.choices[0].turn


def test_an_escaped_header_is_text_and_a_name_may_hold_escaped_brackets() -> None:
    story = the_story()
    assert any(node.title == "Talk \\[two\\]" for node in story.nodes)
    assert next(node for node in story.nodes if node.id == "goodbye").text.endswith(":: not a header")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (":: Start\n[[On->Nowhere]]\n[[Off->Start]]\n", "It leads to 'Nowhere'"),
        (":: Start\nA\n\n:: Start\nB\n", "It stands twice"),
        (":: StoryData\n{not json\n\n:: Start\nx\n", "It is not JSON"),
        ("Hello\n:: Start\nx\n", "Text before the first passage"),
        (":: Begin\nx\n", "There is no passage 'Start'"),
        (":: Start\n(set: $a to 1)(if: $a)[yes]\n", "A macro is left out: '(set: $a to 1)'"),
        (":: Start\n<% window.x = 1 %>\n", "A script is left out"),
        (":: Start\n<script>alert(1)</script>\n", "A script is left out"),
        (":: Start\n[[Out->https://example.org]]\n", "leads out of the story"),
        (":: StoryInit\n<<set $a to 1>>\n\n:: Start\nx\n", "belongs to the story format"),
        (":: Start\n{embed passage: 'x'}\n", "An insert is left out"),
    ],
)
def test_each_thing_that_is_lost_is_said(text: str, said: str) -> None:
    assert any(said in str(one) for one in import_twee(text).not_converted)


@pytest.mark.parametrize("text", ["", "no passages", ":: StoryTitle\nx\n", "x" * 8_000_001])
def test_what_is_no_story_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError):
        import_twee(text)


SIGNS = [
    ":: A\n", ":: B [script]\n", "::", "[[",
    "]]", "->", "<-", "|", "][", "<<", ">>", "(if:", ")", "[", "]", "\n", "{#x}",
    "# h", "- [a](#b)", "<b>", "`", "\\", "word ", "/*", "*/", "$v", "{", "}", "<%", "%>", "\u202e", "> ",
]  # fmt: skip
PIECES = st.sampled_from(SIGNS)


@settings(max_examples=80, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_story_gives_a_scenario_whose_words_are_only_words(text: str) -> None:
    found = import_twee(":: Start\n" + text)
    codes = {one.code for one in found.problems if one.kind == "error"}
    assert codes <= {"missing-target", "unreachable", "no-ending", "endless-loop", "cannot-finish", "one-choice"}


@pytest.mark.parametrize("piece", ["[[", "<<", "(if:", "/*", "<!--", "{if ", "[", "<%", ":: [", "$a", "]("])
def test_hostile_repetition_is_read_in_time(piece: str) -> None:
    assert read(import_twee(":: Start\n" + piece * 8_000).text).scenario is not None


def plain(node: Node) -> tuple[str, str, list[tuple[str, str]]]:
    return node.title, node.text, [(one.text, one.target) for one in node.choices]


def test_the_plain_part_goes_out_and_comes_back() -> None:
    nodes = [
        a_node("one", a_choice("x", "two"), a_choice("y", "end")),
        a_node("two", a_choice("z", "one"), a_choice("w", "end")),
    ]
    story, lost = export_twee(a_scenario(*nodes, an_end()))
    back = the_story(story)
    assert [plain(node) for node in back.nodes] == [plain(node) for node in (*nodes, an_end())]
    assert {one.where for one in lost} == {"competencies", "step end"}


@settings(max_examples=25, deadline=None)
@given(graphs())
def test_every_way_survives_going_out_and_coming_back(scenario: Scenario) -> None:
    story, _ = export_twee(scenario)
    back = the_story(story)
    place, index = ({node.id: at for at, node in enumerate(one.nodes)} for one in (scenario, back))
    assert [[place[one.target] for one in node.choices] for node in scenario.nodes] == [
        [index[one.target] for one in node.choices] for node in back.nodes
    ]


def test_the_same_scenario_is_the_same_story_with_a_proper_identifier() -> None:
    scenario = a_scenario(a_node("one", a_choice("x", "end"), a_choice("y", "end")), an_end())
    story, _ = export_twee(scenario)
    data = json.loads(story.split(":: StoryData\n")[1].split("\n\n\n")[0])
    assert re.fullmatch(r"[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}", data["ifid"])
    assert export_twee(scenario)[0] == story
    assert data["start"] == "One"


def test_what_twee_has_no_words_for_is_listed_by_choice() -> None:
    choice = Choice(id="x", text="Go", target="end", points=(("clarity", 2),), critical=True, feedback="Well.")
    _, lost = export_twee(a_scenario(a_node("one", choice, a_choice("y", "end")), an_end()))
    assert "step one, choice x: Left out: points, its marks, feedback." in [str(one) for one in lost]


def test_signs_that_twee_reads_as_its_own_are_not_written() -> None:
    node = Node(
        id="a",
        title="A [b] {c} | d",
        text="See [[this]].\n:: not a header",
        choices=(a_choice("x", "end"), a_choice("y", "end")),
    )
    story, _ = export_twee(a_scenario(node, an_end()))
    assert len(the_story(story).nodes) == 2
    assert examine(import_twee(story).text).draft is not None
