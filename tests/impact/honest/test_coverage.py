"""Coverage of the robust intervals when the violation lies inside the set they allow (slow)."""

import numpy as np
import pytest

from upshot.impact.honest import smoothness
from upshot.impact.honest.relative import holds_zero
from upshot.impact.honest.study import event_study

DRAWS = 2000
# Three Monte Carlo standard errors of a coverage of 0.95 over 2,000 draws.
MARGIN = 3 * np.sqrt(0.95 * 0.05 / DRAWS)
TRUTH = 1.0


def a_covariance(size, correlation=0.6, variance=0.01):
    distance = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    return variance * (correlation**distance + 0.5)


def draws_around(violation, n_pre):
    size = len(violation)
    mean = np.array(violation) + TRUTH * (np.arange(size) >= n_pre)
    return np.random.default_rng(7).multivariate_normal(mean, a_covariance(size), size=DRAWS)


def coverage_of_relative_magnitudes(violation, n_pre=3):
    """Share of draws whose interval at multiple 1 holds the effect in the first post-period."""
    shift = TRUTH * (np.arange(len(violation)) >= n_pre)
    sigma, one = a_covariance(len(violation)), np.ones(1)
    studies = (event_study(beta - shift, sigma, n_pre, 2) for beta in draws_around(violation, n_pre))
    return np.mean([holds_zero(study, one, 0.95)[0] for study in studies])


def coverage_of_smoothness(violation, largest, n_pre=3):
    """As above for smoothness; the interval's centre is linear in the coefficients, its length fixed."""
    size = len(violation)
    sigma = a_covariance(size)
    ends = [smoothness(beta, sigma, n_pre, 2, bounds=(largest,)) for beta in np.eye(size)]
    low, high = np.array([(f.conf_low[0], f.conf_high[0]) for f in ends]).T
    centre, half = (low + high) / 2, (high - low)[0] / 2
    return np.mean(np.abs(draws_around(violation, n_pre) @ centre - TRUTH) <= half)


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
    assert coverage_of_relative_magnitudes(violation) >= 0.95 - MARGIN


@pytest.mark.slow
def test_relative_magnitudes_are_exact_where_one_earlier_change_stands_out():
    found = coverage_of_relative_magnitudes([4.0, 4.0, 0.0, 4.0, 8.0])
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
    assert coverage_of_smoothness(violation, largest) >= 0.95 - MARGIN


@pytest.mark.slow
def test_a_violation_far_outside_the_set_is_not_covered():
    assert coverage_of_relative_magnitudes([0.0, 0.0, 0.0, 2.0, 2.0]) < 0.05
