"""Item statistics: against closed forms, and nothing shown that gives few people away."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.web.cast import Cast
from tests.web.practice.builders import BEST, TEXT, WORST, a_learner, a_published, played

from upshot.web.practice.counting import Given, discrimination, items_of, spread
from upshot.web.practice.items import counted_items
from upshot.web.practice.models import Attempt
from upshot.workspace.disclosing import Disclosure

GATE = Disclosure(minimum=5)


def an_answer(number: int, choice: str = "a", *, step: str = "s", version: int = 1, **more: object) -> Given:
    known = {
        "person": f"p{number}",
        "attempt": number,
        "first": True,
        "visit": 1,
        "success": choice == "a",
        "seconds": float(number),
    } | more
    return Given(version=version, step=step, choice=choice, **known)


def answers(*counts: tuple[int, str, int]) -> list[Given]:
    """``people`` answers of a choice in a version, each by somebody else."""
    spelled = [(version, choice) for version, choice, people in counts for _ in range(people)]
    return [an_answer(at, choice, version=version) for at, (version, choice) in enumerate(spelled)]


def test_a_small_count_is_withheld_with_the_neighbour_that_would_give_it_away() -> None:
    found = spread(answers((1, "a", 40), (1, "b", 9), (1, "c", 3)), GATE)
    assert found.people == 52
    assert dict(found.totals) == {"a": 40, "b": None, "c": None}


def test_the_share_right_is_withheld_where_it_would_give_a_withheld_count_away() -> None:
    item = items_of(answers((1, "a", 9), (1, "b", 40), (1, "c", 3)), GATE)["s"]
    assert item.spread.totals["a"] is None
    assert item.right is None


def test_nothing_is_shown_of_fewer_than_five_people() -> None:
    item = items_of(answers((1, "a", 4)), GATE)["s"]
    assert (item.spread.people, item.right, item.seconds) == (None, None, None)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 14), min_size=6, max_size=6))
@example([2, 0, 3, 0, 5, 1])  # a total of one cell gives that cell away
def test_no_count_under_five_is_shown_or_follows_from_what_is_shown(counts: list[int]) -> None:
    names = [(version, choice) for version in (1, 2) for choice in "abc"]
    sizes = {name: n for name, n in zip(names, counts, strict=True) if n}
    found = spread(answers(*((v, c, n) for (v, c), n in sizes.items())), GATE)
    lines = {choice: [name for name in sizes if name[1] == choice] for choice in found.totals}
    lines |= {version: [name for name in sizes if name[0] == version] for version in found.versions}
    told = {**found.totals, **found.versions}
    known = [lines[name] for name, shown in told.items() if shown is not None]
    known += [[name] for name, shown in found.cells.items() if shown is not None]
    known += [list(sizes)] if found.people is not None else []
    small = [line for line in [*lines.values(), *([name] for name in sizes)] if sum(sizes[one] for one in line) < 5]
    assert not any(follows(line, known, list(sizes)) for line in small)


def follows(line: list[tuple[int, str]], known: list[list[tuple[int, str]]], cells: list[tuple[int, str]]) -> bool:
    """Whether a sum of cells is a combination of sums that are known."""
    rows = [[float(cell in one) for cell in cells] for one in known]
    wanted = [float(cell in line) for cell in cells]
    rank = np.linalg.matrix_rank(np.array(rows)) if rows else 0
    return bool(np.linalg.matrix_rank(np.array([*rows, wanted])) == rank)


def test_each_person_counts_once_with_the_first_visit_of_the_first_attempt() -> None:
    rows = [an_answer(at) for at in range(10)]
    rows += [an_answer(at, "b", visit=2) for at in range(10)]
    rows += [an_answer(100 + at, "a" if at < 7 else "b", person=f"p{at}", first=False) for at in range(12)]
    item = items_of(rows, GATE)["s"]
    assert item.spread.people == 10
    assert item.right == 1.0
    assert item.right_later == pytest.approx(7 / 12)
    assert item.seconds == 4.5


def test_discrimination_is_one_where_a_step_agrees_with_the_rest_and_cannot_be_told_of_few() -> None:
    rows = [an_answer(at, "a" if at % 2 else "b", step=step) for at in range(20) for step in ("s", "t", "u")]
    assert discrimination(rows) == {"s": 1.0, "t": 1.0, "u": 1.0}
    assert discrimination(rows[:57]) == {}
    against = [an_answer(at, "b" if at % 2 else "a", step="v") for at in range(20)]
    assert discrimination([*rows, *against])["v"] == -1.0


def test_a_step_everybody_gets_right_cannot_tell_anybody_apart() -> None:
    rows = [an_answer(at, "a", step=step) for at in range(30) for step in ("s", "t")]
    assert discrimination(rows) == {}


def test_answers_are_counted_on_under_the_new_name_of_a_step(cast: Cast) -> None:
    first = a_published(cast)
    for number in range(6):
        played(a_learner(cast, number), first, BEST)
    renamed = TEXT.replace("{#number}", "{#digits}").replace("(#number)", "(#digits)").replace("{id=day", "{id=date")
    second = a_published(cast, renamed, base=1, renamed={"number": "digits", "number/day": "date"})
    for number in range(6, 12):
        played(a_learner(cast, number), second, ("ask", "date"))
    found = counted_items(cast.viewer("designer"), second.scenario)
    assert found is not None
    assert set(found.items) == {"call", "digits"}
    assert dict(found.items["digits"].spread.totals) == {"date": 12}
    assert dict(found.items["digits"].spread.versions) == {1: 6, 2: 6}


def test_the_page_says_that_too_few_have_begun(cast: Cast) -> None:
    version = a_published(cast)
    for number in range(4):
        played(a_learner(cast, number), version, BEST)
    shown = cast.client("designer").get("/o/nordvik/studio/late-parcel/answers/").content.decode()
    assert "Too few answers to show" in shown


def test_where_people_leave_is_counted_after_a_week(cast: Cast) -> None:
    version = a_published(cast)
    for number in range(12):
        played(a_learner(cast, number), version, BEST if number < 6 else WORST[:1])
    viewer = cast.viewer("designer")
    now = counted_items(viewer, version.scenario)
    Attempt.objects.filter(finished=None).update(touched="2026-01-01T00:00:00Z")
    later = counted_items(viewer, version.scenario)
    assert now is not None
    assert later is not None
    assert now.left == {}
    assert later.left == {"angry": 6}
    assert (later.began, later.finished) == (12, 6)
