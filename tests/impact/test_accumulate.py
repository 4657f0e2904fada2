"""Rows to moments: counts, means and centred products by hand, and matrices that are refused."""

import numpy as np
import pytest
from tests.impact.builders import a_panel, in_teams, with_leavers, with_weights

from upshot.errors import DesignError
from upshot.impact.accumulate import MANY, moments_of
from upshot.impact.moments import Cell

CELLS = (Cell(2), Cell(None))


def test_a_cell_holds_count_mean_and_centred_products() -> None:
    y = np.array([[1.0, 2.0], [3.0, 6.0], [5.0, 5.0]])
    found = moments_of(y, [0, 0, 1], periods=(1, 2), cells=CELLS)
    treated, never = found.blocks
    assert (treated.count, never.count) == (2, 1)
    assert treated.mean.tolist() == [2.0, 4.0]
    assert treated.centred.tolist() == [[2.0, 4.0], [4.0, 8.0]]
    assert never.centred.tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert found.people.tolist() == [2, 1]


def test_a_unit_vector_is_size_then_denominators_then_outcomes() -> None:
    found = moments_of([[2.0, 0.0]], [0], periods=(1, 2), cells=CELLS[:1], den=[[1.0, 0.0]], size=[2.0])
    assert found.channels == 5
    assert found.blocks[0].mean.tolist() == [2.0, 1.0, 0.0, 2.0, 0.0]


def test_the_shift_is_taken_off_in_proportion_to_the_denominator() -> None:
    found = moments_of([[20.0, 0.0]], [0], periods=(1, 2), cells=CELLS[:1], den=[[2.0, 0.0]], shift=9.0)
    assert found.blocks[0].mean.tolist() == [2.0, 0.0, 2.0, 0.0]


def test_a_team_adds_its_people_up() -> None:
    y = np.array([[1.0], [2.0], [4.0]])
    found = moments_of(y, [0, 0, 0], periods=(1,), cells=CELLS[:1], cluster=["a", "a", "b"])
    (block,) = found.blocks
    assert block.count == found.n_clusters == 2
    assert (block.count * block.mean).tolist() == [3.0, 7.0]
    assert found.n_units == 3


def test_cells_linked_by_a_team_share_a_block() -> None:
    found = moments_of(
        np.ones((4, 1)), [0, 1, 1, 2], periods=(1,), cells=(Cell(1), Cell(2), Cell(3)), cluster=[0, 0, 1, 2]
    )
    assert [block.cells for block in found.blocks] == [(0, 1), (2,)]


@pytest.mark.parametrize("shape", [lambda p: p, with_leavers, with_weights, in_teams])
def test_people_are_counted_unweighted(shape: object) -> None:
    panel = shape(a_panel(people=50))  # type: ignore[operator]
    assert panel.moments().n_units == 50


def test_a_matrix_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(DesignError, match="shape"):
        moments_of([[1.0, 2.0]], [0], periods=(1,), cells=CELLS)


def test_outcomes_that_are_not_finite_are_refused() -> None:
    with pytest.raises(DesignError, match="finite"):
        moments_of([[np.nan]], [0], periods=(1,), cells=CELLS)


def test_cells_summed_side_by_side_are_those_summed_alone() -> None:
    draw = np.random.default_rng(7)
    where = draw.integers(0, 5, MANY // 16 + 1)
    y = draw.normal(100, 3, (where.size, 16))
    cells = tuple(Cell(start) for start in (2, 3, 4, 5, None))
    found = moments_of(y, where, periods=tuple(range(16)), cells=cells, shift=100.0)
    for index, block in enumerate(found.blocks):
        own = y[where == index]
        alone = moments_of(own, np.zeros(len(own), dtype=int), periods=found.periods, cells=cells[:1], shift=100.0)
        assert own.size < MANY
        assert block.centred.tobytes() == alone.blocks[0].centred.tobytes()
        assert np.allclose(block.centred, np.cov(own.T, bias=True) * len(own), rtol=0, atol=1e-12 * len(own) * 9)
