"""Lee's bounds."""

import numpy as np
import pytest

from upshot.impact.experiment.lee import lee_bounds


def test_without_excess_attrition_the_bounds_meet_at_the_difference() -> None:
    one, other = np.array([1.0, 4.0, np.nan]), np.array([0.0, 2.0, np.nan])
    assert lee_bounds(one, other, np.ones(3), np.ones(3)) == pytest.approx((1.5, 1.5))


def test_the_arm_seen_more_often_is_trimmed_from_both_ends() -> None:
    treated = np.arange(1.0, 11.0)
    control = np.r_[np.full(8, 5.0), np.nan, np.nan]
    low, high = lee_bounds(treated, control, np.ones(10), np.ones(10)) or (0, 0)
    assert (low, high) == pytest.approx((np.arange(1, 9).mean() - 5, np.arange(3, 11).mean() - 5))
    swapped = lee_bounds(control, treated, np.ones(10), np.ones(10))
    assert swapped == pytest.approx((-high, -low))


def test_an_arm_without_outcomes_has_no_bounds() -> None:
    assert lee_bounds(np.array([np.nan]), np.array([1.0]), np.ones(1), np.ones(1)) is None
