"""Simplex weights against their optimality conditions, a brute-force search and awkward inputs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upshot.errors import DesignError
from upshot.impact.synthetic import simplex_weights


def slackness(donors, b, w, ridge):
    """Largest breach of the optimality conditions, relative to the gradient's size."""
    gradient = donors.T @ (donors @ w - b) + len(b) * ridge**2 * w
    return (gradient @ w - gradient.min()) / (np.abs(donors).max() ** 2 * len(b))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 25), st.sampled_from([0.0, 0.3, 5.0]))
def test_weights_meet_the_optimality_conditions(seed, n, k, ridge):
    rng = np.random.default_rng(seed)
    A, b = rng.normal(size=(n, k)), rng.normal(size=n)
    w = simplex_weights(A, b, ridge=ridge)
    assert w.min() >= 0
    assert w.sum() == pytest.approx(1, abs=1e-12)
    assert slackness(A, b, w, ridge) < 1e-10


def test_two_donors_match_a_search_over_the_line():
    rng = np.random.default_rng(1)
    A, b = rng.normal(size=(9, 2)), rng.normal(size=9)
    grid = np.linspace(0, 1, 100_001)
    best = grid[np.argmin([np.sum((A @ [g, 1 - g] - b) ** 2) for g in grid])]
    assert simplex_weights(A, b)[0] == pytest.approx(best, abs=1e-5)


def test_a_large_ridge_spreads_the_weight_evenly():
    w = simplex_weights(np.random.default_rng(2).normal(size=(5, 4)), np.ones(5), ridge=1e6)
    assert w == pytest.approx([0.25] * 4, abs=1e-9)


def test_the_intercept_forgives_a_constant_gap():
    A = np.arange(12.0).reshape(6, 2)
    A[:, 1] = A[:, 1] ** 1.5
    assert simplex_weights(A, A[:, 0] + 1e3, intercept=True) == pytest.approx([1, 0], abs=1e-9)


@pytest.mark.parametrize("shift", [0.0, 1e9])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e9])
def test_shift_and_scale_do_not_matter(shift, scale):
    rng = np.random.default_rng(3)
    A, b = rng.normal(size=(10, 5)), rng.normal(size=10)
    plain = simplex_weights(A, b, ridge=0.1)
    moved = simplex_weights(scale * A + shift * scale, scale * b + shift * scale, ridge=0.1 * scale)
    assert moved == pytest.approx(plain, abs=1e-6)


def test_identical_donors_that_match_exactly_still_sum_to_one():
    assert simplex_weights(np.ones((4, 3)), np.ones(4)).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("donors", "b", "ridge"),
    [
        ([[1.0, np.nan]], [1.0], 0),
        ([[1.0]], [np.inf], 0),
        ([[1.0]], [1.0, 2.0], 0),
        (np.empty((2, 0)), [1.0, 2.0], 0),
        (np.empty((0, 2)), [], 0),
        ([[1.0]], [1.0], -1),
        ([[1.0]], [1.0], np.nan),
    ],
)
def test_bad_input_is_refused(donors, b, ridge):
    with pytest.raises(DesignError, match="simplex_weights needs"):
        simplex_weights(donors, b, ridge=ridge)
