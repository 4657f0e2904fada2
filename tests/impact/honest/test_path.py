"""The l1 path meets the conditions of a minimum everywhere, ties included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upshot.impact.honest.path import at_penalty, l1_path


def assert_minimal(quadratic, linear, penalty, x):
    """Slope -μ·sign on the active, at most μ on the idle: necessary and sufficient, the programme being convex."""
    slope = linear + quadratic @ x
    tolerance = 1e-7 * max(np.abs(linear).max(), 1e-300)
    active = np.abs(x) > 1e-9 * max(np.abs(x).max(), 1e-300)
    np.testing.assert_allclose(slope[active], -penalty * np.sign(x[active]), atol=tolerance)
    assert (np.abs(slope) <= penalty + tolerance).all()


def assert_minimal_along_the_path(quadratic, linear):
    penalties, points = l1_path(quadratic, linear)
    assert penalties[-1] == 0
    assert (np.diff(penalties) <= 0).all()
    tried = np.linspace(0, 1.2 * penalties[0], 57)
    for penalty, x in zip(tried, at_penalty(penalties, points, tried), strict=True):
        assert_minimal(quadratic, linear, penalty, x)


@given(seed=st.integers(0, 10_000), size=st.integers(1, 12), extra=st.integers(1, 20))
@settings(max_examples=60, deadline=None)
def test_random_programmes_are_minimised_at_every_penalty(seed, size, extra):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(size, size + extra))
    assert_minimal_along_the_path(root @ root.T, rng.normal(size=size))


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("linear", [[1, 1, 1, 1], [1, -1, 1, -1], [2, 1, 1, 2], [0, 0, 0, 0], [0, 1, 0, 1]])
def test_ties_do_not_stop_the_path(share, linear):
    quadratic = share * np.ones((4, 4)) + (1 - share) * np.eye(4)
    assert_minimal_along_the_path(quadratic, np.array(linear, dtype=float))


def test_a_programme_without_variables_has_an_empty_path():
    penalties, points = l1_path(np.zeros((0, 0)), np.zeros(0))
    assert at_penalty(penalties, points, [0.0, 1.0]).shape == (2, 0)
