"""Rules from text: what they mean, and everything that is wrong with them at once, each with its line."""

import pytest

from upshot.plan.values import Duration
from upshot.web.automation.language.reading import Known, RuleError, examine, parse
from upshot.web.automation.language.words import ABOUT_PEOPLE, KEYS

KNOWN = Known(
    initiatives={"selling", "careful"}, paths={"selling"}, kpis={"calls"}, dimensions={"branch"}, channels={"learning"}
)

GOOD = """\
# The rules of Nordvik.
format: upshot-rules/1
rules:
  - id: greet
    title: Greet whoever joins
    when: {event: joiner, after: 3d}
    if: {audience: "role = 'adviser' and branch = 'A'", site: [Bergen]}
    then:
      - message: {heading: Good that you are here, text: "Since {day}."}
      - enrol: selling
    at_most: 20
  - id: late
    title: Data are late
    when: {event: data-late, kpi: calls}
    then:
      - message: {channel: learning, heading: "{kpi} is late", text: "{what}"}
      - propose_review: careful
    active: false
"""


def problems(text: str) -> list[tuple[int | None, str]]:
    rules, found = examine(text, KNOWN)
    assert rules is None
    return [(problem.line, problem.code) for problem in found]


SAY = "[{message: {heading: h, text: t}}]"


def a_rule(when: str = "{event: joiner}", then: str = SAY) -> str:
    return f"format: upshot-rules/1\nrules:\n  - id: a\n    title: A\n    when: {when}\n    then: {then}\n"


def test_rules_mean_what_they_say() -> None:
    rules = parse(GOOD, KNOWN)
    greet, late = rules.rules
    assert (greet.when.event, greet.when.after, greet.at_most, greet.active) == ("joiner", Duration(days=3), 20, True)
    assert str(greet.if_.audience) == "role = 'adviser' and branch = 'A'"
    assert greet.if_.site == ("Bergen",)
    assert [act.enrol for act in greet.then] == [None, "selling"]
    assert late.then[0].message is not None
    assert late.then[0].message.channel == "learning"
    assert (late.then[1].propose_review, late.active) == ("careful", False)


def test_everything_wrong_is_said_at_once_with_its_line() -> None:
    text = """\
format: upshot-rules/2
rules:
  - id: a
    title: x
    when: {event: joinr, kpi: calls}
    if: {audience: "rolle = 'x'"}
    then: [{enrol: sellin}, {message: {heading: "{kpi}"}}]
  - id: a
    title: y
    when: {event: kpi-drifts, kpi: cals}
    if: {site: [Oslo]}
    then: [{enrol: selling}, {task: {to: manager, heading: h, text: t}}, {}]
    at_most: 0
"""
    assert problems(text) == [
        (1, "unknown-word"),
        (5, "unknown-word"),
        (5, "misplaced-key"),
        (6, "expression-field"),
        (7, "missing-key"),
        (7, "unknown-reference"),
        (7, "unknown-gap"),
        (8, "twice"),
        (10, "unknown-reference"),
        (11, "no-person"),
        (12, "no-person"),
        (12, "no-person"),
        (12, "one-act"),
        (13, "out-of-range"),
    ]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (a_rule("{event: overdue, before: 3d}"), "misplaced-key"),
        (a_rule("{event: wave-starts, before: 3d, after: 3d}"), "before-and-after"),
        (a_rule(then="[{enrol: careful}]"), "unknown-reference"),
        (a_rule(then="[{message: {heading: h, text: t, channel: learning}}]"), "personal"),
        (a_rule("{event: data-late}", "[{message: {heading: h, text: t, channel: elsewhere}}]"), "unknown-reference"),
        (a_rule(then="[{invite: wave}]"), "no-wave"),
        (a_rule(then="[{enrol: selling, message: {heading: h, text: t}}]"), "one-act"),
        (a_rule(then="[]"), "no-act"),
        (a_rule(then="[{message: {heading: h, text: '{wages}'}}]"), "unknown-gap"),
        (a_rule("{event: step-done}", "[{enrol: selling}]"), "loop"),
        (a_rule("{event: review-due}", "[{propose_review: careful}]"), "loop"),
    ],
)
def test_what_cannot_be_done_is_refused(rule: str, expected: str) -> None:
    assert [code for _line, code in problems(rule)] == [expected]


def test_rules_that_set_each_other_off_are_named_in_a_ring() -> None:
    text = """\
format: upshot-rules/1
rules:
  - {id: one, title: One, when: {event: step-done, initiative: selling}, then: [{enrol: other}]}
  - {id: two, title: Two, when: {event: overdue, initiative: other}, then: [{enrol: selling}]}
  - {id: three, title: Three, when: {event: joiner}, then: [{enrol: selling}]}
"""
    known = Known(initiatives={"selling", "other"}, paths={"selling", "other"})
    _rules, found = examine(text, known)
    assert [problem.text for problem in found] == ["These rules set each other off: one → two → one."]
    assert examine(text.replace("overdue, initiative: other", "overdue, initiative: selling"), known)[1][0].text == (
        "These rules set each other off: two → two."
    )


@pytest.mark.parametrize("text", ["", "rules: [", "- a", "format: upshot-rules/1\nrules: 3", "\x00", "&a [*a]"])
def test_what_is_no_document_of_rules_is_refused_with_a_line(text: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse(text, KNOWN)
    assert all(problem.text for problem in caught.value.problems)
    assert "plan" not in str(caught.value).lower()


def test_every_event_says_what_may_stand_beside_it() -> None:
    assert set(KEYS) >= ABOUT_PEOPLE
    assert len(KEYS) == 9
