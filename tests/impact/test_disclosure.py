"""Nothing small can be had by adding and subtracting what is shown."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upshot.errors import DesignError
from upshot.impact.disclosure import hidden_groups, refused_filter

TABLE = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")),
    st.tuples(st.integers(1, 40), st.integers(0, 20)),
    min_size=1,
)


@given(TABLE, st.sampled_from([2, 5, 10]))
@settings(max_examples=150, deadline=None)
def test_no_hidden_group_follows_from_totals_and_shown_groups(sizes, minimum):
    """Totals of rows, columns and the table are known if they are not small themselves."""
    hidden = hidden_groups(sizes, minimum)
    small = {group for group, counts in sizes.items() if any(0 < count < minimum for count in counts)}
    assert small <= hidden
    margins = [list(sizes)] + [[g for g in sizes if g[k] == v] for k in (0, 1) for v in {g[k] for g in sizes}]
    known = [m for m in margins if not any(0 < sum(sizes[g][c] for g in m) < minimum for c in (0, 1))]
    order = sorted(hidden)
    equations = np.array([[g in m for g in order] for m in known], dtype=float).reshape(len(known), len(order))
    for place, group in enumerate(order):
        if group not in small or hidden == set(sizes):
            continue
        unit = np.eye(len(order))[place]
        rest = unit - np.linalg.pinv(equations) @ (equations @ unit)
        alone = any([group] == m for m in known)
        assert np.abs(rest).max() > 1e-6 or alone or all(set(m) <= hidden for m in known if group in m)


def test_a_corner_of_a_table_hides_a_rectangle():
    """One small cell in a 2 by 2 table follows from its margins unless all four cells are hidden."""
    sizes = {("a", "x"): [3], ("a", "y"): [50], ("b", "x"): [50], ("b", "y"): [50]}
    assert hidden_groups(sizes, 5) == frozenset(sizes)


def test_a_group_with_too_few_treated_is_hidden_as_well():
    assert hidden_groups({("a",): [90, 3], ("b",): [80, 30], ("c",): [95, 40]}, 5) == {("a",), ("b",)}


def test_groups_of_nobody_need_no_partner():
    assert hidden_groups({("a",): [90], ("b",): [0]}, 5) == frozenset()


def test_a_minimum_of_zero_is_refused():
    with pytest.raises(DesignError, match=">= 1"):
        hidden_groups({}, 0)


PEOPLE = {("a",): 20, ("b",): 30, ("c",): 2, ("d",): 40}
ALL = frozenset(PEOPLE)


def a_filter(letters):
    return frozenset((letter,) for letter in letters)


@pytest.mark.parametrize(
    ("asked", "answered", "code"),
    [
        ("ab", ["abcd"], None),
        ("c", [], "too-few-to-show"),
        ("abd", ["abcd"], "filter-singles-out"),
        ("abc", ["ab"], "filter-singles-out"),
        ("bcd", ["abd"], "filter-singles-out"),
        ("abd", ["abd", "abcd"], None),
        ("abcd", ["ab", "d"], "filter-singles-out"),
        ("ad", ["ab", "bd"], None),
    ],
)
def test_a_filter_is_refused_when_it_would_tell_a_small_group_apart(asked, answered, code):
    found = refused_filter(a_filter(asked), map(a_filter, answered), PEOPLE, 5)
    assert (found and found.code) == code


def test_a_small_group_reached_only_by_three_answers_is_found():
    """ab + bc + ca over two is abc: with abcd answered, d follows although no two answers differ by it."""
    people = {("a",): 20, ("b",): 20, ("c",): 20, ("d",): 2}
    answered = [a_filter("ab"), a_filter("bc"), a_filter("ac")]
    assert refused_filter(a_filter("abcd"), answered, people, 5).code == "filter-singles-out"
    assert all(refused_filter(a, answered[:n], people, 5) is None for n, a in enumerate(answered))


@given(st.lists(st.sets(st.sampled_from("abcde"), min_size=1), min_size=1, max_size=6), st.randoms())
@settings(max_examples=150, deadline=None)
def test_what_was_allowed_never_spans_a_small_atom(filters, random):
    people = {(letter,): random.choice([1, 3, 8, 20]) for letter in "abcde"}
    allowed = []
    for asked in filters:
        if refused_filter(a_filter(asked), allowed, people, 5) is None:
            allowed.append(a_filter(asked))
    for one, other in combinations(allowed, 2):
        assert not (other < one and 0 < sum(people[a] for a in one - other) < 5)
    if allowed:
        rows = np.array([[atom in found for atom in people] for found in allowed], dtype=float)
        for place, count in enumerate(people.values()):
            unit = np.eye(len(people))[place]
            assert count >= 5 or np.abs(unit - np.linalg.pinv(rows) @ (rows @ unit)).max() > 1e-6
