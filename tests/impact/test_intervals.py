"""Intervals and simultaneous bands."""

import numpy as np
import pytest
from scipy import stats

from upshot.impact.intervals import interval, simultaneous_quantile


def test_an_interval_is_the_estimate_and_its_quantile_of_errors() -> None:
    found = interval(1.0, 0.5, 0.95)
    assert found is not None
    assert (found.conf_low, found.conf_high) == pytest.approx((1 - 0.979982, 1 + 0.979982), abs=1e-6)
    assert found.p_value == pytest.approx(0.0455, abs=1e-4)


def test_students_t_is_wider() -> None:
    normal, student = interval(1.0, 0.5, 0.95), interval(1.0, 0.5, 0.95, df=5)
    assert normal is not None
    assert student is not None
    assert student.conf_high == pytest.approx(1 + 0.5 * 2.570582, abs=1e-6)
    assert student.p_value > normal.p_value


@pytest.mark.parametrize("error", [0.0, -1.0, np.nan, np.inf])
def test_without_spread_there_is_no_interval(error: float) -> None:
    assert interval(1.0, error, 0.95) is None


def test_independent_terms_have_the_sidak_quantile() -> None:
    wanted = stats.norm.ppf((1 + 0.95 ** (1 / 8)) / 2)
    assert simultaneous_quantile(np.eye(8), 0.95, seed=2) == pytest.approx(wanted, rel=0.01)


def test_terms_that_move_together_need_no_wider_band() -> None:
    assert simultaneous_quantile(np.ones((5, 5)), 0.95, seed=2) == pytest.approx(1.96, rel=0.01)


def test_scale_does_not_matter_and_the_seed_decides() -> None:
    spread = np.array([[4.0, 1.0, 0.0], [1.0, 9.0, 2.0], [0.0, 2.0, 1.0]])
    scale = np.diag([1e-6, 1.0, 1e6])
    first = simultaneous_quantile(spread, 0.9, seed=3)
    assert first == simultaneous_quantile(spread, 0.9, seed=3)
    assert simultaneous_quantile(scale @ spread @ scale, 0.9, seed=3) == pytest.approx(first, rel=0.01)


def test_terms_without_spread_are_left_out() -> None:
    assert simultaneous_quantile(np.zeros((2, 2)), 0.95, seed=1) is None
    assert simultaneous_quantile(np.diag([0.0, 1.0]), 0.95, seed=1) == pytest.approx(1.96, rel=0.01)
