"""Coverage of the robust intervals when the violation lies inside the set they allow (slow)."""

import numpy as np
import pytest

from upshot.impact.honest import relative_magnitudes, smoothness

DRAWS = 2000
# Three Monte Carlo standard errors of a coverage of 0.95 over 2,000 draws.
MARGIN = 3 * np.sqrt(0.95 * 0.05 / DRAWS)
TRUTH = 1.0


def a_covariance(size, correlation=0.6, variance=0.01):
    distance = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    return variance * (correlation**distance + 0.5)


def coverage(violation, n_pre, interval, **options):
    """Share of draws whose interval holds the effect in the first post-period."""
    size = len(violation)
    sigma = a_covariance(size)
    mean = violation + TRUTH * (np.arange(size) >= n_pre)
    draws = np.random.default_rng(7).multivariate_normal(mean, sigma, size=DRAWS)
    found = [interval(beta, sigma, n_pre, size - n_pre, **options) for beta in draws]
    return np.mean([f.conf_low[0] <= TRUTH <= f.conf_high[0] for f in found])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "violation"),
    [
        ("none", [0.0, 0.0, 0.0, 0.0, 0.0]),
        ("at the bound, one earlier change standing out", [0.8, 0.8, 0.0, 0.8, 1.6]),
        ("at the bound, earlier changes alike", [0.0, 0.1, 0.0, 0.1, 0.2]),
        ("at the bound downwards, small", [0.05, 0.0, -0.05, -0.1, -0.15]),
        ("half the bound", [0.4, 0.0, 0.0, 0.2, 0.3]),
    ],
)
def test_relative_magnitudes_cover_at_least_as_often_as_they_say(name, violation):
    # Three pre-periods; event times -4, -3, -2 then 0, 1; the reference -1 is 0.
    assert coverage(np.array(violation), 3, relative_magnitudes, bounds=(1.0,)) >= 0.95 - MARGIN


@pytest.mark.slow
def test_relative_magnitudes_are_exact_where_one_earlier_change_stands_out():
    found = coverage(np.array([4.0, 4.0, 0.0, 4.0, 8.0]), 3, relative_magnitudes, bounds=(1.0,))
    assert found == pytest.approx(0.95, abs=MARGIN)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "violation", "largest"),
    [
        ("a straight line", [-0.3, -0.2, -0.1, 0.1, 0.2], 0.0),
        ("bending at the bound", [0.6, 0.3, 0.1, 0.0, 0.1], 0.1),
        ("bending at the bound at the start only", [-0.3, -0.2, -0.1, 0.2, 0.4], 0.1),
        ("none", [0.0, 0.0, 0.0, 0.0, 0.0], 0.1),
    ],
)
def test_smoothness_covers_at_least_as_often_as_it_says(name, violation, largest):
    assert coverage(np.array(violation), 3, smoothness, bounds=(largest,)) >= 0.95 - MARGIN


@pytest.mark.slow
def test_a_violation_far_outside_the_set_is_not_covered():
    assert coverage(np.array([0.0, 0.0, 0.0, 2.0, 2.0]), 3, relative_magnitudes, bounds=(1.0,)) < 0.05
