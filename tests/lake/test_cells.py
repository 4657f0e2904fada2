"""What is withheld together cannot be got back by subtracting from the total."""

from hypothesis import given
from hypothesis import strategies as st

from upshot.lake import suppress

COUNTS = st.dictionaries(st.tuples(st.text("abcdefgh", min_size=1, max_size=2)), st.integers(0, 30), min_size=1)


@given(COUNTS)
def test_no_small_group_is_shown_or_can_be_subtracted(counts) -> None:
    cells = suppress(counts)
    hidden = [counts[cell.group] for cell in cells if cell.suppressed]
    assert all(cell.count is None or cell.count == 0 or cell.count >= 5 for cell in cells)
    everything = len(hidden) == sum(count > 0 for count in counts.values())
    assert not hidden or everything or (len(hidden) >= 2 and sum(hidden) >= 5)


@given(COUNTS)
def test_a_shown_count_is_the_true_one(counts) -> None:
    assert all(cell.count in (None, counts[cell.group]) for cell in suppress(counts))
