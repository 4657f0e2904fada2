"""Progress on a path in cmi5's words: what counts, what is waived, what comes next, whatever order facts arrive in."""

import datetime as dt
import itertools
from typing import Any

import pytest

from upshot.plan import practice
from upshot.plan.practice import Step
from upshot.plan.progress import Fact, Verb, progress
from upshot.plan.rolepath import RolePath
from upshot.plan.values import duration

DAY = dt.date(2026, 3, 2)


def a_step(name: str = "basics", **keys: Any) -> Step:
    return Step(**{"id": name, "kind": "module", "title": name.title(), **keys})


def a_fact(verb: Verb = "completed", step: str = "basics", day: int = 0, **more: Any) -> Fact:
    return Fact(step=step, verb=verb, day=DAY + dt.timedelta(days=day), **more)


CASES = [
    ("Passed", ["completed"], None),
    ("Passed", ["failed", "passed"], 1),
    ("Completed", ["passed"], None),
    ("Completed", ["passed", "completed"], 1),
    ("CompletedAndPassed", ["completed"], None),
    ("CompletedAndPassed", ["completed", "passed"], 1),
    ("CompletedOrPassed", ["passed", "completed"], 0),
    ("CompletedOrPassed", ["failed", "launched"], None),
    ("NotApplicable", ["launched"], 0),
]


@pytest.mark.parametrize(("move_on", "verbs", "day"), CASES)
def test_a_step_counts_as_its_move_on_says(move_on: str, verbs: list[Verb], day: int | None) -> None:
    path = RolePath(path=(a_step(move_on=move_on),))
    found = progress(path, [a_fact(verb, day=at) for at, verb in enumerate(verbs)]).done
    assert found == (None if day is None else DAY + dt.timedelta(days=day))


def test_the_order_of_facts_makes_no_difference() -> None:
    path = RolePath(path=(a_step(move_on="CompletedAndPassed"), a_step("then", needs=("basics",))))
    facts = [a_fact("completed"), a_fact("passed", day=3), a_fact("launched", "then", 4), a_fact("failed", day=1)]
    assert len({progress(path, order) for order in itertools.permutations(facts)}) == 1


def test_a_score_below_mastery_never_passes_and_one_above_passes_what_was_only_completed() -> None:
    path = RolePath(path=(a_step(move_on="Passed", mastery=0.7),))
    assert progress(path, [a_fact("passed", scaled=0.5)]).done is None
    assert progress(path, [a_fact("completed", scaled=0.7)]).done == DAY


def test_steps_wait_for_what_they_need_and_say_what_is_missing() -> None:
    path = RolePath(path=(a_step(), a_step("then", needs=("basics",))))
    waiting = progress(path, []).steps[1]
    assert (waiting.state, [one.id for one in waiting.missing]) == ("locked", ["basics"])
    assert progress(path, [a_fact()]).steps[1].state == "open"


def test_a_good_score_waives_the_steps_it_skips_and_opens_what_needs_them() -> None:
    test = a_step("stand", kind="assessment", test_out=practice.TestOut(min_scaled=0.9, skips=("basics",)))
    path = RolePath(path=(test, a_step(), a_step("then", needs=("basics",))))
    low, high = (progress(path, [a_fact("completed", "stand", scaled=score)]) for score in (0.89, 0.9))
    assert [one.state for one in low.steps] == ["done", "open", "locked"]
    assert [(one.state, one.reason) for one in high.steps] == [("done", ""), ("waived", "Tested Out"), ("open", "")]


def test_who_took_nothing_but_the_test_is_waived_and_who_took_a_step_is_not() -> None:
    test = a_step("stand", kind="assessment", test_out=practice.TestOut(min_scaled=0.9, skips=("basics",)))
    path = RolePath(path=(test, a_step()))
    facts = [a_fact("completed", "stand", scaled=0.95)]
    assert progress(path, facts).waived
    assert not progress(path, [*facts, a_fact()]).waived


def test_optional_steps_and_what_follows_the_path_hold_nobody_up() -> None:
    path = RolePath(path=(a_step(), a_step("more", optional=True), a_step("fresh", kind="practice")))
    found = progress(path, [a_fact()])
    assert (found.done, found.share) == (DAY, 1.0)
    assert found.next is not None
    assert found.next.step.id == "more"


def test_due_dates_count_from_the_start_of_the_turn() -> None:
    found = progress(RolePath(path=(a_step(due=duration("14d")),)), [], starts=DAY).steps[0]
    assert found.due == DAY + dt.timedelta(days=14)
    assert not found.late(found.due)
    assert found.late(found.due + dt.timedelta(days=1))


def test_a_path_that_asks_for_nothing_is_never_done() -> None:
    assert progress(RolePath(path=(a_step(optional=True),)), [a_fact()]).done is None
    assert progress(RolePath(), []).done is None


def test_facts_about_steps_the_path_lacks_are_left_out() -> None:
    found = progress(RolePath(path=(a_step(),)), [a_fact(step="gone", seconds=60)])
    assert (found.begun, found.seconds) == (None, 0)
