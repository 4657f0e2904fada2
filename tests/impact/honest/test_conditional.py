"""The critical value where it has a closed form, and the test where it is an ordinary one."""

import numpy as np
import pytest
from scipy.stats import norm

from upshot.impact.honest.conditional import accepted, least_favourable


@pytest.mark.parametrize("size", [0.3, 0.05, 0.005, 1e-6])
def test_one_function_has_the_one_sided_normal_critical_value(size):
    found = least_favourable(np.array([[[2.0, 0.0]]]), np.eye(2)[None], size)
    assert found[0] == pytest.approx(2 * norm.isf(size), rel=1e-6)


def test_two_opposite_functions_have_the_two_sided_one():
    found = least_favourable(np.array([[[1.0, 1.0], [-1.0, -1.0]]]), np.eye(2)[None], 0.05)
    assert found[0] == pytest.approx(np.sqrt(2) * norm.isf(0.025), rel=1e-6)


def test_independent_functions_have_the_product_law():
    found = least_favourable(np.eye(2)[None], np.eye(2)[None], 0.05)
    assert found[0] == pytest.approx(norm.ppf(np.sqrt(0.95)), rel=1e-6)


def test_perfectly_dependent_variables_are_one_variable():
    factor = np.array([[[1.0, 0.0], [1.0, 0.0]]])
    found = least_favourable(np.array([[[1.0, 0.0], [0.0, 1.0]]]), factor, 0.05)
    assert found[0] == pytest.approx(norm.isf(0.05), rel=1e-6)


def test_two_opposite_functions_make_the_hybrid_test_the_two_sided_one():
    size, z = 0.05, norm.isf(0.025)
    values = np.array([[[edge, -edge] for edge in (-z - 1e-4, -z + 1e-4, 0.0, z - 1e-4, z + 1e-4)]])
    covariance = np.array([[[1.0, -1.0], [-1.0, 1.0]]])
    critical = np.array([norm.isf(size / 20)])
    assert accepted(values, covariance, critical, size).tolist() == [[False, True, True, True, False]]


def test_a_function_without_noise_is_decided_by_its_sign():
    values = np.array([[[0.5, -1.0], [-0.5, -1.0]]])
    covariance = np.array([[[0.0, 0.0], [0.0, 1.0]]])
    assert accepted(values, covariance, np.array([2.6]), 0.05).tolist() == [[False, True]]
