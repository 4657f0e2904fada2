"""Weighted least squares on cell means, and its derivatives."""

import numpy as np

from upshot.impact.outcome_regression import regress, solvable

X = np.array([[1.0, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]])
DEN = np.array([[5.0, 9, 4, 7], [2, 2, 8, 30]])
MEAN = np.array([[0.5, 1.0, -0.3, 2.0], [1.0, 0.0, 4.0, 2.5]])


def test_predictions_are_those_of_weighted_least_squares() -> None:
    found = regress(X, DEN, MEAN).fitted
    for den, mean, fitted in zip(DEN, MEAN, found, strict=True):
        root = np.sqrt(den)
        slope = np.linalg.lstsq(X * root[:, None], mean * root, rcond=None)[0]
        np.testing.assert_allclose(fitted, X @ slope, atol=1e-12)


def test_derivatives_equal_differences() -> None:
    direction = np.array([[1.0, -2.0, 0.5, 3.0]] * 2)
    by_den, by_mean = regress(X, DEN, MEAN).carried(direction)
    for stratum in range(4):
        nudge = np.zeros(4)
        nudge[stratum] = 1e-5
        den = [(regress(X, DEN + s * nudge, MEAN).fitted * direction).sum(axis=1) for s in (1, -1)]
        mean = [(regress(X, DEN, MEAN + s * nudge).fitted * direction).sum(axis=1) for s in (1, -1)]
        np.testing.assert_allclose(by_den[:, stratum], (den[0] - den[1]) / 2e-5, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(by_mean[:, stratum], (mean[0] - mean[1]) / 2e-5, rtol=1e-6, atol=1e-9)


def test_an_additive_fit_needs_every_level_but_not_every_stratum() -> None:
    assert solvable(X, np.array([[5.0, 9, 4, 0], [5.0, 9, 0, 0]])).tolist() == [True, False]
