"""When units count as done, and which blocks that satisfies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.xapi.cmi5_courses import a_course, a_unit

from upshot.xapi.cmi5 import COMPLETED, FAILED, PASSED, WAIVED, MoveOn
from upshot.xapi.cmi5_course import Block
from upshot.xapi.cmi5_progress import Progress, after, done, newly_satisfied


@pytest.mark.parametrize(
    ("move_on", "needed"),
    [
        (MoveOn.NOTHING, [()]),
        (MoveOn.COMPLETED, [(COMPLETED,), (WAIVED,)]),
        (MoveOn.PASSED, [(PASSED,), (WAIVED,)]),
        (MoveOn.EITHER, [(COMPLETED,), (PASSED,), (WAIVED,)]),
        (MoveOn.BOTH, [(COMPLETED, PASSED), (WAIVED,)]),
    ],
)
def test_a_unit_is_done_by_exactly_what_its_move_on_asks(move_on: MoveOn, needed: list[tuple[str, ...]]) -> None:
    unit, happened = a_unit(move_on=move_on), [(), (COMPLETED,), (PASSED,), (COMPLETED, PASSED), (WAIVED,), (FAILED,)]
    for verbs in happened:
        progress = Progress()
        for verb in verbs:
            progress = after(progress, verb, 0)
        assert done(unit, 0, progress) == any(set(one) <= set(verbs) for one in needed), verbs


def test_a_block_is_satisfied_with_its_last_unit_and_the_course_with_its_last_block() -> None:
    inner = Block("inner", "Inner", (a_unit(1), a_unit(2)))
    course = a_course((Block("outer", "Outer", (inner,)), a_unit(3)))
    assert newly_satisfied(course, after(Progress(), COMPLETED, 0)) == ()
    two = Progress(completed=frozenset({0, 1}))
    assert [block.id for block in newly_satisfied(course, two)] == ["inner", "outer"]
    all_ = Progress(completed=frozenset({0, 1}), passed=frozenset({2}), satisfied=frozenset({"inner", "outer"}))
    assert [block.id for block in newly_satisfied(course, all_)] == [course.root.id]


def test_nothing_is_satisfied_twice() -> None:
    course = a_course((a_unit(),))
    progress = Progress(waived=frozenset({0}), satisfied=frozenset({course.root.id}))
    assert newly_satisfied(course, progress) == ()


@given(st.lists(st.tuples(st.sampled_from([COMPLETED, PASSED, WAIVED]), st.integers(0, 3)), max_size=12))
def test_whatever_the_order_each_block_is_satisfied_once_and_never_taken_back(events: list[tuple[str, int]]) -> None:
    course = a_course((Block("b", "B", (a_unit(1), a_unit(2, MoveOn.BOTH))), a_unit(3), a_unit(4, MoveOn.PASSED)))
    progress, said = Progress(), list[str]()
    for verb, place in events:
        progress = after(progress, verb, place)
        now = [block.id for block in newly_satisfied(course, progress)]
        said += now
        progress = Progress(progress.completed, progress.passed, progress.waived, progress.satisfied | set(now))
    assert len(said) == len(set(said))
    assert (course.root.id in said) == all(done(unit, place, progress) for place, unit in enumerate(course.units))
