"""What an event study must be before anything is computed from it."""

import numpy as np
import pytest

from upshot.errors import InputError
from upshot.impact.honest.study import event_study


def problem_codes(*arguments, **options):
    with pytest.raises(InputError) as error:
        event_study(*arguments, **options)
    return [problem.code for problem in error.value.problems]


def test_changes_are_taken_between_neighbours_through_the_reference():
    study = event_study([1.0, 4.0, 10.0, 12.0], np.eye(4), 2, 2)
    np.testing.assert_allclose(study.changes_before() @ study.estimate, [3.0, -4.0])
    np.testing.assert_allclose(study.changes_after() @ study.estimate, [10.0, 2.0])


def test_changes_over_a_gap_are_per_period_before_and_whole_after():
    study = event_study([1.0, 4.0, 10.0], np.eye(3), 2, 1, event_times=(-6, -3, 1))
    np.testing.assert_allclose(study.changes_before() @ study.estimate, [1.0, -2.0])
    np.testing.assert_allclose(study.changes_after() @ study.estimate, [10.0])
    np.testing.assert_allclose(study.gaps_after(), [2.0])


def test_the_target_is_the_first_period_from_the_start_on():
    study = event_study(np.arange(5.0), np.eye(5), 2, 3, anticipation=1)
    np.testing.assert_allclose(study.weights, [0.0, 1.0, 0.0])


@pytest.mark.parametrize(
    ("arguments", "options", "codes"),
    [
        (([1.0], np.eye(1), 0, 1), {}, ["no-pre-period"]),
        (([1.0], np.eye(1), 1, 0), {}, ["no-post-period"]),
        (([1.0, 2.0], np.eye(2), 1, 1), {"anticipation": 1}, ["no-post-period"]),
        (([1.0, 2.0], np.eye(2), 1, 1), {"anticipation": 1, "event_times": (-3, -1)}, ["no-post-period"]),
        (([1.0], np.eye(2), 1, 1), {"anticipation": -1}, ["shape", "anticipation"]),
        (([1.0, np.nan], np.eye(2), 1, 1), {}, ["not-finite"]),
        (([1.0, 2.0], [[1.0, 0.5], [0.2, 1.0]], 1, 1), {}, ["not-symmetric"]),
        (([1.0, 2.0], [[1.0, 2.0], [2.0, 1.0]], 1, 1), {}, ["not-psd"]),
        (([1.0, 2.0], np.eye(2), 1, 1), {"weights": [0.0]}, ["weights"]),
        (([1.0, 2.0], np.eye(2), 1, 1), {"weights": [1.0, 1.0]}, ["weights"]),
        (([1.0, 2.0], np.zeros((2, 2)), 1, 1), {}, ["no-variance"]),
        (([1.0, 2.0], np.eye(2), 1, 1), {"event_times": (-2,)}, ["event-times"]),
        (([1.0, 2.0], np.eye(2), 1, 1), {"event_times": (-2, -1)}, ["event-times"]),
        (([1.0, 2.0, 3.0], np.eye(3), 2, 1), {"event_times": (-2, -3, 0)}, ["event-times"]),
    ],
)
def test_what_cannot_be_analysed_is_named(arguments, options, codes):
    assert problem_codes(*arguments, **options) == codes


def test_rounding_below_zero_in_the_covariance_is_forgiven():
    root = np.array([[1.0], [2.0], [3.0]])
    sigma = root @ root.T - 1e-12 * np.eye(3)
    assert event_study([1.0, 2.0, 3.0], sigma, 1, 2).std_error == pytest.approx(2.0)
