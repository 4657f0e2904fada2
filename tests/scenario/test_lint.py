"""Every rule finds what it is made for, at its line, and all are said at once."""

import pytest
from tests.scenario.builders import a_file

from upshot.errors import ScenarioError
from upshot.scenario import examine, parse

FLAG = "flags: {trust: {max: 3}}\n"
END = "# End {#end .end outcome=success}\nOver.\n"
GOOD = "# A {#a}\nWords.\n- [X](#end){id=x listening=1 clarity=1 .best}\n- [Y](#end){id=y}\n" + END

TO_B = GOOD.replace("#end){id=y}", "#b){id=y}")
BOTH = "- [X](#{0}){{id=x .best}}\n- [Y](#{0}){{id=y}}\n"

# name of the rule, body (the first line of it is line 7, or 8 with the flag), line, kind
RULES = [
    ("missing-target", "# A {#a}\n- [X](#ned){id=x .best}\n- [Y](#end){id=y}\n" + END, 8, "error"),
    ("unreachable", GOOD + "# B {#b .end outcome=fail}\n", 13, "error"),
    ("cannot-finish", TO_B + "# B {#b}\n" + BOTH.format("c") + "# C {#c}\nx\n", 13, "error"),
    ("dead-end", TO_B + "# B {#b}\nx\n", 13, "error"),
    ("endless-loop", TO_B + "# B {#b}\nx\n" + BOTH.format("b"), 13, "error"),
    ("no-ending", "# A {#a}\nx\n- [X](#a){id=x .best}\n- [Y](#a){id=y}\n", None, "error"),
    ("unknown-competency", GOOD.replace("listening=1", "lisening=1"), 9, "error"),
    ("one-choice", GOOD.replace("- [Y](#end){id=y}\n", ""), 7, "error"),
    ("picture-without-text", GOOD.replace("Words.", "![](a.png)"), 8, "error"),
    ("picture-elsewhere", GOOD.replace("Words.", "![A](https://example.org/a.png)"), 8, "error"),
    ("picture-elsewhere", GOOD.replace("Words.", "![A](../a.png)"), 8, "error"),
    ("picture-missing", GOOD.replace("Words.", "![A]()"), 8, "error"),
    ("bare-word", GOOD.replace(".best", "best"), 9, "error"),
    ("brace-unreadable", GOOD.replace(" .best}", " .best"), 9, "error"),
    ("brace-unreadable", GOOD.replace(".best}", ".best} and more"), 9, "error"),
    ("brace-unreadable", GOOD.replace("listening=1", "listening:1"), 9, "error"),
    ("brace-in-text", GOOD.replace("Words.", "Words. {clarity=1 .best}"), 8, "error"),
    ("curly-quotes", GOOD.replace("listening=1", "listening=“1”"), 9, "error"),
    ("brace-twice", GOOD.replace("listening=1", "listening=1 listening=1"), 9, "error"),
    ("unknown-mark", GOOD.replace(".best", ".bets"), 9, "error"),
    ("points-not-whole", GOOD.replace("listening=1", "listening=1.5"), 9, "error"),
    ("points-out-of-range", GOOD.replace("listening=1", "listening=101"), 9, "error"),
    ("anchor-on-choice", GOOD.replace("id=x", "#x"), 9, "error"),
    ("choice-without-id", GOOD.replace("id=x ", ""), 9, "error"),
    ("choice-without-text", GOOD.replace("[X]", "[]"), 9, "error"),
    ("choice-unreadable", GOOD.replace("- [X](#end){id=x listening=1 clarity=1 .best}", "- [X"), 9, "error"),
    ("duplicate-id", GOOD.replace("id=y", "id=x"), 10, "error"),
    ("duplicate-id", GOOD.replace("{#end ", "{#a "), 11, "error"),
    ("bad-id", GOOD.replace("id=y", "id=Why_not"), 10, "error"),
    ("step-without-id", GOOD.replace("# A {#a}", "# A"), 7, "error"),
    ("step-without-title", GOOD.replace("# A {#a}", "# {#a}"), 7, "error"),
    ("unknown-outcome", GOOD.replace("=success", "=sucess"), 11, "error"),
    ("outcome-without-end", GOOD.replace("# A {#a}", "# A {#a outcome=fail}"), 7, "error"),
    ("reflect-without-end", GOOD.replace("# A {#a}", "# A {#a reflect=Why}"), 7, "error"),
    ("unknown-key", GOOD.replace("# A {#a}", "# A {#a colour=red}"), 7, "error"),
    ("end-with-choices", GOOD + "- [X](#a){id=x .best}\n- [Y](#a){id=y}\n", 11, "error"),
    ("raw-html", GOOD.replace("Words.", "<script>alert(1)</script>"), 8, "error"),
    ("raw-html", GOOD.replace("Words.", "a <!-- note --> b"), 8, "error"),
    ("raw-html", GOOD.replace("[X]", "[<img src=x onerror=alert(1)>]"), 9, "error"),
    ("raw-html", GOOD.replace("# A {", "# A <b onclick=x> {"), 7, "error"),
    ("unsafe-link", GOOD.replace("Words.", "[me](javascript:alert)"), 8, "error"),
    ("unsafe-link", GOOD.replace("Words.", "[me](JaVa&#x53;cript&colon;alert)"), 8, "error"),
    ("unsafe-link", GOOD.replace("Words.", "<data:text/html,x>"), 8, "error"),
    ("unsafe-link", GOOD.replace("Words.", "[me]\n\n[me]: vbscript:x"), 10, "error"),
    ("link-in-text", GOOD.replace("Words.", "Go [on](#end)."), 8, "error"),
    ("link-in-text", GOOD.replace("Words.", "-[On](#end)"), 8, "error"),
    ("invisible-character", GOOD.replace("Words.", "Pay \u202e00.1"), 8, "error"),
    ("heading-without-space", GOOD.replace("Words.", "#B {#b}"), 8, "error"),
    ("heading-underlined", GOOD.replace("Words.", "B\n==="), 9, "error"),
    ("text-after-choice", GOOD.replace("{id=y}\n", "{id=y}\n\n  Well done.\n"), 12, "error"),
    ("feedback-not-indented", GOOD.replace("{id=y}\n", "{id=y}\n> Well done.\n"), 11, "error"),
    ("text-before-steps", "Hello.\n" + GOOD, 7, "error"),
    ("turn-among-choices", GOOD.replace("id=y", "id=y .turn"), 10, "error"),
    ("points-without-decision", "# A {#a}\nx\n- [X](#end){id=x clarity=1 .turn}\n" + END, 9, "error"),
    ("best-and-critical", GOOD.replace(".best", ".best .critical"), 9, "error"),
    ("endless-points", GOOD.replace("#end){id=y}", "#a){id=y clarity=1}"), 7, "error"),
    ("unknown-flag", GOOD.replace(".best", '.best if="trust"'), 9, "error"),
    ("no-best-choice", GOOD.replace(" .best", ""), 7, "gap"),
    ("ending-without-outcome", GOOD.replace(" outcome=success", ""), 11, "gap"),
    ("competency-not-measured", GOOD.replace(" clarity=1", ""), 5, "gap"),
    ("step-without-text", GOOD.replace("Words.\n", ""), 7, "advice"),
    ("text-below-choices", GOOD.replace("{id=y}\n", "{id=y}\n\nWords.\n"), 12, "advice"),
]  # fmt: skip

# the same with a flag, which takes line 6; the body begins on line 8
FLAG_RULES = [
    ("flag-never-read", GOOD.replace("id=y", 'id=y set="trust=1"'), 6, "gap"),
    ("flag-never-set", GOOD.replace("id=y", 'id=y if="trust = 0"'), 6, "gap"),
    ("flag-out-of-range", GOOD.replace("id=y", 'id=y if="trust > 9"'), 11, "error"),
    ("flag-out-of-range", GOOD.replace("id=y", 'id=y set="trust = 4"'), 11, "error"),
    ("flag-out-of-range", GOOD.replace("id=y", 'id=y set="trust += 4"'), 11, "error"),
    ("condition-unreadable", GOOD.replace("id=y", 'id=y if="trust is high"'), 11, "error"),
    ("effect-unreadable", GOOD.replace("id=y", 'id=y set="trust * 2"'), 11, "error"),
    ("never-offered", GOOD.replace("id=y", 'id=y if="trust = 3" set="trust = 1"'), 11, "gap"),
    ("one-choice", GOOD.replace("id=y", 'id=y if="trust = 3"').replace("id=x", 'id=x if="trust < 3"'), 8, "error"),
    ("nothing-offered", GOOD.replace("id=y", 'id=y if="trust = 3"').replace("id=x", 'id=x if="trust = 2"'), 8, "error"),
]


def problems(body: str, extra: str = "") -> list[tuple[str, int | None, str]]:
    return [(one.code, one.line, one.kind) for one in examine(a_file(body, extra)).problems]


def test_a_scenario_in_order_has_no_problems() -> None:
    assert problems(GOOD) == []


@pytest.mark.parametrize(("code", "body", "line", "kind"), RULES)
def test_a_rule_finds_its_fault_at_its_line(code: str, body: str, line: int | None, kind: str) -> None:
    assert (code, line, kind) in problems(body)


@pytest.mark.parametrize(("code", "body", "line", "kind"), FLAG_RULES)
def test_a_rule_about_flags_finds_its_fault_at_its_line(code: str, body: str, line: int, kind: str) -> None:
    assert (code, line, kind) in problems(body, FLAG)


@pytest.mark.parametrize(
    ("extra", "code", "line"),
    [
        ("pass: {min_scaled: 1.5}\n", "bad-value", 6),
        ("pass: {min_scaled: 0.9, no_critical: yes}\n", "bad-value", 6),
        ("pas: 1\n", "unknown-key", 6),
        ("pass: {minimum: 1}\n", "unknown-key", 6),
        ("version: 0\n", "bad-value", 6),
        ("version: '2'\n", "bad-value", 6),
        ("lang: english please\n", "bad-value", 6),
        ("start: nowhere\n", "missing-target", 6),
        ("start: No Where\n", "bad-value", 6),
        ("id: again\n", "duplicate-key", 6),
        ("kpis: [A B]\n", "bad-value", 6),
        ("flags: {Trust: {max: 2}}\n", "bad-id", 6),
        ("flags: {trust: {min: 3, max: 3}}\n", "flag-range", 6),
        ("flags: {trust: {max: 3, start: 4}}\n", "bad-value", 6),
        ("flags: {trust: {max: 5000}}\n", "bad-value", 6),
        ("kpis: [\n", "head-unreadable", 7),
    ],
)
def test_mistakes_in_the_head_are_said_at_their_line(extra: str, code: str, line: int) -> None:
    assert (code, line, "error") in problems(GOOD, extra)


@pytest.mark.parametrize(
    ("extra", "code", "kind"),
    [
        ("pass: {min_scaled: 0.9}\n", None, ""),
        ("pass: {min_scaled: 0}\n", "pass-without-effort", "gap"),
        ("pass: {no_critical: true}\n", "no-critical-choice", "gap"),
    ],
)
def test_the_rule_for_passing_is_judged(extra: str, code: str | None, kind: str) -> None:
    assert problems(GOOD, extra) == ([] if code is None else [(code, 6, kind)])


def test_passing_that_nobody_can_reach_without_a_critical_choice_is_an_error() -> None:
    body = GOOD.replace("listening=1 clarity=1 .best", "listening=1 clarity=1 .critical").replace(
        "{id=y}", "{id=y .best}"
    )
    found = problems(body, "pass: {min_scaled: 0.5, no_critical: true}\n")
    assert ("pass-out-of-reach", 6, "error") in found


def test_everything_wrong_is_said_at_once_and_in_order() -> None:
    body = "# A {#a}\n<b>\n- [X](#ned){id=x lisening=1 best}\n# B {#b}\n![](x.png)\n# C {#c .end}\n"
    found = problems(body)
    assert {code for code, _, _ in found} >= {
        "raw-html", "missing-target", "unknown-competency", "bare-word", "one-choice", "unreachable", "dead-end",
        "picture-without-text", "ending-without-outcome",
    }  # fmt: skip
    lines = [line or 0 for _, line, _ in found]
    assert lines == sorted(lines)


def test_a_mistyped_target_names_the_one_that_was_meant() -> None:
    examined = examine(a_file(GOOD.replace("(#end){id=y}", "(#edn){id=y}")))
    (problem,) = [one for one in examined.problems if one.code == "missing-target"]
    assert problem.fix == "Did you mean 'end'?"


def test_parse_raises_every_error_and_no_gap() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse(a_file(GOOD.replace("id=y", "id=x").replace(" outcome=success", "").replace(".best", "best")), "a.md")
    assert [one.code for one in caught.value.problems] == ["bare-word", "duplicate-id"]
    assert str(caught.value).startswith("a.md:9: ")


def test_a_way_lost_by_a_typing_mistake_is_not_also_a_way_that_cannot_finish() -> None:
    codes = {code for code, _, _ in problems("# A {#a}\nx\n- [X](#ned){id=x .best}\n- [Y](#ned){id=y}\n" + END)}
    assert "cannot-finish" not in codes
    assert "missing-target" in codes


def test_a_loop_that_only_some_flags_close_says_which() -> None:
    body = (
        '# A {#a}\nx\n- [X](#b){id=x set="trust=1" .best listening=1 clarity=1}\n- [Y](#b){id=y}\n'
        '# B {#b}\nx\n- [X](#end){id=x if="trust"}\n- [Y](#b){id=y .best}\n' + END
    )
    (problem,) = [one for one in examine(a_file(body, FLAG)).problems if one.code == "endless-loop"]
    assert problem.text == "These steps go round and never end: b when trust = 0."
