import json

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test
from lifelines.utils import restricted_mean_survival_time

from upshot.errors import DesignError, InputError
from upshot.impact.spells import spells


def draw(n=400, seed=1, scale=(30.0, 20.0), reach=(20, 80)):
    rng = np.random.default_rng(seed)
    treated = np.arange(n) % 2
    lasts = rng.exponential(np.where(treated == 1, scale[1], scale[0]))
    seen = rng.uniform(*reach, n)
    return np.ceil(np.minimum(lasts, seen)), (lasts <= seen).astype(int), treated


def codes(answer):
    return {caution.code for caution in answer.cautions}


def test_the_difference_is_that_of_two_lifelines_restricted_means():
    duration, event, treated = draw()
    answer = spells(duration, event, treated, horizon=40)
    means = [
        restricted_mean_survival_time(KaplanMeierFitter().fit(duration[treated == arm], event[treated == arm]), t=40)
        for arm in (0, 1)
    ]
    assert answer.estimate == pytest.approx(means[1] - means[0], rel=1e-9)
    assert answer.baseline == pytest.approx(means[0], rel=1e-9)


def test_without_censoring_it_is_the_difference_of_capped_means():
    duration, _, treated = draw()
    answer = spells(duration, np.ones(len(duration)), treated, horizon=35)
    capped = np.minimum(duration, 35)
    ours, others = capped[treated == 1], capped[treated == 0]
    assert answer.estimate == pytest.approx(ours.mean() - others.mean(), rel=1e-12)
    assert answer.std_error == pytest.approx(np.sqrt(ours.var() / len(ours) + others.var() / len(others)), rel=1e-10)


def test_people_as_their_own_clusters_give_greenwoods_error_times_the_stated_factor():
    duration, event, treated = draw()
    alone = spells(duration, event, treated, horizon=40)
    own = spells(duration, event, treated, horizon=40, cluster=np.arange(400))
    assert own.std_error == pytest.approx(alone.std_error * np.sqrt(400 / 399), rel=1e-10)


def test_teams_that_share_a_fate_widen_the_interval():
    duration, event, treated = (np.repeat(column, 5) for column in draw(n=120))
    team = np.repeat(np.arange(120), 5)
    wide, narrow = (spells(duration, event, treated, horizon=40, cluster=c) for c in (team, None))
    assert wide.estimate == pytest.approx(narrow.estimate, rel=1e-12)
    assert wide.std_error == pytest.approx(narrow.std_error * np.sqrt(5 * 120 / 119), rel=1e-10)
    assert wide.n_clusters == 120


def test_one_stratum_changes_nothing_and_two_are_averaged_by_their_share():
    duration, event, treated = draw()
    plain = spells(duration, event, treated, horizon=40)
    one = spells(duration, event, treated, horizon=40, strata=["x"] * 400)
    assert (one.estimate, one.std_error) == pytest.approx((plain.estimate, plain.std_error), rel=1e-12)
    region = np.where(np.arange(400) < 100, "a", "b")
    both = spells(duration, event, treated, horizon=40, strata=region)
    parts = [
        spells(duration[region == r], event[region == r], treated[region == r], horizon=40).estimate for r in ("a", "b")
    ]
    assert both.estimate == pytest.approx(0.25 * parts[0] + 0.75 * parts[1], rel=1e-12)


def test_strata_take_out_a_site_where_everything_is_slower():
    rng = np.random.default_rng(8)
    slow = rng.random(4000) < 0.5
    treated = (rng.random(4000) < np.where(slow, 0.8, 0.2)).astype(int)
    days = rng.exponential(np.where(slow, 40.0, 10.0))
    plain, adjusted = (spells(days, np.ones(4000), treated, horizon=30, strata=s) for s in (None, slow))
    assert plain.conf_low > 3
    assert adjusted.conf_low < 0 < adjusted.conf_high


def test_the_log_rank_test_is_lifelines():
    duration, event, treated = draw()
    answer = spells(duration, event, treated, horizon=40)
    ours = next(check for check in answer.checks if check.name == "log-rank")
    theirs = logrank_test(duration[treated == 1], duration[treated == 0], event[treated == 1], event[treated == 0])
    assert ours.statistic == pytest.approx(theirs.test_statistic, rel=1e-9)
    assert ours.p_value == pytest.approx(theirs.p_value, rel=1e-9)


def test_completed_spells_only_would_have_told_another_story_and_the_answer_says_so():
    duration, event, treated = draw(reach=(5, 40))
    answer = spells(duration, event, treated)
    assert answer.n_units == 400
    assert answer.naive is not None
    assert abs(answer.naive.treated_vs_rest) < abs(answer.estimate)
    assert {"completed-spells-only", "censoring-uninformative", "horizon-from-data"} <= codes(answer)


def test_the_default_horizon_is_where_ten_are_still_at_risk_in_both_arms():
    duration = np.concatenate([np.arange(1, 51), np.arange(1, 101)])
    answer = spells(duration, np.ones(150), np.repeat([1, 0], [50, 100]))
    assert answer.terms[0].period == 41


def test_late_entry_removes_the_bias_of_those_who_were_never_seen_short():
    rng = np.random.default_rng(5)
    lasts, entry = rng.exponential(20, 6000), rng.uniform(0, 30, 6000) * (rng.random(6000) < 0.6)
    treated = (rng.random(6000) < 0.5).astype(int)
    lasts = np.where(treated == 1, lasts * 0.7, lasts)
    seen = lasts > entry
    args = (lasts[seen], np.ones(seen.sum()), treated[seen])
    truth = 14 * (1 - np.exp(-30 / 14)) - 20 * (1 - np.exp(-30 / 20))
    right, wrong = (spells(*args, entry=e, horizon=30) for e in (entry[seen], None))
    assert right.conf_low < truth < right.conf_high
    assert wrong.terms[0].estimate > right.terms[0].estimate + 0.5
    assert "late-entry" in codes(right)


def test_an_arm_seen_only_from_a_later_time_sets_a_landmark_for_both():
    duration, event, treated = draw()
    entry = np.where(treated == 1, 4.0, 0.0)
    kept = duration > entry
    answer = spells(duration[kept], event[kept], treated[kept], entry=entry[kept], horizon=40)
    later = duration > 4
    plain = spells(duration[later] - 4, event[later], treated[later], horizon=36)
    assert answer.estimate == pytest.approx(plain.estimate, rel=1e-10)


def test_survival_terms_stay_within_their_limits_and_are_few_enough_to_draw():
    rng = np.random.default_rng(2)
    answer = spells(rng.exponential(5, 3000), np.ones(3000), np.arange(3000) % 2, horizon=20)
    points = [term for term in answer.terms if term.term == "survival"]
    assert len(points) <= 2 * 61
    assert all(0 <= p.conf_low <= p.estimate <= p.conf_high <= 1 for p in points if p.conf_low is not None)
    assert {p.group for p in points} == {"treated", "comparison"}


def test_the_answer_is_plain_json():
    assert json.loads(json.dumps(spells(*draw()).to_dict()))["estimand"] == "rmst-difference"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"event": np.zeros(400)}, "no-events"),
        ({"treatment": np.ones(400)}, "one-arm"),
        ({"treatment": np.arange(400) < 5}, "too-few-spells"),
        ({"horizon": 500.0}, "horizon-beyond-follow-up"),
        ({"strata": np.arange(400)}, "one-arm"),
        ({"event": np.arange(400) % 2}, "no-events"),
        ({"cluster": np.arange(400) % 2}, "too-few-clusters"),
        ({"duration": np.full(400, 5.0), "event": np.ones(400), "horizon": 9.0}, "no-variance"),
    ],
)
def test_what_cannot_be_known_is_refused_with_a_reason(change, code):
    duration, event, treated = draw()
    answer = spells(**{"duration": duration, "event": event, "treatment": treated} | change)
    assert answer.estimate is None
    assert code in codes(answer)


def test_a_risk_set_that_empties_before_others_arrive_is_refused():
    duration = np.concatenate([[1.0, 2.0], np.arange(20.0, 60.0), np.arange(10.0, 60.0)])
    entry = np.concatenate([[0.0, 0.0], np.full(40, 5.0), np.zeros(50)])
    answer = spells(duration, np.ones(92), np.repeat([1, 0], [42, 50]), entry=entry, horizon=30)
    assert codes(answer) >= {"risk-set-emptied"}
    assert answer.estimate is None


def test_every_problem_of_the_input_is_named_at_once():
    with pytest.raises(InputError) as caught:
        spells([1.0, -2.0, np.nan, np.inf], [1, 2, 0, 1], [0, 1, 1, 0], entry=[0, 0, 0, -1])
    assert {problem.code for problem in caught.value.problems} >= {"not-finite", "not-a-flag"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"duration": ["a", "b"]}, "not-a-number"),
        ({"duration": [-1.0, 2.0]}, "negative-duration"),
        ({"entry": [0.0, 3.0]}, "entry-after-exit"),
        ({"entry": [-1.0, 0.0]}, "negative-entry"),
        ({"event": [1]}, "lengths-differ"),
        ({"cluster": ["a", None]}, "missing-label"),
        ({"duration": [[1.0, 2.0]]}, "not-one-column"),
        ({"duration": [], "event": [], "treatment": []}, "no-spells"),
    ],
)
def test_wrong_input_is_refused_by_name(arguments, code):
    good = {"duration": [1.0, 2.0], "event": [1, 1], "treatment": [0, 1]}
    with pytest.raises(InputError) as caught:
        spells(**good | arguments)
    assert code in {problem.code for problem in caught.value.problems}


@pytest.mark.parametrize("arguments", [{"level": 1.0}, {"horizon": 0.0}, {"horizon": np.nan}])
def test_options_out_of_range_are_refused(arguments):
    with pytest.raises(DesignError):
        spells(*draw(), **arguments)


@pytest.mark.parametrize("factor", [1e-6, 1e9])
def test_the_unit_of_time_does_not_matter(factor):
    duration, event, treated = draw()
    plain = spells(duration, event, treated, horizon=40)
    scaled = spells(duration * factor, event, treated, horizon=40 * factor)
    assert scaled.estimate / factor == pytest.approx(plain.estimate, rel=1e-10)
    assert scaled.std_error / factor == pytest.approx(plain.std_error, rel=1e-10)
    assert scaled.other_estimates[0].estimate == pytest.approx(plain.other_estimates[0].estimate, rel=0.05)


@pytest.mark.slow
def test_intervals_cover_the_truth_at_the_nominal_rate():
    truth = 20 * (1 - np.exp(-1.5)) - 30 * (1 - np.exp(-1.0))
    runs = 1000
    answers = []
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        treated = rng.integers(0, 2, 150)
        lasts = rng.exponential(np.where(treated == 1, 20.0, 30.0))
        seen = rng.uniform(25, 90, 150)
        answers.append(spells(np.minimum(lasts, seen), lasts <= seen, treated, horizon=30))
    covered = np.mean([a.conf_low < truth < a.conf_high for a in answers])
    assert covered == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / runs))
