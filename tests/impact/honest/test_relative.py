"""Relative magnitudes against the linear programme it replaces, and what must hold of every interval."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.stats import norm, truncnorm

from upshot.errors import InputError
from upshot.impact.honest import relative_magnitudes
from upshot.impact.honest.relative import _cones
from upshot.impact.honest.study import event_study

BOUNDS = (0.5, 1.0, 2.0)


def an_event_study(n_pre=3, n_post=3, seed=0, effect=1.0):
    rng = np.random.default_rng(seed)
    size = n_pre + n_post
    root = rng.normal(size=(size, size + 3))
    beta = rng.normal(scale=0.5, size=size) + np.repeat([0.0, effect], [n_pre, n_post])
    return beta, 0.05 * root @ root.T / size, n_pre, n_post


def moments(study, multiple, earlier, sign):
    """The 2P moment inequalities on (β, τ) for one signed earlier change, as the paper writes them."""
    before, after = study.changes_before(), study.changes_after()
    allowed = multiple * study.gaps_after()[:, None] * sign * before[earlier]
    constraints = np.vstack([after - allowed, -after - allowed])
    return constraints, constraints[:, study.n_pre :]


def dual_vertices(nuisance, errors):
    """Every basic feasible solution of ``γ >= 0, γ'X = 0, γ'σ = 1``, by trying every basis."""
    equations = np.vstack([nuisance.T, errors])
    rank, wanted = len(equations), np.append(np.zeros(nuisance.shape[1]), 1.0)
    found = []
    for basis in map(list, combinations(range(len(errors)), rank)):
        if abs(np.linalg.det(equations[:, basis])) < 1e-12:
            continue
        gamma = np.zeros(len(errors))
        gamma[basis] = np.linalg.solve(equations[:, basis], wanted)
        if gamma.min() > -1e-10:
            found.append(np.maximum(gamma, 0.0))
    return np.array(found)


def reference_test(study, multiple, earlier, sign, critical, size):
    """The hybrid test written out: LP statistic, enumerated vertices, scipy's truncated normal."""
    constraints, post = moments(study, multiple, earlier, sign)
    weights = study.weights
    pivot = int(np.abs(weights).argmax())
    gamma = np.eye(len(weights))
    gamma[pivot] = weights
    inverse = np.linalg.inv(gamma)
    target, nuisance = post @ inverse[:, pivot], post @ np.delete(inverse, pivot, axis=1)
    sigma = constraints @ study.covariance @ constraints.T
    errors = np.sqrt(np.diag(sigma))
    vertices = dual_vertices(nuisance, errors)
    second = (size - size / 10) / (1 - size / 10)

    def accepts(effect):
        y = constraints @ study.estimate - target * effect
        values = vertices @ y
        star = vertices[values.argmax()]
        eta, variance = values.max(), star @ sigma @ star
        assert eta == pytest.approx(_programme(y, nuisance, errors), abs=1e-8)
        if eta > critical:
            return False
        load = sigma @ star / variance
        slopes = vertices @ load
        rest = vertices @ (y - load * eta)
        lows = rest[slopes < 1 - 1e-9] / (1 - slopes[slopes < 1 - 1e-9])
        highs = rest[slopes > 1 + 1e-9] / (1 - slopes[slopes > 1 + 1e-9])
        low, high = lows.max(initial=-np.inf), min(highs.min(initial=np.inf), critical)
        spread = np.sqrt(variance)
        quantile = truncnorm.ppf(1 - second, low / spread, high / spread, scale=spread)
        return eta <= max(0.0, quantile)

    return accepts


def _programme(y, nuisance, errors):
    cost = np.append(1.0, np.zeros(nuisance.shape[1]))
    free = [(None, None)] * len(cost)
    return linprog(cost, A_ub=-np.column_stack([errors, nuisance]), b_ub=-y, bounds=free).fun


@pytest.mark.parametrize(
    ("weights", "n_post", "event_times"),
    [
        ([1.0, 0.0, 0.0], 3, None),
        ([0.2, 0.5, 0.3], 3, None),
        ([1.0, -2.0, 0.5], 3, None),
        ([1.0], 1, None),
        ([0.5, 0.5], 2, (-7, -4, -2, 1, 2)),
    ],
)
def test_the_closed_form_decides_as_the_enumerated_dual_of_the_linear_programme_does(weights, n_post, event_times):
    beta, sigma, n_pre, _ = an_event_study(n_post=n_post)
    study = event_study(beta, sigma, n_pre, n_post, weights=weights, event_times=event_times)
    multiples = np.array(BOUNDS)
    for sign, cones in zip((1.0, -1.0), _cones(study, multiples, 0.05), strict=True):
        grid = np.linspace(-5, 6, 23)
        kept = cones.accepts(np.broadcast_to(grid - study.point, (len(multiples) * n_pre, 23)))
        for row, (multiple, earlier) in enumerate((m, s) for m in multiples for s in range(n_pre)):
            accepts = reference_test(study, multiple, earlier, sign, cones.critical[row], 0.05)
            assert [accepts(effect) for effect in grid] == kept[row].tolist()


def test_critical_values_agree_with_simulation_over_the_enumerated_vertices():
    beta, sigma, n_pre, n_post = an_event_study()
    study = event_study(beta, sigma, n_pre, n_post, weights=[0.2, 0.5, 0.3])
    rising, _falling = _cones(study, np.array([1.0]), 0.5)
    draws = np.random.default_rng(1).standard_normal((200_000, len(beta))) @ np.linalg.cholesky(sigma).T
    for earlier in range(n_pre):
        constraints, post = moments(study, 1.0, earlier, 1.0)
        nuisance = post @ np.linalg.svd(study.weights[None, :])[2][1:].T
        errors = np.sqrt(np.einsum("ik,kl,il->i", constraints, sigma, constraints))
        largest = (draws @ constraints.T @ dual_vertices(nuisance, errors).T).max(axis=1)
        # One in twenty exceeds it; the simulated share has a standard error of 0.0005.
        assert np.mean(largest > rising.critical[earlier]) == pytest.approx(0.05, abs=0.002)


@given(seed=st.integers(0, 500), n_pre=st.integers(1, 4), n_post=st.integers(1, 4))
@settings(max_examples=25, deadline=None)
def test_multiple_zero_is_the_ordinary_interval(seed, n_pre, n_post):
    found = relative_magnitudes(*an_event_study(n_pre, n_post, seed), bounds=(0.0,), level=0.9)
    half = norm.ppf(0.95) * found.std_error
    assert found.conf_low[0] == pytest.approx(found.estimate - half, abs=1e-5 * half)
    assert found.conf_high[0] == pytest.approx(found.estimate + half, abs=1e-5 * half)
    assert found.identified_low == found.identified_high == (found.estimate,)


@given(seed=st.integers(0, 500), scale=st.sampled_from([1e-9, 1e-3, 1e6, 1e9]))
@settings(max_examples=20, deadline=None)
def test_ends_follow_the_unit_of_the_kpi(seed, scale):
    beta, sigma, n_pre, n_post = an_event_study(seed=seed)
    plain = relative_magnitudes(beta, sigma, n_pre, n_post, bounds=BOUNDS)
    scaled = relative_magnitudes(scale * beta, scale**2 * sigma, n_pre, n_post, bounds=BOUNDS)
    np.testing.assert_allclose(np.array(scaled.conf_low) / scale, plain.conf_low, atol=1e-5)
    np.testing.assert_allclose(np.array(scaled.conf_high) / scale, plain.conf_high, atol=1e-5)


@given(seed=st.integers(0, 500))
@settings(max_examples=20, deadline=None)
def test_reversing_the_sign_of_every_coefficient_mirrors_the_interval(seed):
    beta, sigma, n_pre, n_post = an_event_study(seed=seed)
    plain = relative_magnitudes(beta, sigma, n_pre, n_post, bounds=BOUNDS)
    turned = relative_magnitudes(-beta, sigma, n_pre, n_post, bounds=BOUNDS)
    np.testing.assert_allclose(turned.conf_low, -np.array(plain.conf_high), atol=1e-6)
    np.testing.assert_allclose(turned.conf_high, -np.array(plain.conf_low), atol=1e-6)


@given(seed=st.integers(0, 500), n_pre=st.integers(1, 5))
@settings(max_examples=20, deadline=None)
def test_intervals_hold_the_identified_set_and_widen_with_the_bound(seed, n_pre):
    found = relative_magnitudes(*an_event_study(n_pre, 2, seed), bounds=(0.0, 0.5, 1.0, 2.0, 4.0))
    assert all(np.diff(found.conf_low) <= 1e-9)
    assert all(np.diff(found.conf_high) >= -1e-9)
    assert all(low <= inner for low, inner in zip(found.conf_low, found.identified_low, strict=True))
    assert all(high >= outer for high, outer in zip(found.conf_high, found.identified_high, strict=True))


def test_one_pre_period_gives_one_change_and_that_is_enough():
    found = relative_magnitudes([0.2, 1.0], 0.01 * np.eye(2), 1, 1, bounds=(1.0,))
    assert found.identified_low == (pytest.approx(0.8),)
    assert found.conf_low[0] < 0.8 < 1.2 < found.conf_high[0]


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_singular_covariance_gives_finite_ends(rank):
    beta, _, n_pre, n_post = an_event_study()
    root = np.random.default_rng(3).normal(size=(n_pre + n_post, rank))
    found = relative_magnitudes(beta, root @ root.T, n_pre, n_post, bounds=(0.0, *BOUNDS))
    assert np.isfinite([found.conf_low, found.conf_high]).all()
    assert all(np.diff(found.conf_low) <= 1e-9)


def test_earlier_changes_known_exactly_leave_only_the_noise_of_the_target():
    sigma = np.diag([0.0, 0.0, 0.04])
    found = relative_magnitudes([0.0, 0.0, 1.0], sigma, 2, 1, bounds=(2.0,))
    assert found.conf_low[0] == pytest.approx(1 - 1.96 * 0.2, abs=1e-3)


def test_periods_of_anticipation_may_deviate_but_carry_no_effect():
    beta, sigma = np.array([0.1, 0.0, 2.0]), 0.01 * np.eye(3)
    found = relative_magnitudes(beta, sigma, 1, 2, anticipation=1, bounds=(1.0,))
    assert found.estimate == 2.0
    assert found.identified_high[0] - found.estimate == pytest.approx(2 * 0.1)


def test_a_gap_before_the_start_counts_for_the_periods_it_spans():
    beta, sigma = np.array([0.3, 2.0]), 0.01 * np.eye(2)
    found = relative_magnitudes(beta, sigma, 1, 1, anticipation=2, event_times=(-6, 0), bounds=(1.0,))
    # 0.3 over three periods before the reference; three periods from the reference to the start.
    assert found.identified_high[0] - found.estimate == pytest.approx(0.3)


def test_a_bad_bound_and_a_bad_level_are_named_together():
    with pytest.raises(InputError) as error:
        relative_magnitudes(*an_event_study(), bounds=(-1.0,), level=1.5)
    assert [problem.code for problem in error.value.problems] == ["bounds", "level"]
