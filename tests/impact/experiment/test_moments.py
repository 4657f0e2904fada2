"""Moments: merging in any order, and the answer they give without the rows."""

from functools import reduce

import numpy as np
import pytest

from upshot.errors import DesignError
from upshot.impact.experiment import ExperimentMoments, experiment, experiment_from_moments, experiment_moments, merge


def some_rows(n: int = 120, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    arm, block = np.arange(n) % 3, (np.arange(n) // 3) % 2
    x = generator.normal(size=(n, 2))
    return x, 1e6 + x.sum(axis=1) + arm + generator.normal(size=n), arm, block


def take(rows: tuple[np.ndarray, ...], inside: np.ndarray) -> ExperimentMoments:
    x, y, arm, block = (column[inside] for column in rows)
    return experiment_moments(
        x, y[:, None], arm, arms=[0, 1, 2], block=block, blocks=["a", "b"], covariate_names=["x1", "x2"]
    )


def test_partitions_merge_in_any_order_to_the_whole() -> None:
    rows = some_rows()
    whole = take(rows, np.arange(120))
    parts = [take(rows, part) for part in np.split(np.random.default_rng(1).permutation(120), [1, 7, 60])]
    for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
        merged = reduce(merge, [parts[i] for i in order])
        assert (merged.n == whole.n).all()
        np.testing.assert_allclose(merged.mean, whole.mean, rtol=1e-13)
        np.testing.assert_allclose(merged.cross, whole.cross, rtol=1e-9, atol=1e-8)


def test_the_estimate_from_moments_is_the_estimate_from_rows() -> None:
    x, y, arm, block = some_rows(1200)
    answer = experiment_from_moments(take((x, y, arm, block), np.arange(1200)))
    rows = experiment(y, arm, covariates=x, block=block)
    assert [term.estimate for term in answer.terms] == pytest.approx([term.estimate for term in rows.terms], rel=1e-8)
    assert answer.std_error == pytest.approx(rows.std_error, rel=0.02)  # same variance but for its higher moments
    assert answer.other_estimates[0].estimate == pytest.approx(rows.other_estimates[0].estimate, rel=1e-8)


def test_without_covariates_moments_give_the_same_standard_error_as_rows() -> None:
    _, y, arm, block = some_rows()
    moments = experiment_moments(np.empty((120, 0)), y[:, None], arm, arms=[0, 1, 2], block=block, blocks=["a", "b"])
    answer, rows = experiment_from_moments(moments), experiment(y, arm, block=block)
    assert answer.method == "difference-in-means"
    assert [t.std_error for t in answer.terms] == pytest.approx([t.std_error for t in rows.terms], rel=1e-8)


def test_moments_of_different_columns_do_not_merge() -> None:
    rows = some_rows()
    one = take(rows, np.arange(120))
    other = experiment_moments(np.empty((120, 0)), rows[1][:, None], rows[2], arms=[0, 1, 2], blocks=["a", "b"])
    with pytest.raises(DesignError, match="covariates"):
        merge(one, other)
