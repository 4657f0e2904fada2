"""Comparing two texts, and bringing three together."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upshot.web.plans.diffing import changed_lines, line_diff
from upshot.web.plans.merging import merged, three_way

BASE = "a\nb\nc\nd\ne\n"
TEXTS = st.lists(st.sampled_from("abcde"), max_size=8).map(lambda letters: "".join(f"{letter}\n" for letter in letters))


def test_a_changed_line_marks_the_words_that_changed() -> None:
    [line] = [
        line for line in line_diff("x: 1\nshare: 0.5  # half\n", "x: 1\nshare: 0.6  # half\n") if line.kind != "same"
    ]
    assert line.kind == "changed"
    assert [piece.text for piece in line.before if piece.marked] == ["0.5"]
    assert [piece.text for piece in line.after if piece.marked] == ["0.6"]
    assert (line.before_number, line.after_number) == (2, 2)


def test_lines_unlike_each_other_go_and_come() -> None:
    kinds = [line.kind for line in line_diff("alpha\n", "zzz\n")]
    assert kinds == ["removed", "added"]


def test_unchanged_stretches_are_left_out_and_counted() -> None:
    before = "".join(f"line {at}\n" for at in range(50))
    rows = line_diff(before, before.replace("line 25", "row 25"), around=2)
    assert [row.left_out for row in rows if row.kind == "gap"] == [23, 22]
    assert changed_lines(before, before) == 0


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_a_comparison_holds_both_texts_whole(before: str, after: str) -> None:
    before += "the end, before\n"
    rows = line_diff(before, after, around=99)
    old = ["".join(piece.text for piece in row.before) for row in rows if row.before_number]
    new = ["".join(piece.text for piece in row.after) for row in rows if row.after_number]
    assert (old, new) == (before.splitlines(), after.splitlines())


def test_changes_in_different_places_come_together_by_themselves() -> None:
    chunks = three_way(BASE, BASE.replace("b", "B"), BASE.replace("d", "D"))
    assert [chunk.kind for chunk in chunks] == ["same", "mine", "same", "theirs", "same"]
    assert merged(chunks, {}) == "a\nB\nc\nD\ne\n"


@pytest.mark.parametrize(("choice", "text"), [("mine", "a\nB\nc\n"), ("theirs", "a\nX\nc\n"), ("both", "a\nX\nB\nc\n")])
def test_two_changes_of_one_line_are_a_choice(choice, text: str) -> None:
    chunks = three_way("a\nb\nc\n", "a\nB\nc\n", "a\nX\nc\n")
    [place] = [at for at, chunk in enumerate(chunks) if chunk.kind == "conflict"]
    assert merged(chunks, {place: choice}) == text
    with pytest.raises(KeyError):
        merged(chunks, {})


def test_the_same_change_twice_is_no_conflict() -> None:
    chunks = three_way(BASE, BASE.replace("b", "B"), BASE.replace("b", "B"))
    assert merged(chunks, {}) == BASE.replace("b", "B")


def test_a_last_line_without_an_end_does_not_swallow_the_next() -> None:
    chunks = three_way("a\nb", "a\nb", "a\nb\nc\n")
    assert merged(chunks, {at: "theirs" for at, _ in enumerate(chunks)}) == "a\nb\nc\n"


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_bringing_together_loses_neither_side(base: str, mine: str, theirs: str) -> None:
    chunks = three_way(base, mine, theirs)
    assert "".join(line for chunk in chunks for line in chunk.base) == base
    assert "".join(line for chunk in chunks for line in chunk.mine) == mine
    assert "".join(line for chunk in chunks for line in chunk.theirs) == theirs
    assert merged(three_way(base, mine, base), {}) == mine
    assert merged(three_way(base, base, theirs), {}) == theirs
