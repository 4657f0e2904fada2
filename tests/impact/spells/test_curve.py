import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from upshot.impact.spells.curve import influence, kaplan_meier, restricted_mean, restricted_variance, supported_until


def draw(n=300, seed=3, whole=True, late=0.0):
    rng = np.random.default_rng(seed)
    lasts = rng.exponential(20, n)
    seen = rng.uniform(5, 60, n)
    duration = np.minimum(lasts, seen)
    duration = np.ceil(duration) if whole else duration
    entry = np.where(rng.random(n) < late, np.floor(duration * rng.random(n) * 0.9), 0)
    return duration, lasts <= seen, np.where(entry > 0, entry, -np.inf)


@pytest.mark.parametrize("late", [0.0, 0.5])
@pytest.mark.parametrize("whole", [True, False])
def test_the_curve_is_the_one_lifelines_draws(whole, late):
    duration, event, entry = draw(whole=whole, late=late)
    theirs = KaplanMeierFitter().fit(duration, event, entry=np.maximum(entry, 0) if late else None)
    curve = kaplan_meier(duration, event, entry)
    np.testing.assert_allclose(curve.survival, theirs.survival_function_at_times(curve.times), rtol=1e-12)
    np.testing.assert_allclose(
        np.sqrt(curve.greenwood[:-1]), np.sqrt(theirs._cumulative_sq_.loc[curve.times].to_numpy()[:-1]), rtol=1e-10
    )


def test_the_restricted_mean_agrees_with_lifelines():
    duration, event, entry = draw(whole=False)
    mean = restricted_mean_survival_time(KaplanMeierFitter().fit(duration, event), t=25.0)
    assert restricted_mean(kaplan_meier(duration, event, entry), 25.0) == pytest.approx(mean, rel=1e-9)


@pytest.mark.parametrize("horizon", [7.0, 25.0, 400.0])
def test_without_censoring_the_restricted_mean_is_the_mean_of_min_duration_and_horizon(horizon):
    duration, _, entry = draw()
    event = np.ones(len(duration), dtype=bool)
    capped = np.minimum(duration, horizon)
    curve = kaplan_meier(duration, event, entry)
    assert restricted_mean(curve, horizon) == pytest.approx(capped.mean(), rel=1e-13)
    assert restricted_variance(curve, horizon) == pytest.approx(capped.var() / len(duration), rel=1e-11)


def test_squared_influences_add_up_to_greenwoods_variance_ties_included():
    duration, event, entry = draw()
    curve = kaplan_meier(duration, event, entry)
    psi = influence(curve, duration, event, entry, 30.0)
    assert psi.sum() == pytest.approx(0, abs=1e-12)
    assert np.sum(psi**2) == pytest.approx(restricted_variance(curve, 30.0), rel=1e-12)


def test_influence_is_the_derivative_of_the_restricted_mean_with_delayed_entry():
    duration, event, entry = draw(n=80, late=0.4)
    curve = kaplan_meier(duration, event, entry)
    psi = influence(curve, duration, event, entry, 20.0)
    copies = 400
    for row in (0, 17, 42):
        rows = np.concatenate([np.tile(np.arange(80), copies), [row]])
        moved = restricted_mean(kaplan_meier(duration[rows], event[rows], entry[rows]), 20.0)
        assert (moved - restricted_mean(curve, 20.0)) * copies == pytest.approx(psi[row], rel=5e-3, abs=1e-5)


def test_a_landmark_ignores_what_happened_before_it():
    duration, event, entry = draw(whole=False)
    curve = kaplan_meier(duration, event, entry, origin=10.0)
    left = duration > 10
    shifted = kaplan_meier(duration[left] - 10, event[left], entry[left])
    assert restricted_mean(curve, 30.0) == pytest.approx(10 + restricted_mean(shifted, 20.0), rel=1e-12)


def test_a_curve_that_reaches_zero_supports_any_horizon():
    curve = kaplan_meier(np.array([1.0, 2.0]), np.array([True, True]), np.full(2, -np.inf))
    assert supported_until(curve) == np.inf
    assert restricted_mean(curve, 99.0) == 1.5


def test_nanosecond_sized_durations_keep_their_precision():
    duration, event, entry = draw(whole=False)
    small, large = (restricted_variance(kaplan_meier(duration * k, event, entry), 25.0 * k) for k in (1.0, 1e9))
    assert large / 1e18 == pytest.approx(small, rel=1e-12)
