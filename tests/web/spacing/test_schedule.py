"""Days between questions: the same answers give the same days, right answers stretch them, wrong ones shorten them."""

import datetime as dt
import time
from typing import Literal

import pytest

from upshot.web.spacing.schedule import LONGEST, Memory, Rule, after
from upshot.web.spacing.tiers import Late, decides_later

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def a_rule(schedule: Literal["fsrs", "uniform", "expanding"] = "fsrs", retention: float = 0.9) -> Rule:

    return Rule(initiative="i", step="s", schedule=schedule, retention=retention)


def gaps(rule: Rule, answers: str) -> list[int]:
    """Days to the next question after each answer, every one given on its day."""
    memory: Memory | None = None
    at, found = NOW, list[int]()
    for answer in answers:
        memory = after(rule, memory, right=answer == "r", at=at, number=7)
        due = dt.datetime.fromisoformat(str(memory["due"]))
        found.append((due - at).days)
        at = due
    return found


def test_the_same_answers_give_the_same_days() -> None:
    assert gaps(a_rule(), "rrwrrr") == gaps(a_rule(), "rrwrrr")


def test_right_answers_stretch_the_days_and_a_wrong_one_shortens_them() -> None:
    days = gaps(a_rule(), "rrrwr")
    assert days[0] < days[1] < days[2] > days[3]
    assert min(days) >= 1


def test_nothing_waits_longer_than_the_longest_gap() -> None:
    assert max(gaps(a_rule(), "r" * 12)) == LONGEST


def test_a_higher_retention_asks_sooner() -> None:
    assert sum(gaps(a_rule(retention=0.95), "rrrr")) < sum(gaps(a_rule(retention=0.8), "rrrr"))


def test_even_and_growing_steps_are_what_they_say() -> None:
    assert gaps(a_rule("uniform"), "rwr") == [14, 14, 14]
    assert gaps(a_rule("expanding"), "rrrrrr") == [7, 14, 28, 56, 112, 120]
    assert gaps(a_rule("expanding"), "rrw") == [7, 14, 7]


def test_a_rule_that_changed_its_kind_goes_on_from_the_same_card() -> None:
    memory = after(a_rule("uniform"), None, right=True, at=NOW, number=7)
    assert "stability" in after(a_rule(), memory, right=True, at=NOW, number=7)


def test_ten_thousand_answers_take_little_time() -> None:
    """With a number for each card; without one fsrs would wait a millisecond for each."""
    started = time.perf_counter()
    for number in range(10_000):
        after(a_rule(), None, right=True, at=NOW, number=number)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("decisions", "found"),
    [
        ([], None),
        ([None], None),
        ([Late(6.9, True)], None),
        ([Late(7.0, True)], (1, 1)),
        ([Late(9, True)] * 4 + [Late(9, False)], (4, 5)),
        ([Late(9, True)] * 3 + [Late(9, False)], None),
        ([Late(9, True), None], None),
    ],
)
def test_tier_five_takes_every_decision_late_and_four_in_five_right(
    decisions: list[Late | None], found: tuple[int, int] | None
) -> None:
    assert decides_later(decisions) == found
