"""Slices: what shrinkage does, whom it hides, how often its intervals hold, and what it refuses."""

import json
import math
from dataclasses import asdict

import numpy as np
import pytest

from upshot.errors import DesignError, InputError
from upshot.impact.multiplicity import benjamini_hochberg
from upshot.impact.shrinkage import shrink_slices


def named(n):
    return [f"slice {k}" for k in range(n)]


def test_equal_precision_shrinks_by_the_classical_share():
    y, v = np.array([0.0, 1.0, 2.0, 5.0, 7.0]), 2.0
    found = shrink_slices(named(5), y, [v] * 5, [50] * 5)
    tau2 = np.var(y, ddof=1) - v
    share = tau2 / (tau2 + v)
    assert found.tau2 == pytest.approx(tau2)
    assert [s.shrunken for s in found.slices] == pytest.approx((3 + share * (y - 3)).tolist())
    assert {round(s.weight, 12) for s in found.slices} == {round(share, 12)}


def test_slices_that_do_not_differ_all_get_the_mean():
    found = shrink_slices(named(4), [1.0, 1.1, 0.9, 1.0], [1.0] * 4, [50] * 4)
    assert found.tau2 == 0
    assert [s.shrunken for s in found.slices] == pytest.approx([1.0] * 4)
    assert found.q_p_value > 0.9
    assert all(s.shrunken_std_error < s.std_error for s in found.slices)


def test_an_exact_covariance_is_used():
    V = np.full((4, 4), 0.9) + 0.1 * np.eye(4)
    y = [0.0, 1.0, 2.0, 3.0]
    shared = shrink_slices(named(4), y, V, [50] * 4)
    alone = shrink_slices(named(4), y, np.ones(4), [50] * 4)
    assert shared.tau2 == pytest.approx(np.var(y, ddof=1) - 0.1)
    assert shared.slices[0].weight > alone.slices[0].weight
    assert shared.mean_std_error > alone.mean_std_error


def test_too_few_people_hide_every_number_of_a_slice():
    found = shrink_slices(named(4), [0.0, 1.0, 2.0, 99.0], [1.0] * 4, [5, 9, 8, 4])
    hidden = found.slices[3]
    assert asdict(hidden) == {**dict.fromkeys(asdict(hidden)), "name": "slice 3", "shown": False}
    assert found.mean == pytest.approx(1.0)
    assert {c.code for c in found.cautions} == {"too-few-to-show", "few-slices"}


def test_when_no_slice_is_large_enough_nothing_is_said():
    found = shrink_slices(named(2), [0.0, 1.0], [1.0, 1.0], [4, 4])
    assert found.mean is None
    assert not any(s.shown for s in found.slices)


def test_one_slice_keeps_its_own_estimate():
    found = shrink_slices(["all"], [2.0], [0.25], [80])
    assert found.slices[0].shrunken == 2.0
    assert found.slices[0].shrunken_std_error == 0.5
    assert found.tau2 is None
    assert found.cautions[0].code == "one-slice"


def test_p_values_are_adjusted_over_the_slices_shown():
    found = shrink_slices(named(4), [0.0, 2.0, 3.0, 9.0], [1.0] * 4, [50, 50, 50, 1])
    p = [s.p_value for s in found.slices[:3]]
    assert [s.p_adjusted for s in found.slices[:3]] == pytest.approx(benjamini_hochberg(p).tolist())
    assert found.slices[3].p_adjusted is None


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_units_do_not_matter(scale):
    y, v = np.array([0.0, 1.0, 2.0, 5.0]), np.array([1.0, 0.5, 2.0, 0.7])
    first = shrink_slices(named(4), y, v, [9] * 4)
    again = shrink_slices(named(4), scale * y, scale**2 * v, [9] * 4)
    assert again.slices[0].conf_low == pytest.approx(scale * first.slices[0].conf_low, rel=1e-7)


@pytest.mark.parametrize("tau", [0.0, 0.5, 1.5])
def test_intervals_cover_on_average_and_shrinkage_halves_nothing_real(tau):
    """200 draws of 10 slices; Monte Carlo error of the average about 0.6 points."""
    rng = np.random.default_rng(12)
    covered, loss, plain = [], 0.0, 0.0
    for _ in range(200):
        s = rng.uniform(0.5, 1.5, size=10)
        true = 1 + tau * rng.normal(size=10)
        found = shrink_slices(named(10), true + s * rng.normal(size=10), s**2, [50] * 10)
        covered += [x.conf_low <= t <= x.conf_high for x, t in zip(found.slices, true, strict=True)]
        loss += sum((x.shrunken - t) ** 2 for x, t in zip(found.slices, true, strict=True))
        plain += sum((x.estimate - t) ** 2 for x, t in zip(found.slices, true, strict=True))
    assert np.mean(covered) >= 0.92
    assert loss < plain


def test_answers_hold_only_finite_numbers():
    found = shrink_slices(named(5), [1e9, -1e9, 0.0, 1.0, 2.0], [1e-6, 1e12, 1.0, 1.0, 1.0], [50] * 5)
    json.dumps(asdict(found), allow_nan=False)


def test_bad_slices_are_all_named():
    with pytest.raises(InputError) as found:
        shrink_slices(["a", "a", "b"], [1.0, math.nan, 1.0], [1.0, 1.0, 0.0], [9, 9, 9])
    assert {p.code for p in found.value.problems} == {"slice-twice", "bad-slice"}
    with pytest.raises(InputError, match="symmetric"):
        shrink_slices(["a", "b"], [1.0, 1.0], [[1.0, 5.0], [5.0, 1.0]], [9, 9])
    with pytest.raises(InputError, match="no slice"):
        shrink_slices([], [], [], [])
    with pytest.raises(DesignError, match="one name"):
        shrink_slices(["a"], [1.0, 2.0], [1.0, 1.0], [9, 9])
    with pytest.raises(DesignError, match="minimum_group"):
        shrink_slices(["a"], [1.0], [1.0], [9], minimum_group=0)
