"""Re-drawing the lot."""

import math

import numpy as np
import pytest

from upshot.errors import DesignError
from upshot.impact.inference import draw_assignments


def test_small_designs_are_counted_out_block_by_block() -> None:
    drawn = draw_assignments([1, 1, 0, 0, 0, 1, 0], block=[0, 0, 0, 0, 0, 1, 1], seed=1)
    assert drawn.exact
    assert drawn.treated.shape == (math.comb(5, 2) * 2, 7)
    assert len(np.unique(drawn.treated, axis=0)) == 20
    assert (drawn.treated[:, :5].sum(axis=1) == 2).all()


def test_large_designs_are_drawn_with_the_seed_and_keep_each_blocks_count() -> None:
    treated, block = np.arange(60) % 3 == 0, np.arange(60) // 20
    one, two = (draw_assignments(treated, block=block, draws=50, seed=4) for _ in range(2))
    assert not one.exact
    assert (one.treated == two.treated).all()
    for b in range(3):
        assert (one.treated[:, block == b].sum(axis=1) == treated[block == b].sum()).all()


@pytest.mark.parametrize(("treated", "draws"), [([1, 1], 9), ([0, 0], 9), ([0, 1], 0)])
def test_a_lot_that_cannot_be_drawn_is_refused(treated: list[int], draws: int) -> None:
    with pytest.raises(DesignError):
        draw_assignments(treated, draws=draws, seed=1)
