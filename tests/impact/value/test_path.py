"""Effect paths: what is seen, what is carried on, and the share of the year that lasted."""

import math

import numpy as np
import pytest

from upshot.errors import DesignError, InputError
from upshot.impact.estimate import Term
from upshot.impact.value import constant_path, effect_path
from upshot.impact.value.fieller import fieller


def some_terms(effects, error=0.5, first=0):
    return [Term(term=str(e), event_time=e, estimate=y, std_error=error) for e, y in enumerate(effects, first)]


def test_periods_not_seen_count_as_nothing():
    path = effect_path(some_terms([3.0, 2.0, 1.0]), np.eye(3), periods_per_year=12)
    assert path.effects.tolist() == [3, 2, 1] + [0] * 9
    assert path.counted == 3
    assert path.covariance.sum() == pytest.approx(3.0)


def test_the_share_is_the_sum_over_the_year_at_the_mean_seen():
    terms = some_terms([4.0, 3.0, 2.0, 1.0])
    path = effect_path(terms, 0.01 * np.eye(4), periods_per_year=8)
    assert path.share == pytest.approx(10 / (8 * 2.5))
    assert path.share_low == pytest.approx(path.share_high)


def test_a_decaying_share_has_a_fieller_interval():
    terms, V = some_terms([4.0, 3.0, 2.0, 1.0]), 0.04 * np.eye(4)
    path = effect_path(terms, V, periods_per_year=6, beyond="hold")
    total, mean = np.array([1, 5 / 3, 5 / 3, 5 / 3]), np.full(4, 1.5)
    theta = np.array([4.0, 3.0, 2.0, 1.0])
    expected = fieller(total @ theta, mean @ theta, total @ V @ total, mean @ V @ mean, total @ V @ mean)
    assert (path.share_low, path.share_high) == pytest.approx(expected)
    draws = np.random.default_rng(1).multivariate_normal(theta, V, 200_000)
    simulated = np.quantile(draws @ total / (draws @ mean), [0.025, 0.975])
    assert (path.share_low, path.share_high) == pytest.approx(tuple(simulated), abs=2e-3)


def test_hold_carries_the_mean_of_the_last_three():
    path = effect_path(some_terms([9.0, 3.0, 2.0, 1.0]), np.eye(4), periods_per_year=6, beyond="hold")
    assert path.effects.tolist() == [9, 3, 2, 1, 2, 2]
    assert path.covariance[4, 4] == pytest.approx(1 / 3)
    assert path.covariance[4, 5] == pytest.approx(1 / 3)


def test_decay_halves_every_half_life():
    path = effect_path(some_terms([2.0]), periods_per_year=5, beyond="decay", half_life=2.0)
    assert path.effects == pytest.approx([2.0 * 0.5 ** (k / 2) for k in range(5)])
    assert path.counted == pytest.approx(sum(0.5 ** (k / 2) for k in range(5)))


def test_without_a_covariance_errors_move_together():
    path = effect_path(some_terms([1.0, 1.0, 1.0], error=0.2), periods_per_year=3)
    assert math.sqrt(path.covariance.sum()) == pytest.approx(0.6)


def test_terms_before_the_start_and_past_the_year_are_ignored():
    terms = some_terms([9.0, 9.0, 1.0, 2.0, 3.0], first=-2)
    path = effect_path(terms, np.eye(5), periods_per_year=2)
    assert path.effects.tolist() == [1.0, 2.0]


def test_a_share_is_absent_where_the_effect_cannot_be_told_from_zero():
    path = effect_path(some_terms([0.1, -0.1]), np.eye(2), periods_per_year=2)
    assert path.share is None


def test_a_constant_effect_seen_half_the_year_lasts_half_of_it():
    assert constant_path(1e9, 1e8, periods_seen=6, periods_per_year=12).share == pytest.approx(0.5)


@pytest.mark.parametrize(
    "options",
    [
        {"periods_per_year": 0},
        {"periods_per_year": 12, "years": 0},
        {"periods_per_year": 12, "beyond": "for-ever"},
        {"periods_per_year": 12, "beyond": "decay"},
        {"periods_per_year": 12, "half_life": 3.0},
        {"periods_per_year": 12, "beyond": "decay", "half_life": -1.0},
    ],
)
def test_options_that_contradict_each_other_are_refused(options):
    with pytest.raises(DesignError):
        effect_path(some_terms([1.0]), **options)


def test_bad_terms_are_refused():
    with pytest.raises(InputError, match="nothing can be valued"):
        effect_path([Term(term="pre", event_time=-1, estimate=1.0, std_error=1.0)], periods_per_year=12)
    with pytest.raises(InputError, match="finite"):
        effect_path(some_terms([math.nan]), periods_per_year=12)
    with pytest.raises(DesignError, match="covariance"):
        effect_path(some_terms([1.0]), np.eye(3), periods_per_year=12)
    with pytest.raises(InputError, match="finite effect"):
        constant_path(1.0, 1.0, periods_seen=0, periods_per_year=12)
