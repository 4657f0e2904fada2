"""What a scenario file means, line by line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scenario.builders import a_file

from upshot.scenario import Scenario, examine
from upshot.scenario.model import Comparison, Competency, Effect, Flag, Passing, Picture
from upshot.scenario.reading import read

BODY = """
# The call {#call}

She says: "Too dear."

![Two quotes side by side](quotes.png)

- [Offer 10 % off](#lost){id=offer clarity=-1 .critical}

  > You gave away margin.
  > Before you asked.

- [Ask what the *other* quote
  covers](#won){id=ask listening=2 clarity=1
  .best if="trust >= 1 and told or trust = 0" set="trust += 1, told=1"}

# She signs {#won .end outcome=success reflect="What did you ask?"}

> She smiles.

She signs.

# She leaves {#lost .end outcome=fail}
"""
EXTRA = "flags: {trust: {max: 3}, told: }\n"


def the_scenario(body: str = BODY, extra: str = EXTRA) -> Scenario:
    draft = read(a_file(body, extra))
    assert draft.scenario is not None
    assert draft.problems == ()
    return draft.scenario


def test_steps_keep_text_feedback_pictures_and_lines() -> None:
    call, won, lost = the_scenario().nodes
    assert (call.id, call.title, call.line) == ("call", "The call", 9)
    assert call.text == 'She says: "Too dear."\n\n![Two quotes side by side](quotes.png)'
    assert call.pictures == (Picture("Two quotes side by side", "quotes.png"),)
    assert call.pictures[0].line == 13
    assert (won.end, won.outcome, won.reflect) == (True, "success", "What did you ask?")
    assert (won.text, won.feedback) == ("She signs.", "She smiles.")
    assert (lost.outcome, lost.choices, lost.text) == ("fail", (), "")


def test_choices_keep_points_marks_conditions_effects_and_feedback() -> None:
    offer, ask = the_scenario().nodes[0].choices
    assert (offer.id, offer.target, offer.points, offer.critical, offer.best) == (
        "offer",
        "lost",
        (("clarity", -1),),
        True,
        False,
    )
    assert offer.feedback == "You gave away margin.\nBefore you asked."
    assert (ask.text, ask.line, ask.best) == ("Ask what the *other* quote covers", 20, True)
    assert ask.points == (("listening", 2), ("clarity", 1))
    assert ask.condition == (
        (Comparison("trust", ">=", 1), Comparison("told", "!=", 0)),
        (Comparison("trust", "=", 0),),
    )
    assert ask.effects == (Effect("trust", "+=", 1), Effect("told", "=", 1))


def test_the_head_gives_all_its_values() -> None:
    head = """---
format: upshot-scenario/1
id: call
title: "A: call"
lang: pt-BR
version: 7
role: teller
summary: One call.
source: Made up.
licence: CC0-1.0
competencies:
  listening: {weight: 2, label: Listening well}
  clarity:
pass: {min_scaled: 0.7, no_critical: true}
kpis: [win-rate, win-rate, nps]
flags: {trust: {min: -2, max: 3, start: 1}}
start: won
---
# Won {#won .end outcome=success}
"""
    scenario = read(head).scenario
    assert scenario is not None
    assert read(head).problems == ()
    assert (scenario.title, scenario.lang, scenario.version, scenario.start) == ("A: call", "pt-BR", 7, "won")
    assert (scenario.role, scenario.summary, scenario.source, scenario.licence) == (
        "teller",
        "One call.",
        "Made up.",
        "CC0-1.0",
    )
    assert scenario.competencies == (Competency("listening", 2, "Listening well"), Competency("clarity"))
    assert scenario.passing == Passing(0.7, no_critical=True)
    assert scenario.kpis == ("win-rate", "nps")
    assert scenario.flags == (Flag("trust", -2, 3, 1),)


@pytest.mark.parametrize("marker", ["-", "*", "+", "1.", "12)"])
def test_every_list_marker_makes_a_choice(marker: str) -> None:
    scenario = the_scenario(
        f"# A {{#a}}\n{marker} [B \\[sic\\] [now]](#b){{id=b}}\n# B {{#b .end outcome=success}}\n", ""
    )
    assert scenario.nodes[0].choices[0].text == "B \\[sic\\] [now]"


def test_code_is_kept_as_text_whatever_it_holds() -> None:
    end = "# B {#b .end outcome=success}\n"
    body = "# A {#a}\n\n```\n# not a step\n- [no](#choice)\n<b>{x=1}</b>\n```\nand `<i>` too\n\n- [B](#b){id=b}\n" + end
    assert the_scenario(body, "").nodes[0].text.startswith("```\n# not a step\n- [no](#choice)")


def test_a_list_in_the_text_is_no_choice() -> None:
    body = "# A {#a}\n- plain\n- [x] ticked\n- [Rules](https://example.org/rules)\n\n"
    body += "- [B](#b){id=b}\n# B {#b .end outcome=fail}\n"
    first = the_scenario(body, "").nodes[0]
    assert [one.id for one in first.choices] == ["b"]
    assert "[Rules]" in first.text


def test_line_endings_and_a_byte_order_mark_change_nothing() -> None:
    plain = a_file(BODY, EXTRA)
    assert read("\ufeff" + plain.replace("\n", "\r\n")).scenario == read(plain).scenario


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---",
        "\n\n",
        "no head",
        "---\n---\n",
        "---\n[\n---\n# A {#a}\n",
        "---\n- a\n---\n",
        "\x00",
        "---\na: &a [*a]\n---\n",
    ],
)
def test_what_is_no_scenario_has_problems_and_none_is_raised(text: str) -> None:
    examined = examine(text)
    assert examined.scenario is None
    assert examined.problems


PIECES = """---~# A {#a}~# B {#b .end outcome=success}~- [x](#b){id=x .best}~{~}~[~]~(#~)~> q~  > q~`~```~<b>
![~](~id=~if="~"~flags: {t: }~set='t=1'~  ~\t~é~\\~competencies: {c: {weight: 2}}~c=1
format: upshot-scenario/1~id: a~title: t~&a ~*a~\u202e"""
ALPHABET = st.tuples(st.sampled_from(PIECES.replace("\n", "~").split("~")), st.sampled_from(["", "\n", " "])).map(
    "".join
)


@settings(max_examples=120, deadline=None)
@given(st.lists(ALPHABET, max_size=40).map("".join))
def test_no_text_makes_the_reading_fail(text: str) -> None:
    examined = examine(text)
    assert (examined.scenario is None) == any(one.kind == "error" for one in examined.problems)


@pytest.mark.parametrize(
    "piece", ["`", "``` `` ", "[", "![", "<a", "{a=", "](", "- [", "> ", "\\", '{"', "**", "[a]: "]
)
def test_hostile_repetition_is_read_in_time(piece: str) -> None:
    body = f"# A {{#a}}\n{piece * 15_000}\n\n- [{piece * 2_000}](#a){{id=x {piece * 2_000}}}\n"
    assert examine(a_file(body)).scenario is None


def test_a_head_of_nested_aliases_is_not_written_out() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]" for at in range(1, 30)]
    examined = examine(a_file("# A {#a .end outcome=fail}\n", "\n".join(lines) + "\n"))
    assert {one.code for one in examined.problems if one.kind == "error"} == {"unknown-key"}
