"""Placebo dates, anticipation, sensitivity and persistence: each finds its fault and passes a clean panel."""

import numpy as np
import pytest
from tests.impact.checks.panels import a_panel, check, study

from upshot.impact.checks.anticipation import anticipation
from upshot.impact.checks.event_study import contrast, event_study_of
from upshot.impact.checks.persistence import half_life, persistence
from upshot.impact.checks.placebo_dates import placebo_dates
from upshot.impact.checks.sensitivity import sensitivity
from upshot.impact.design import Design
from upshot.impact.methods import prepare

CLEAN = Design(assignment="managed")


def drifting(start, period):
    """Those who start early rise slowly, all along."""
    return 0.03 * np.where(np.isinf(start), 0, 20 - start) / 8 * period


def dip(start, period):
    """Ashenfelter's dip: everyone is low in the last period before their start."""
    return -0.3 * (period == start - 1)


def early(start, period):
    """People know two periods ahead, and react."""
    return 0.3 * ((period >= start - 2) & (period < start))


def test_a_clean_panel_passes_every_check_of_timing():
    found = study(a_panel(effect=0.3))
    assert placebo_dates(found).status == "passed"
    assert anticipation(found).status == "passed"
    assert persistence(found).status == "passed"


def test_slow_drift_shows_at_placebo_dates():
    found = placebo_dates(study(a_panel(shift=drifting)))
    assert (found.status, found.code) == ("failed", "placebo-date")
    assert found.p_value < 0.01


def test_a_dip_right_before_the_start_is_anticipation():
    found = anticipation(study(a_panel(shift=dip)))
    assert (found.status, found.code) == ("failed", "anticipation")


def test_reacting_early_is_allowed_for_when_the_design_says_so():
    moments = a_panel(shift=early)
    assert anticipation(study(moments)).code == "anticipation"
    allowed = anticipation(study(moments, Design(anticipation=2)))
    assert (allowed.status, allowed.code) == ("informative", "anticipation-allowed-for")
    assert placebo_dates(study(moments, Design(anticipation=2))).status == "passed"


def test_with_one_period_before_the_start_nothing_of_the_kind_can_be_seen():
    found = study(a_panel(starts=(1, None)))
    assert placebo_dates(found).code == "no-placebo-date"
    assert anticipation(found).code == "no-anticipation-test"
    assert sensitivity(found, level=0.95).code == "sensitivity-no-pre-period"


def test_the_sensitivity_check_is_part_of_the_answer_except_under_a_lot():
    moments = a_panel(effect=3.0)
    found = check(moments, "sensitivity", CLEAN)
    assert found.code == "sensitivity-robust"
    assert found.statistic > 1
    with pytest.raises(StopIteration):
        check(moments, "sensitivity", Design(assignment="random"))


def test_a_long_panel_is_cut_to_a_window_and_says_so():
    panel = prepare(a_panel(effect=1.0), CLEAN)
    near = event_study_of(panel.ready, panel.means, CLEAN, window=3)
    assert near.event_time.tolist() == [-4, -3, -2, 0, 1, 2]
    assert near.trimmed
    assert "on either side of the start" in sensitivity(near, level=0.95).text


def test_the_study_is_the_event_aggregation_with_a_universal_base():
    panel = prepare(a_panel(), CLEAN)
    whole = event_study_of(panel.ready, panel.means, CLEAN, window=99)
    assert not whole.trimmed
    assert whole.event_time.tolist() == [e for e in range(-12, 8) if e != -1]
    ones = np.ones(whole.estimate.size)
    assert contrast(whole, ones) == pytest.approx((whole.estimate.sum(), np.sqrt(whole.covariance.sum())))
    assert contrast(whole, 0 * ones) is None


def test_an_effect_that_fades_is_seen_with_its_half_life():
    fading = a_panel(people=4_000, shift=lambda g, t: np.where(t >= g, 2.0 * 0.5 ** ((t - g) / 2.0), 0.0))
    found = persistence(study(fading))
    assert found.code == "fading"
    assert found.details["low"] < 2.0 < found.details["high"]


def test_an_effect_that_grows_has_no_half_life():
    growing = a_panel(people=4_000, shift=lambda g, t: np.where(t >= g, 0.2 * (t - g + 1), 0.0))
    found = persistence(study(growing))
    assert found.code == "growing"
    assert "half_life" not in found.details


def test_the_half_life_of_an_exact_path_is_found():
    times = np.arange(12.0)
    found = half_life(times, 3.0 * 2.0 ** (-times / 4.0), 1e4 * np.eye(12))
    assert found["half_life"] == pytest.approx(4.0, rel=0.02)
    assert half_life(times, np.ones(12), 1e4 * np.eye(12)) is None


def test_four_periods_after_the_start_are_the_least_for_a_path():
    assert persistence(study(a_panel(starts=(13, None)))).code == "no-path"
    assert persistence(study(a_panel(starts=(12, None)))).status != "not_applicable"
