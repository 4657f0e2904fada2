"""Intervals, joint tests and bands."""

import numpy as np
import pytest
from scipy import stats

from upshot.impact.experiment.intervals import band_factor, joint_test, t_interval


def test_one_contrast_needs_no_wider_band() -> None:
    assert band_factor(np.eye(1), 20, 0.95, 1) == pytest.approx(stats.t.ppf(0.975, 20))


def test_independent_normal_contrasts_have_sidaks_factor() -> None:
    expected = stats.norm.ppf((1 + 0.95 ** (1 / 4)) / 2)
    assert band_factor(np.eye(4), 1e7, 0.95, 1) == pytest.approx(
        expected, abs=0.02
    )  # Monte Carlo error of 100,000 draws


def test_three_arms_against_one_control_have_dunnetts_factor() -> None:
    shared = 0.5 * (np.eye(3) + 1)
    assert band_factor(shared, 20, 0.95, 1) == pytest.approx(2.54, abs=0.02)  # Dunnett (1955), table 2a: 3 arms, 20 df


def test_the_joint_test_of_one_effect_is_its_t_test_squared() -> None:
    found = joint_test(np.array([2.0]), np.array([[1.0]]), 12)
    assert found is not None
    assert found == pytest.approx((4.0, t_interval(2.0, 1.0, 12, 0.95).p_value))


def test_too_few_degrees_of_freedom_give_no_joint_test() -> None:
    assert joint_test(np.ones(3), np.eye(3), 2) is None
    assert joint_test(np.ones(2), np.ones((2, 2)), 20) is None
