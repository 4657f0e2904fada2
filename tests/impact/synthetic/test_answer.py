"""The whole answer: planted effects found, planted faults failed, refusals, invariances, size and coverage."""

import json
import math

import numpy as np
import pytest

from upshot.errors import DesignError
from upshot.impact.design import Design
from upshot.impact.synthetic import (
    TeamPanel,
    conformal_interval,
    conformal_p_value,
    synthetic_control,
    synthetic_did,
    team_panel,
)

METHODS = [synthetic_control, synthetic_did]


def a_panel(
    *,
    donors: int = 20,
    starts: tuple[int, ...] = (14,),
    periods: int = 20,
    effect: float = 0.0,
    noise: float = 0.3,
    lift: float = 0.0,
    seed: int = 0,
    named: bool = True,
) -> TeamPanel:
    """Teams driven by two common factors; treated teams mix donors' loadings, plus ``lift``."""
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(2, periods)).cumsum(axis=1)
    loadings = rng.uniform(0, 1, size=(donors, 2))
    mine = np.array([rng.dirichlet(np.ones(donors)) @ loadings for _ in starts]).reshape(-1, 2)
    outcome = 10 + np.vstack([loadings, mine]) @ factors + noise * rng.normal(size=(donors + len(starts), periods))
    for k, start in enumerate(starts):
        outcome[donors + k, start:] += effect
        outcome[donors + k] += lift
    return team_panel(outcome, [None] * donors + list(starts), named=named)


def check(answer, name):
    return next(c for c in answer.checks if c.name == name)


def codes(answer):
    return {c.code for c in answer.cautions}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("starts", [(14,), (14, 14, 14), (10, 12, 12, 15)])
def test_a_planted_effect_is_found(method, starts):
    answer = method(a_panel(effect=3.0, starts=starts), placebo_draws=100)
    assert answer.estimate == pytest.approx(3.0, abs=3 * answer.std_error)
    assert answer.conf_low < 3.0 < answer.conf_high
    assert answer.p_value < 0.1
    assert answer.n_treated == len(starts)


@pytest.mark.parametrize("method", METHODS)
def test_terms_are_gaps_by_event_time_and_average_to_the_headline(method):
    answer = method(a_panel(effect=2.0), Design(covariance=True))
    after = [t.estimate for t in answer.terms if t.event_time >= 0]
    assert [t.event_time for t in answer.terms] == list(range(-14, 6))
    assert [t.period for t in answer.terms] == list(range(20))
    assert np.mean(after) == pytest.approx(answer.estimate)
    assert answer.covariance.shape == (20, 20)
    block = answer.covariance[14:, 14:]
    assert math.sqrt(block.mean()) == pytest.approx(answer.std_error)


def test_staggered_headline_weighs_treated_team_periods():
    panel = a_panel(starts=(10, 15, 15), effect=1.0, donors=12)
    alone = []
    for start, rows in ((10, [12]), (15, [13, 14])):
        keep = [*range(12), *rows]
        alone.append(synthetic_did(team_panel(panel.outcome[keep], [None] * 12 + [start] * len(rows))).estimate)
    answer = synthetic_did(panel, placebo_draws=20)
    assert answer.estimate == pytest.approx((10 * alone[0] + 10 * alone[1]) / 20)


@pytest.mark.parametrize("method", METHODS)
def test_order_of_teams_does_not_matter(method):
    panel = a_panel(effect=1.0)
    order = np.random.default_rng(3).permutation(21)
    starts = [None if s < 0 else int(s) for s in panel.start]
    shuffled = team_panel(panel.outcome[order], [starts[i] for i in order])
    first, again = method(panel), method(shuffled)
    assert again.estimate == pytest.approx(first.estimate, abs=1e-8)
    assert again.std_error == pytest.approx(first.std_error, rel=1e-6)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("scale", "shift"), [(1e9, 0.0), (1.0, 1e6), (1e-6, 0.0), (-1.0, 0.0)])
def test_shift_and_scale_carry_over(method, scale, shift):
    panel = a_panel(effect=1.0)
    starts = [None if s < 0 else int(s) for s in panel.start]
    first, again = method(panel), method(team_panel(scale * panel.outcome + shift, starts))
    assert again.estimate == pytest.approx(scale * first.estimate, rel=1e-5)
    assert again.std_error == pytest.approx(abs(scale) * first.std_error, rel=1e-5)


def test_too_few_donors_are_refused_with_the_reason():
    answer = synthetic_did(a_panel(donors=4))
    assert answer.estimate is None
    assert answer.std_error is None
    assert codes(answer) == {"too-few-donors"}
    assert answer.checks[0].status == "failed"
    assert "later wave" in answer.cautions[0].text


def test_without_a_pre_period_there_is_no_estimate():
    answer = synthetic_control(a_panel(starts=(1,)))
    assert answer.estimate is None
    assert codes(answer) == {"no-pre-period"}


def test_without_a_treated_team_there_is_no_estimate():
    assert codes(synthetic_did(a_panel(starts=()))) == {"no-treated"}


def test_teams_without_a_pre_period_are_left_out_aloud():
    answer = synthetic_did(a_panel(starts=(1, 14)))
    assert answer.n_treated == 1
    assert "no-pre-period-for-some" in codes(answer)


def test_no_variation_gives_no_interval():
    answer = synthetic_did(team_panel(np.ones((9, 8)), [None] * 8 + [5]))
    assert answer.estimate == pytest.approx(0, abs=1e-12)
    assert answer.std_error is None
    assert answer.p_value is None
    assert "no-standard-error" in codes(answer)
    json.dumps(answer.to_dict(), allow_nan=False)


@pytest.mark.parametrize("method", METHODS)
def test_answers_hold_only_finite_numbers_and_no_grade(method):
    answer = method(a_panel(donors=5, starts=(3,), periods=5, noise=0.0))
    json.dumps(answer.to_dict(), allow_nan=False)
    assert answer.grade is None
    assert answer.claim is None
    assert answer.claimable is False


def test_a_team_outside_the_donors_range_fails_the_fit_before():
    answer = synthetic_control(a_panel(lift=30.0))
    found = check(answer, "pre-fit")
    assert found.status == "failed"
    assert found.code == "poor-pre-fit"
    assert check(synthetic_did(a_panel(lift=30.0)), "pre-fit").status == "passed"


def test_a_team_on_its_own_path_fails_the_fit_before_even_with_an_intercept():
    panel = a_panel()
    outcome = panel.outcome.copy()
    outcome[-1] += 4 * np.arange(20.0)
    answer = synthetic_did(team_panel(outcome, [None] * 20 + [14]))
    assert check(answer, "pre-fit").code == "poor-pre-fit"


def test_something_that_happened_before_fails_the_placebo_in_time():
    panel = a_panel(donors=30)
    outcome = panel.outcome.copy()
    outcome[-1, 10:] += 6.0
    answer = synthetic_did(team_panel(outcome, [None] * 30 + [14]))
    assert check(answer, "placebo-in-time").code == "effect-before-start"
    assert check(synthetic_did(a_panel(donors=30)), "placebo-in-time").status == "passed"


def test_a_donor_hit_by_its_own_shock_fails_leave_one_out():
    rng = np.random.default_rng(4)
    factor = np.arange(20.0)
    donors = np.outer(np.r_[np.full(9, 0.0), 1.0], factor) + 0.1 * rng.normal(size=(10, 20))
    donors[9, 14:] -= 50
    treated = factor + 0.1 * rng.normal(size=20)
    answer = synthetic_control(team_panel(np.vstack([donors, treated]), [None] * 10 + [14]))
    assert check(answer, "leave-one-out").code == "one-donor-decides"
    assert "(9)" in check(answer, "leave-one-out").text


def test_few_placebos_are_named():
    found = check(synthetic_did(a_panel(donors=10)), "placebo-in-space")
    assert found.code == "few-placebos"
    assert found.p_value >= 1 / 11


def test_persons_are_never_named():
    answer = synthetic_control(a_panel(named=False))
    assert "unit_weights" not in check(answer, "donor-weights").details["cohorts"][0]
    assert "(" not in check(answer, "leave-one-out").text


def test_anticipation_keeps_early_reactions_out_of_the_fit():
    panel = a_panel(effect=2.0, noise=0.05)
    outcome = panel.outcome.copy()
    outcome[-1, 12:14] += 2.0
    early = team_panel(outcome, [None] * 20 + [14])
    assert synthetic_did(early, Design(anticipation=2)).estimate == pytest.approx(2.0, abs=0.3)
    assert synthetic_did(early).estimate < 1.5


def test_the_jackknife_needs_five_treated_teams():
    few = synthetic_did(a_panel(starts=(14,) * 4), inference="jackknife")
    enough = synthetic_did(a_panel(starts=(14,) * 8, effect=1.0), inference="jackknife")
    assert few.std_error is None
    assert "no-standard-error" in codes(few)
    assert "jackknife-interval" in codes(enough)
    assert enough.conf_low < 1.0 < enough.conf_high


def test_auto_turns_to_the_jackknife_when_donors_are_fewer_than_the_treated():
    answer = synthetic_did(a_panel(donors=8, starts=(14,) * 9))
    assert "jackknife-interval" in codes(answer)


def test_unknown_inference_is_refused():
    with pytest.raises(DesignError, match="auto, placebo or jackknife"):
        synthetic_did(a_panel(), inference="bootstrap")


def test_conformal_interval_holds_the_effect_and_agrees_with_its_p_value():
    panel = a_panel(effect=3.0, periods=60, starts=(55,), noise=0.2)
    low, high = conformal_interval(panel, level=0.9)
    assert low < 3.0 < high
    assert conformal_p_value(panel) < 0.1
    assert conformal_p_value(panel, 3.0) > 0.1
    assert conformal_p_value(panel, high + 0.05) <= 0.1


def test_conformal_is_silent_where_it_cannot_reject():
    assert conformal_interval(a_panel(periods=15, starts=(12,))) is None
    with pytest.raises(DesignError, match="one start date"):
        conformal_p_value(a_panel(starts=(10, 12)))


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("starts", "donors"), [((14,), 20), ((14,), 8), ((12, 14, 14), 20)])
def test_placebo_intervals_cover_at_the_nominal_rate(method, starts, donors):
    """250 panels: Monte Carlo error 1.4 points; never below 0.95 by three of them (wider is allowed)."""
    hits = 0
    for seed in range(250):
        answer = method(a_panel(effect=1.0, seed=seed, starts=starts, donors=donors, noise=1.0), placebo_draws=40)
        hits += answer.conf_low <= 1.0 <= answer.conf_high
    assert hits / 250 >= 0.95 - 3 * 0.014
