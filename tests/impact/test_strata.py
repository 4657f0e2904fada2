"""Strata, their dummies, and tables of pooled cells."""

import numpy as np
from tests.impact.builders import a_panel

from upshot.impact.influence import cell_means
from upshot.impact.moments import Cell
from upshot.impact.strata import BASE, PERIOD, TREATED, Members, strata_of

CELLS = tuple(Cell(g, s) for g in (2, None) for s in (("a", "x"), ("a", "y"), ("b", "x")))


def test_an_additive_model_has_an_intercept_and_one_dummy_less_than_levels_a_column() -> None:
    found = strata_of(CELLS)
    assert found.labels == (("a", "x"), ("a", "y"), ("b", "x"))
    assert found.columns == (0, 2, 4)
    assert found.dummies(np.array([True, True, True])).shape == (3, 3)


def test_dummies_that_say_the_same_twice_are_dropped() -> None:
    found = strata_of(CELLS)
    kept = found.dummies(np.array([True, True, False]))
    assert kept.shape == (2, 2)
    assert np.linalg.matrix_rank(kept) == 2


def test_tables_pool_cells_by_stratum() -> None:
    panel = a_panel(strata=(2,), starts=(3, np.inf), periods=4)
    moments = panel.moments()
    means = cell_means(moments)
    strata = strata_of(moments.cells)
    own = np.array([[cell.cohort == 3 for cell in moments.cells]])
    members = Members.of((~own, own), (np.array([1]), np.array([2])), strata)
    tables = members.tables(means)
    for stratum, label in enumerate(strata.labels):
        mine = [s == label and g == 3 for s, g in zip(panel.strata or (), panel.start, strict=True)]
        for when, column in ((BASE, 1), (PERIOD, 2)):
            assert tables.den[0, TREATED, when, stratum] == sum(mine)
            np.testing.assert_allclose(tables.mean[0, TREATED, when, stratum], panel.y[mine, column].mean())


def test_without_strata_there_is_one() -> None:
    found = strata_of((Cell(2), Cell(None)))
    assert found.labels == ((),)
    assert found.levels.shape == (1, 0)
    assert found.dummies(np.array([True])).shape == (1, 1)
