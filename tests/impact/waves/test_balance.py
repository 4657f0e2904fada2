"""Balance tables, the distance behind rerandomising, and matched blocks."""

import numpy as np
import pytest
from scipy import stats

from upshot.errors import InputError
from upshot.impact.waves.balance import balance_table, imbalance, matched_blocks


def test_the_f_test_is_scipys_one_way_analysis_of_variance() -> None:
    rng = np.random.default_rng(0)
    values, groups = rng.normal(size=(30, 1)), rng.integers(0, 3, 30)
    row = balance_table(("sales",), values, groups)[0]
    expected = stats.f_oneway(*(values[groups == g, 0] for g in range(3)))
    assert row.p_value == pytest.approx(float(expected.pvalue))
    means = [values[groups == g].mean() for g in range(3)]
    assert row.gap == pytest.approx((max(means) - min(means)) / values.std(ddof=1))


def test_with_two_groups_the_distance_is_that_of_morgan_and_rubin() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(20, 3))
    groups = np.repeat([0, 1], 10)
    gap = x[groups == 0].mean(axis=0) - x[groups == 1].mean(axis=0)
    m = 20 * 0.5 * 0.5 * gap @ np.linalg.inv(np.cov(x, rowvar=False)) @ gap
    assert imbalance(x, groups) == pytest.approx(m)


def test_units_that_do_not_differ_have_means_and_no_gap() -> None:
    row = balance_table(("site",), np.ones((6, 1)), np.array([0, 0, 0, 1, 1, 1]))[0]
    assert row.means == (1.0, 1.0)
    assert row.gap is None
    assert row.p_value is None


def test_nothing_to_balance_is_balanced() -> None:
    assert imbalance(np.zeros((4, 0)), np.array([0, 0, 1, 1])) == 0.0


def test_matched_blocks_stay_inside_regions_and_take_in_the_remainder() -> None:
    labels = matched_blocks([1, 2, 3, 4, 5, 10, 20], 2, ("n", "n", "n", "n", "n", "s", "s"))
    assert labels == ("n-1", "n-1", "n-2", "n-2", "n-2", "s-1", "s-1")


@pytest.mark.parametrize(("values", "size"), [([1.0, float("nan")], 2), ([1.0, 2.0], 1)])
def test_what_cannot_be_matched_is_refused(values: list[float], size: int) -> None:
    with pytest.raises(InputError):
        matched_blocks(values, size)
