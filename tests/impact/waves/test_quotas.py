"""Quotas of blocks and waves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upshot.impact.waves.quotas import block_quotas, wave_targets


@given(
    blocks=st.lists(st.integers(1, 12), min_size=1, max_size=8),
    weights=st.lists(st.floats(0.05, 1), min_size=1, max_size=5),
    seed=st.integers(0, 2**32 - 1),
)
def test_quotas_keep_both_margins_and_each_cell_is_a_rounded_share(
    blocks: list[int], weights: list[float], seed: int
) -> None:
    sizes = np.array(blocks)
    targets = wave_targets(int(sizes.sum()), np.array(weights), np.full(len(weights), np.inf))
    quotas = block_quotas(sizes, targets, np.random.default_rng(seed))
    exact = np.outer(sizes, targets) / sizes.sum()
    np.testing.assert_array_equal(quotas.sum(axis=1), sizes)
    np.testing.assert_array_equal(quotas.sum(axis=0), targets)
    assert (quotas >= np.floor(exact - 1e-9)).all()
    assert (quotas <= np.ceil(exact + 1e-9)).all()


def test_rounding_favours_no_block_and_no_wave() -> None:
    sizes, targets = np.array([1, 2, 4]), np.array([3, 2, 2])
    rng = np.random.default_rng(1)
    draws = 2_000
    mean = sum(block_quotas(sizes, targets, rng) for _ in range(draws)) / draws
    # a cell's spread is at most 0.5, so four standard errors are 0.045
    np.testing.assert_allclose(mean, np.outer(sizes, targets) / 7, atol=0.045)


@given(
    n=st.integers(1, 200),
    weights=st.lists(st.floats(0.05, 1), min_size=2, max_size=5),
    data=st.data(),
)
def test_targets_sum_to_all_and_never_exceed_the_room(n: int, weights: list[float], data: st.DataObject) -> None:
    room = np.array(data.draw(st.lists(st.integers(0, 80), min_size=len(weights), max_size=len(weights))), dtype=float)
    room[0] += max(0, n - room.sum())
    targets = wave_targets(n, np.array(weights), room)
    assert targets.sum() == n
    assert (targets <= room).all()
    assert (targets >= 0).all()


def test_without_limits_targets_are_as_even_as_can_be() -> None:
    assert wave_targets(11, np.ones(4), np.full(4, np.inf)).tolist() == [3, 3, 3, 2]


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_shares_are_kept_to_the_nearest_unit(share: float) -> None:
    targets = wave_targets(40, np.array([share, 1 - share]), np.full(2, np.inf))
    assert targets[0] == round(40 * share)
