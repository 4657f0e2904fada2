"""Fixed-length intervals: bias against the linear programme, length against direct search, closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize
from scipy.stats import norm

from upshot.impact.honest import smoothness
from upshot.impact.honest.smoothness import folded_quantile, smoothness_path
from upshot.impact.honest.study import event_study


def an_event_study(n_pre=3, n_post=3, seed=0):
    rng = np.random.default_rng(seed)
    size = n_pre + n_post
    root = rng.normal(size=(size, size + 3))
    return rng.normal(size=size), 0.05 * root @ root.T / size, n_pre, n_post


def worst_bias(contrast, n_pre, largest):
    """``max contrast'δ`` over every δ whose slope changes by at most M a period; δ at the reference is 0."""
    size = len(contrast) + 1
    bends = np.delete(np.diff(np.eye(size), n=2, axis=0), n_pre, axis=1)
    limits = np.full(2 * len(bends), largest)
    free = [(None, None)] * len(contrast)
    found = linprog(-contrast, A_ub=np.vstack([bends, -bends]), b_ub=limits, bounds=free)
    return -found.fun if found.status == 0 else np.inf


@pytest.mark.parametrize("weights", [[1.0, 0.0, 0.0], [1 / 3, 1 / 3, 1 / 3], [0.0, 1.0, -1.0]])
def test_bias_is_what_the_linear_programme_over_all_trends_finds(weights):
    study = event_study(*an_event_study(), weights=weights)
    path = smoothness_path(study)
    for penalty in path.penalties:
        bias, spread, x = path.bias_and_spread(np.array([penalty]))
        contrast = np.append((path.origin + x[0] @ path.turn.T)[::-1], weights)
        assert 0.3 * bias[0] == pytest.approx(worst_bias(contrast, 3, 0.3), rel=1e-7)
        assert spread[0] ** 2 == pytest.approx(contrast @ study.covariance @ contrast, rel=1e-7)


@pytest.mark.parametrize("largest", [0.01, 0.1, 0.5])
@pytest.mark.parametrize("n_pre", [2, 3])
def test_no_other_weights_give_a_shorter_interval(n_pre, largest):
    beta, sigma, _, n_post = an_event_study(n_pre, seed=5)
    found = smoothness(beta, sigma, n_pre, n_post, bounds=(largest,))

    def half_length(free):
        # The nearest weight is fixed by the others, which keeps straight lines out of the bias.
        distances = np.arange(n_pre, 0, -1)
        pre = np.append(free, 1 - free @ distances[:-1])
        contrast = np.concatenate([pre, [1.0], np.zeros(n_post - 1)])
        spread = np.sqrt(contrast @ sigma @ contrast)
        return spread * folded_quantile(np.array([worst_bias(contrast, n_pre, largest) / spread]), 0.95)[0]

    start = np.zeros(n_pre - 1)
    searched = minimize(half_length, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-10}).fun
    ours = (found.conf_high[0] - found.conf_low[0]) / 2
    assert ours == pytest.approx(searched, rel=1e-6)


@given(seed=st.integers(0, 500), n_pre=st.integers(1, 6))
@settings(max_examples=20, deadline=None)
def test_at_zero_the_interval_is_least_squares_around_a_straight_line(seed, n_pre):
    beta, sigma, _, n_post = an_event_study(n_pre, 2, seed)
    found = smoothness(beta, sigma, n_pre, n_post, bounds=(0.0,))
    times = np.array([*range(-n_pre, 0), *range(1, n_post + 1)], dtype=float)
    design = np.column_stack([times, np.eye(n_pre + n_post)[:, n_pre:]])
    covariance = np.linalg.inv(design.T @ np.linalg.solve(sigma, design))
    estimate = covariance @ design.T @ np.linalg.solve(sigma, beta)
    half = norm.ppf(0.975) * np.sqrt(covariance[1, 1])
    assert found.conf_low[0] == pytest.approx(estimate[1] - half, abs=1e-6)
    assert found.conf_high[0] == pytest.approx(estimate[1] + half, abs=1e-6)


@given(seed=st.integers(0, 500), scale=st.sampled_from([1e-9, 1e9]))
@settings(max_examples=15, deadline=None)
def test_ends_follow_the_unit_of_the_kpi_and_mirror_with_its_sign(seed, scale):
    beta, sigma, n_pre, n_post = an_event_study(seed=seed)
    bounds = np.array([0.0, 0.05, 0.5])
    plain = smoothness(beta, sigma, n_pre, n_post, bounds=bounds)
    scaled = smoothness(-scale * beta, scale**2 * sigma, n_pre, n_post, bounds=scale * bounds)
    np.testing.assert_allclose(-np.array(scaled.conf_high) / scale, plain.conf_low, atol=1e-6)
    np.testing.assert_allclose(-np.array(scaled.conf_low) / scale, plain.conf_high, atol=1e-6)


def test_the_identified_set_is_absent_where_the_earlier_estimates_break_the_bound():
    found = smoothness([0.0, 1.0, 5.0], np.eye(3), 2, 1, bounds=(1.9, 2.0))
    # Earlier path 0, 1, 0: its slope turns by 2; continued, it reaches -1, give or take 2.
    assert found.identified_low == (None, pytest.approx(4.0))
    assert found.identified_high == (None, pytest.approx(8.0))


def test_one_pre_period_fixes_the_slope():
    found = smoothness([-1.0, 3.0], np.diag([4.0, 1.0]), 1, 1, bounds=(0.0, 0.5))
    half = norm.ppf(0.975) * np.sqrt(5.0)
    assert found.conf_low[0] == pytest.approx(2.0 - half)
    assert found.identified_low == (pytest.approx(2.0), pytest.approx(1.5))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_singular_covariance_gives_finite_ends(rank):
    beta, _, n_pre, n_post = an_event_study()
    root = np.random.default_rng(3).normal(size=(n_pre + n_post, rank))
    found = smoothness(beta, root @ root.T, n_pre, n_post, bounds=(0.0, 0.1, 1.0))
    assert np.isfinite([found.conf_low, found.conf_high]).all()
    assert all(low < high for low, high in zip(found.conf_low, found.conf_high, strict=True))


def test_a_missing_period_is_bridged_by_the_slope_over_the_gap():
    found = smoothness([-3.0, -1.0, 1.0], 0.01 * np.eye(3), 2, 1, event_times=(-4, -2, 0), bounds=(0.0, 1.0))
    # -3, -1, 0 at -4, -2, -1 is a straight line; it goes on to 1.
    assert found.identified_low[0] == pytest.approx(0.0)
    assert found.identified_high[1] == pytest.approx(1.0)


@pytest.mark.parametrize("level", [0.3, 0.8, 0.95, 0.999])
def test_the_folded_quantile_inverts_the_folded_normal_law(level):
    shift = np.array([0.0, 1e-6, 0.5, 3.0, 40.0, 1e4])
    quantile = folded_quantile(shift, level)
    np.testing.assert_allclose(norm.cdf(quantile - shift) - norm.cdf(-quantile - shift), level, rtol=1e-9)
