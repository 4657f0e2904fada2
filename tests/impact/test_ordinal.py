import json

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.proportion import confint_proportions_2indep

from upshot.errors import DesignError, InputError
from upshot.impact.ordinal import binary, ordinal, parallel_odds, proportional_odds, scores, top_box

SCALE = (1, 2, 3, 4, 5)


def ratings(seed=0, n=600, shift=0.6, widen=1.0):
    """A latent logistic answer cut at five levels; the programme moves it, or spreads it out."""
    rng = np.random.default_rng(seed)
    treated = np.arange(n) % 2
    latent = rng.logistic(0, np.where(treated == 1, widen, 1.0)) + shift * treated
    return (np.searchsorted([-1.5, -0.5, 0.5, 1.5], latent) + 1).tolist(), treated


def test_the_risk_difference_is_least_squares_with_hc2_errors():
    values, treated = ratings()
    yes = top_box(values, (4, 5), SCALE)
    answer = binary(yes, treated)
    theirs = sm.OLS(yes, sm.add_constant(treated.astype(float))).fit(cov_type="HC2")
    assert answer.estimate == pytest.approx(theirs.params[1], rel=1e-11)
    assert answer.std_error == pytest.approx(theirs.bse[1], rel=1e-11)
    assert answer.p_value == pytest.approx(theirs.pvalues[1], rel=1e-8)


def test_the_odds_ratio_is_the_logit_of_statsmodels():
    values, treated = ratings()
    yes = top_box(values, (4, 5), SCALE)
    theirs = sm.Logit(yes, sm.add_constant(treated.astype(float))).fit(disp=False, tol=1e-12)
    odds = binary(yes, treated).other_estimates[0]
    assert np.log(odds.estimate) == pytest.approx(theirs.params[1], rel=1e-8)
    assert odds.std_error / odds.estimate == pytest.approx(theirs.bse[1], rel=1e-7)


def test_rare_events_get_newcombes_interval():
    answer = binary([1, 1] + [0] * 38 + [1] * 6 + [0] * 34, np.repeat([0, 1], 40))
    theirs = confint_proportions_2indep(6, 40, 2, 40, method="newcomb")
    assert (answer.conf_low, answer.conf_high) == pytest.approx(theirs, rel=1e-9)
    assert answer.cautions[0].code == "few-events"


def test_clusters_widen_the_interval_as_the_sandwich_says():
    values, treated = ratings(n=400)
    yes, team = top_box(values, (4, 5), SCALE), np.arange(400) // 10
    options = {"groups": team, "use_correction": False}
    theirs = sm.OLS(yes, sm.add_constant(treated.astype(float))).fit(cov_type="cluster", cov_kwds=options)
    answer = binary(yes, treated, cluster=team)
    assert answer.std_error == pytest.approx(theirs.bse[1] * np.sqrt(40 / 39), rel=1e-10)
    assert answer.other_estimates == ()


def test_top_box_mean_and_proportional_odds_stand_side_by_side():
    values, treated = ratings(n=2000)
    answer = ordinal(values, treated, scale=SCALE, box=(4, 5))
    by_method = {other.method: other for other in answer.other_estimates}
    assert set(by_method) == {"mean-score", "proportional-odds", "logit"}
    odds = by_method["proportional-odds"]
    assert odds.conf_low < np.exp(0.6) < odds.conf_high
    placed = scores(values, SCALE)
    assert by_method["mean-score"].estimate == pytest.approx(placed[treated == 1].mean() - placed[treated == 0].mean())
    assert json.dumps(answer.to_dict())


def test_with_two_answers_proportional_odds_is_the_logit():
    rng = np.random.default_rng(2)
    treated = np.arange(300) % 2
    yes = (rng.random(300) < np.where(treated == 1, 0.5, 0.3)).astype(int)
    assert proportional_odds(yes, treated).estimate == pytest.approx(
        binary(yes, treated).other_estimates[0].estimate, rel=1e-5
    )


def test_odds_ratios_at_the_cuts_are_those_of_one_logit_each():
    values, treated = ratings()
    check = parallel_odds(np.array(values), treated == 1)
    design = sm.add_constant(treated.astype(float))
    for cut, ratio in zip((1, 2, 3, 4), check.details["odds_ratios"], strict=True):
        theirs = sm.Logit((np.array(values) > cut).astype(float), design).fit(disp=False, tol=1e-12)
        assert np.log(ratio) == pytest.approx(theirs.params[1], abs=1e-9)


def test_a_programme_that_splits_opinion_fails_parallel_odds_and_a_plain_shift_does_not():
    split, plain = ratings(n=2000, shift=0, widen=2.5), ratings(n=2000)
    assert parallel_odds(np.array(split[0]), split[1]).code == "odds-not-parallel"
    assert parallel_odds(np.array(plain[0]), plain[1]).status == "passed"


def test_the_parallel_odds_test_cries_wolf_no_more_often_than_it_says():
    found = [parallel_odds(np.array(v), t).p_value for v, t in (ratings(seed=s, n=400) for s in range(400))]
    assert np.mean(np.array(found) < 0.05) == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 400))


def test_words_are_scored_by_their_place_on_the_scale():
    assert scores(["b", "a"], scale=("a", "b")).tolist() == [2.0, 1.0]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: top_box([1, 9], (5,), SCALE), "not-on-scale"),
        (lambda: top_box([1, 5], (6,), SCALE), "box-not-on-scale"),
        (lambda: top_box([1, 5], (), SCALE), "box-not-on-scale"),
        (lambda: top_box([1, 5], SCALE, SCALE), "box-not-on-scale"),
        (lambda: scores([1], (1,)), "not-on-scale"),
        (lambda: binary([0, 2], [0, 1]), "not-a-flag"),
        (lambda: binary(["a", "b"], [0, 1]), "not-a-flag"),
        (lambda: binary([0, np.nan], [0, 1]), "not-a-flag"),
        (lambda: binary([], []), "not-a-flag"),
        (lambda: binary([0, 1], [0, 1, 1]), "lengths-differ"),
        (lambda: binary([0, 1], [0, 1], cluster=["a"]), "lengths-differ"),
    ],
)
def test_wrong_input_is_refused_by_name(call, code):
    with pytest.raises(InputError) as caught:
        call()
    assert code in {problem.code for problem in caught.value.problems}


def test_what_cannot_be_known_is_refused_with_a_reason():
    assert binary([0, 1, 1], [1, 1, 1]).cautions[0].code == "one-arm"
    assert binary([0, 0, 1, 1], [0, 0, 1, 1]).cautions[0].code == "no-variance"
    assert ordinal([1, 1, 5, 5], [0, 0, 1, 1], scale=SCALE, box=(5,)).estimate is None
    assert parallel_odds([1, 2, 1, 2], [0, 0, 1, 1]).status == "not_applicable"
    assert proportional_odds([1, 1, 1, 2], [0, 0, 1, 1]) is None
    assert binary([0, 1, 1, 0], [0, 0, 1, 1], cluster=[0, 0, 1, 1]).cautions[0].code == "too-few-clusters"
    with pytest.raises(DesignError):
        binary([0, 1], [0, 1], level=1.5)
