"""The breakdown value is where the interval first reaches zero."""

import numpy as np
import pytest

from upshot.errors import DesignError, InputError
from upshot.impact.honest import breakdown, relative_magnitudes, smoothness


def an_event_study(effect=2.0, seed=0, n_pre=3, n_post=3):
    rng = np.random.default_rng(seed)
    size = n_pre + n_post
    root = rng.normal(size=(size, size + 3))
    beta = rng.normal(scale=0.2, size=size) + np.repeat([0.0, effect], [n_pre, n_post])
    return beta, 0.02 * root @ root.T / size, n_pre, n_post


INTERVALS = {"relative-magnitudes": relative_magnitudes, "smoothness": smoothness}


@pytest.mark.parametrize("restriction", INTERVALS)
@pytest.mark.parametrize("effect", [2.0, -2.0])
@pytest.mark.parametrize("seed", range(4))
def test_the_interval_excludes_zero_at_the_value_and_holds_it_just_above(restriction, effect, seed):
    study = an_event_study(effect, seed)
    found = breakdown(*study, restriction=restriction)
    assert not found.beyond
    assert found.tolerance <= 1e-3 * max(found.value + found.tolerance, 1.0)
    ends = INTERVALS[restriction](*study, bounds=(found.value, found.value + found.tolerance))
    assert ends.conf_low[0] > 0 or ends.conf_high[0] < 0
    assert ends.conf_low[1] <= 0 <= ends.conf_high[1]


@pytest.mark.parametrize("restriction", INTERVALS)
def test_an_effect_that_zero_explains_already_has_no_breakdown_value(restriction):
    assert breakdown([0.1, -0.1, 0.05], 0.04 * np.eye(3), 2, 1, restriction=restriction).value is None


@pytest.mark.parametrize("restriction", INTERVALS)
def test_the_value_does_not_depend_on_the_sign_of_the_effect(restriction):
    beta, sigma, n_pre, n_post = an_event_study()
    plain = breakdown(beta, sigma, n_pre, n_post, restriction=restriction)
    turned = breakdown(-beta, sigma, n_pre, n_post, restriction=restriction)
    assert turned.value == pytest.approx(plain.value, rel=2e-3)


def test_the_multiple_does_not_depend_on_the_unit_of_the_kpi_and_the_smoothness_value_follows_it():
    beta, sigma, n_pre, n_post = an_event_study()
    for restriction, factor in (("relative-magnitudes", 1.0), ("smoothness", 1e9)):
        plain = breakdown(beta, sigma, n_pre, n_post, restriction=restriction)
        scaled = breakdown(1e9 * beta, 1e18 * sigma, n_pre, n_post, restriction=restriction)
        assert scaled.value == pytest.approx(factor * plain.value, rel=2e-3)


def test_a_flat_and_exactly_known_past_is_reported_as_beyond_what_was_tried():
    found = breakdown([0.0, 0.0, 1.0], np.diag([0.0, 0.0, 0.01]), 2, 1)
    assert found.beyond
    assert found.value == 100.0


def test_an_unknown_restriction_and_a_missing_past_are_refused():
    with pytest.raises(DesignError, match="restriction"):
        breakdown(*an_event_study(), restriction="monotone")
    with pytest.raises(InputError, match="No period before"):
        breakdown([1.0], np.eye(1), 0, 1)
