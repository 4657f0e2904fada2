"""Large scenarios are read and judged in time, or refused."""

import time

import pytest
from tests.scenario.builders import large

from upshot.scenario import bounds_of, examine


def seconds(text: str) -> float:
    """Processor time of one reading: what else the machine does is not ours."""
    before = time.process_time()
    assert examine(text).problems == ()
    return time.process_time() - before


def test_two_thousand_steps_with_a_flag_are_read_and_judged_in_two_seconds() -> None:
    text = "".join(large(2_000))
    assert seconds(text) < 2.0 or seconds(text) < 2.0


@pytest.mark.slow
def test_five_thousand_steps_are_judged_whole() -> None:
    scenario = examine("".join(large(5_000))).scenario
    assert scenario is not None
    assert len(scenario.nodes) == 5_000
    found = bounds_of(scenario)
    assert found.complete
    assert [(one.competency, one.low) for one in found.ranges] == [("listening", 0), ("clarity", -2_500)]


def test_more_than_ten_thousand_steps_are_refused_with_the_line() -> None:
    body = "".join(f"# S {at} {{#s{at} .end outcome=fail}}\n" for at in range(10_001))
    examined = examine("---\nformat: upshot-scenario/1\nid: a\ntitle: A\n---\n" + body)
    assert [(one.code, one.line) for one in examined.problems] == [("too-many-steps", 10_006)]
    assert examined.draft is None


def test_more_than_eight_million_characters_are_refused_unread() -> None:
    examined = examine("x" * 8_000_001)
    assert [one.code for one in examined.problems] == ["too-large"]


def test_a_file_full_of_mistakes_says_the_first_thousand() -> None:
    head = "---\nformat: upshot-scenario/1\nid: a\ntitle: A\n---\n"
    assert len([one for one in examine(head + "# A {#a}\n<b>\n" * 3_000).problems if one.code == "raw-html"]) <= 1_000
