"""From the pre-period's covariance to the study's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upshot.errors import DesignError
from upshot.impact.power import assumed_baseline, person_baseline
from upshot.impact.power.projection import Stationary, fit_stationary, study_covariance


@pytest.mark.parametrize(
    "model",
    [
        Stationary(unit=1.0, state=0.0, noise=2.0, rho=0.0),
        Stationary(unit=0.0, state=1.0, noise=1.0, rho=0.8),
        Stationary(unit=0.5, state=1.0, noise=1.5, rho=0.5),
    ],
)
def test_a_stationary_covariance_is_recovered_and_continued(model: Stationary) -> None:
    found = fit_stationary(model.covariance(12))
    # rho is searched on a grid of 0.025, which holds these values
    np.testing.assert_allclose(found.covariance(30), model.covariance(30), atol=1e-6)


@given(st.integers(2, 9), st.integers(1, 25), st.integers(0, 2**32 - 1))
def test_what_is_continued_is_always_a_covariance(measured: int, asked: int, seed: int) -> None:
    root = np.random.default_rng(seed).normal(size=(measured, measured))
    found = fit_stationary(root @ root.T).covariance(asked)
    assert np.linalg.eigvalsh(found).min() >= -1e-9 * np.abs(found).max()


def test_two_periods_that_move_apart_are_read_as_pure_noise() -> None:
    found = fit_stationary([[1.0, -0.5], [-0.5, 1.0]])
    assert found.unit == 0
    assert found.autocorrelation == 0


def test_one_period_cannot_speak_for_several() -> None:
    with pytest.raises(DesignError, match="One pre-period"):
        study_covariance(person_baseline(50, [1.0], [[2.0]]), 2)


def test_a_study_within_the_measured_periods_uses_the_last_of_them_as_they_are() -> None:
    cov = np.diag(np.arange(1.0, 6.0))
    found, assumption = study_covariance(person_baseline(50, np.zeros(5), cov), 3)
    np.testing.assert_array_equal(found, cov[2:, 2:])
    assert "last 3 measured" in assumption


def test_too_few_units_for_their_own_covariance_get_the_model_instead() -> None:
    root = np.random.default_rng(0).normal(size=(5, 5))
    found, assumption = study_covariance(person_baseline(20, np.zeros(5), root @ root.T), 5)
    assert "extrapolated" in assumption
    assert np.ptp(np.diag(found)) == pytest.approx(0, abs=1e-12)


def test_typed_in_numbers_keep_their_one_correlation_over_any_window() -> None:
    baseline = assumed_baseline(10, mean=0, std_dev=2, autocorrelation=0.3, n_periods=2)
    found, assumption = study_covariance(baseline, 6)
    np.testing.assert_allclose(found, 4 * (0.3 + 0.7 * np.eye(6)))
    assert "typed in" in assumption
