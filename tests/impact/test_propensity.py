"""The logit on cell counts: saturated fits, the score at zero, derivatives, separation."""

import numpy as np
import pytest

from upshot.impact.propensity import propensity

X = np.array([[1.0, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]])
TREATED = np.array([[5.0, 9, 4, 7], [2, 2, 8, 30]])
CONTROL = np.array([[8.0, 6, 11, 3], [20, 5, 9, 3]])


def test_a_saturated_fit_is_the_share_of_treated() -> None:
    found = propensity(np.eye(4), TREATED, CONTROL)
    np.testing.assert_allclose(found.chance, TREATED / (TREATED + CONTROL), rtol=1e-13)
    np.testing.assert_allclose(found.odds, TREATED / CONTROL, rtol=1e-12)


def test_the_score_is_zero_to_rounding() -> None:
    found = propensity(X, TREATED, CONTROL)
    score = (TREATED * (1 - found.chance) - CONTROL * found.chance) @ X
    assert np.abs(score).max() < 1e-12
    assert found.usable.all()


@pytest.mark.parametrize("side", [0, 1])
def test_derivatives_equal_differences(side: int) -> None:
    direction = np.array([[1.0, -2.0, 0.5, 3.0]] * 2)
    found = propensity(X, TREATED, CONTROL).carried(direction)[side]
    for stratum in range(4):
        nudge = np.zeros(4)
        nudge[stratum] = 1e-4
        values = []
        for sign in (1, -1):
            counts = [TREATED, CONTROL]
            counts[side] = counts[side] + sign * nudge
            values.append((propensity(X, *counts).odds * direction).sum(axis=1))
        np.testing.assert_allclose(found[:, stratum], (values[0] - values[1]) / 2e-4, rtol=1e-6)


def test_scaling_all_weights_changes_nothing() -> None:
    np.testing.assert_allclose(
        propensity(X, 1e6 * TREATED, 1e6 * CONTROL).chance, propensity(X, TREATED, CONTROL).chance
    )


def test_separated_samples_are_not_usable_and_leave_the_others_alone() -> None:
    treated, control = TREATED.copy(), CONTROL.copy()
    treated[0], control[0] = [5, 5, 0, 0], [0, 0, 5, 5]
    found = propensity(X, treated, control)
    assert found.usable.tolist() == [False, True]
    np.testing.assert_allclose(found.chance[1], propensity(X, TREATED, CONTROL).chance[1])


def test_a_chance_of_one_in_a_thousand_to_stay_untreated_is_not_usable() -> None:
    assert not propensity(np.ones((1, 1)), np.array([[2000.0]]), np.array([[1.0]])).usable[0]
