"""Moments: merging in any order, slices that add up to the whole, and parts left out."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.impact.builders import Panel, a_panel, in_teams, with_leavers, with_weights

from upshot.errors import DesignError
from upshot.impact.comparison import by_cohort
from upshot.impact.moments import Cell, Moments, merge


def same(left: Moments, right: Moments, tolerance: float = 1e-12) -> None:
    assert left.cells == right.cells
    assert left.people.tolist() == right.people.tolist()
    assert [block.cells for block in left.blocks] == [block.cells for block in right.blocks]
    for one, other in zip(left.blocks, right.blocks, strict=True):
        assert one.count == other.count
        np.testing.assert_allclose(one.mean, other.mean, rtol=tolerance, atol=tolerance)
        scale = np.abs(other.centred).max()
        np.testing.assert_allclose(one.centred, other.centred, rtol=0, atol=tolerance * scale)


def parts_of(panel: Panel, sizes: list[int]) -> list[Moments]:
    """Cut by person, or by whole team."""
    code = np.arange(len(panel.start)) if panel.cluster is None else panel.cluster
    owner = np.arange(code.max() + 1) % len(sizes)
    return [panel.take(np.flatnonzero(owner[code] == part)).moments() for part in range(len(sizes))]


@pytest.mark.parametrize("shape", [lambda p: p, with_leavers, with_weights, in_teams])
@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(4)), seed=st.integers(0, 1000))
def test_partitions_merge_in_any_order(shape: object, order: list[int], seed: int) -> None:
    panel = shape(a_panel(people=60, periods=4, seed=seed))  # type: ignore[operator]
    parts = parts_of(panel, order)
    same(merge([parts[index] for index in order]), panel.moments())


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000))
def test_rows_in_any_order_give_the_same_moments(seed: int) -> None:
    panel = in_teams(with_leavers(a_panel(people=60, periods=4, strata=(2,))))
    shuffled = panel.take(np.random.default_rng(seed).permutation(60))
    same(shuffled.moments(), panel.moments())


def test_merging_is_associative() -> None:
    parts = parts_of(a_panel(people=90), [1, 1, 1])
    for left, middle, right in itertools.permutations(parts):
        same(merge([merge([left, middle]), right]), merge([left, merge([middle, right])]))


@pytest.mark.parametrize("shape", [lambda p: p, with_leavers, with_weights, in_teams])
def test_strata_pool_back_into_the_whole(shape: object) -> None:
    panel = shape(a_panel(strata=(2, 3)))  # type: ignore[operator]
    whole = by_cohort(panel.moments())
    plain = Panel(
        y=panel.y, start=panel.start, periods=panel.periods, den=panel.den, weight=panel.weight, cluster=panel.cluster
    )
    same(whole, plain.moments())


def test_keeping_a_slice_is_scanning_that_slice() -> None:
    panel = a_panel(strata=(2,))
    kept = panel.moments().keep(cell.stratum == ("00",) for cell in panel.moments().cells)
    mine = np.flatnonzero([stratum == ("00",) for stratum in panel.strata or ()])
    same(kept, panel.take(mine).moments())


def test_keeping_everything_changes_nothing() -> None:
    moments = a_panel().moments()
    assert moments.keep(True for _ in moments.cells) is moments


def test_a_team_that_loses_cells_stays_with_the_people_it_has_left() -> None:
    panel = in_teams(a_panel(people=60))
    moments = panel.moments()
    kept = moments.keep(cell.cohort is None for cell in moments.cells)
    assert kept.n_clusters == moments.n_clusters
    assert kept.n_units == int(np.isinf(panel.start).sum())
    whole = panel.take(np.flatnonzero(np.isinf(panel.start))).moments()
    np.testing.assert_allclose(
        kept.blocks[0].mean * kept.blocks[0].count, whole.blocks[0].mean * whole.blocks[0].count, atol=1e-10
    )


def test_pooling_late_starters_into_the_never_treated_is_scanning_them_so() -> None:
    panel = a_panel(starts=(3, 9, np.inf))
    renamed = [Cell(None) if cell.cohort == 9 else cell for cell in panel.moments().cells]
    other = Panel(y=panel.y, start=np.where(panel.start == 9, np.inf, panel.start), periods=panel.periods)
    same(panel.moments().pooled(renamed), other.moments())


def test_large_levels_lose_no_precision() -> None:
    """Around 1e9 a double keeps 1e-7 of an outcome of size 1, so that is what is asked of the spread."""
    panel = a_panel(people=200)
    lifted = Panel(y=panel.y + 1e9, start=panel.start, periods=panel.periods)
    left, right = lifted.moments(shift=1e9), panel.moments()
    for one, other in zip(left.blocks, right.blocks, strict=True):
        np.testing.assert_allclose(one.centred, other.centred, rtol=1e-5, atol=1e-5)


def test_no_moments_and_unlike_moments_cannot_be_merged() -> None:
    with pytest.raises(DesignError, match="no moments"):
        merge([])
    with pytest.raises(DesignError, match="must share"):
        merge([a_panel(periods=4).moments(), a_panel(periods=5).moments()])
