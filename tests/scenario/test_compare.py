"""Two versions side by side, and attempts carried from one to the other."""

import pytest
from tests.scenario.builders import a_file

from upshot.errors import ScenarioError
from upshot.scenario import Scenario, carry, compare, compiled
from upshot.scenario.reading import read

BODY = """
# The customer calls {#call}
A customer says that the fee is wrong and that nobody told her about it.

- [Ask what she was told](#told){id=ask listening=2 .best}
- [Explain the price list](#told){id=explain clarity=1}

# She shows the letter {#told}
The letter is from March, and it names another fee.

- [Say that it was our mistake](#end){id=own clarity=2 .best}
- [Say that letters can be late](#end){id=excuse .critical}

# Goodbye {#end .end outcome=success}
"""


def a_version(body: str = BODY, extra: str = "") -> Scenario:
    scenario = read(a_file(body, extra)).scenario
    assert scenario is not None
    return scenario


def test_the_same_scenario_has_no_changes() -> None:
    changes = compare(a_version(), a_version("\n\n" + BODY))
    assert changes.nodes == changes.choices
    assert (changes.nodes.added, changes.nodes.renamed, changes.competencies, changes.measures) == ((), (), (), False)


def test_a_renamed_step_is_found_by_its_words() -> None:
    changes = compare(a_version(), a_version(BODY.replace("#told", "#letter").replace("from March", "from May")))
    assert (changes.nodes.removed, changes.nodes.added) == (("told",), ("letter",))
    assert [(one.old, one.new) for one in changes.nodes.renamed] == [("told", "letter")]
    assert changes.nodes.renamed[0].likeness > 0.9
    assert changes.measures is False


def test_a_renamed_choice_is_found_by_its_words() -> None:
    changes = compare(a_version(), a_version(BODY.replace("id=own", "id=our-mistake")))
    assert [(one.old, one.new) for one in changes.choices.renamed] == [("told/own", "told/our-mistake")]


def test_another_step_is_added_and_not_a_renaming() -> None:
    other = (
        BODY.replace("(#end){id=excuse", "(#visit){id=excuse") + "# A visit {#visit .end outcome=fail}\nOver there.\n"
    )
    changes = compare(a_version(), a_version(other))
    assert (changes.nodes.added, changes.nodes.removed, changes.nodes.renamed) == (("visit",), (), ())
    assert changes.choices.changed == ("told/excuse",)
    assert changes.measures is True


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("listening=2", "listening=3"),
        (" .critical", ""),
        ("outcome=success", "outcome=partial"),
        ("(#end){id=own", "(#told){id=own"),
    ],
)
def test_what_scores_rest_on_is_told_from_what_they_do_not(old: str, new: str) -> None:
    assert compare(a_version(), a_version(BODY.replace(old, new))).measures is True
    words = compare(a_version(), a_version(BODY.replace("nobody told her", "no one told her")))
    assert (words.nodes.changed, words.measures) == (("call",), False)


def test_weights_count_as_a_changed_competency() -> None:
    old = a_version()
    text = a_file(BODY).replace("clarity: {weight: 2}", "clarity: {weight: 3}")
    new = read(text).scenario
    assert new is not None
    assert compare(old, new).competencies == ("clarity",)


def test_an_attempt_is_carried_over_under_the_new_ids() -> None:
    old = compiled(a_version())
    new = compiled(a_version(BODY.replace("#told", "#letter").replace("id=ask", "id=listen")))
    state = old.choose(old.begin(), "ask").state
    carried = carry(state, old, new, {"told": "letter", "call/ask": "listen"})
    assert (carried.node, carried.fingerprint) == ("letter", new.fingerprint)
    assert [one.choice for one in carried.decisions] == ["listen"]


def test_an_attempt_that_has_no_place_is_refused_with_every_answer_named() -> None:
    old, new = (
        compiled(a_version()),
        compiled(a_version(BODY.replace("#told", "#letter").replace("id=ask", "id=listen"))),
    )
    state = old.choose(old.choose(old.begin(), "ask").state, "own").state
    with pytest.raises(ScenarioError) as caught:
        carry(state, old, new)
    assert [(one.code, one.value) for one in caught.value.problems] == [
        ("renamed-choice", "call/ask"),
        ("renamed-step", "told"),
    ]


def test_an_attempt_on_other_content_is_not_played_by_mistake() -> None:
    old, new = compiled(a_version()), compiled(a_version(BODY.replace("March", "May")))
    with pytest.raises(ScenarioError, match="other content"):
        new.choose(old.begin(), "ask")


def test_many_steps_are_compared_in_time() -> None:
    ends = "".join(f"# Ending {at} {{#{{0}}{at} .end outcome=fail}}\nWords {at} of it.\n" for at in range(1_000))
    choices = "".join(f"- [Go {at}](#{{0}}{at}){{{{id=c{at}}}}}\n" for at in range(10))
    body = "# A {#a}\nx\n" + choices
    old, new = (
        a_version((body + ends).replace("{{", "{").replace("}}", "}").replace("{0}", name)) for name in ("x", "y")
    )
    changes = compare(old, new)
    assert len(changes.nodes.renamed) == 1_000
