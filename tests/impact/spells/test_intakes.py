import json

import numpy as np
import pytest

from upshot.errors import DesignError, InputError
from upshot.impact.spells import new_hires


def draw(seed=0, effect=0.7, drift=0.0, sites=30, per_intake=12, never=True):
    """Hires of 8 intakes at sites that start with intake 4, 6, or never; the programme scales time."""
    rng = np.random.default_rng(seed)
    first = np.resize([4.0, 6.0, np.inf] if never else [4.0, 4.0], sites)
    site = np.repeat(np.arange(sites), 8 * per_intake)
    intake = np.tile(np.repeat(np.arange(8.0), per_intake), sites)
    start = first[site]
    scale = 20 + 0.5 * intake + rng.normal(0, 2, sites)[site] + drift * intake * np.isfinite(start)
    days = rng.exponential(np.where(intake >= start, effect, 1.0) * scale)
    seen = rng.uniform(30, 90, len(days))
    starts = [None if np.isinf(s) else s for s in start]
    return {
        "duration": np.ceil(np.minimum(days, seen)),
        "event": days <= seen,
        "intake": intake,
        "first_treated": starts,
        "cluster": site,
    }


def test_one_cohort_and_two_intakes_are_four_restricted_means():
    rng = np.random.default_rng(1)
    intake, treated = np.tile([0.0, 1.0], 100), np.repeat([1, 0], 100)
    days = rng.integers(1, 40, 200).astype(float)
    answer = new_hires(days, np.ones(200), intake, [1.0 if t else None for t in treated], horizon=25)
    capped = np.minimum(days, 25)
    means = [[capped[(treated == g) & (intake == s)].mean() for s in (0, 1)] for g in (0, 1)]
    assert answer.estimate == pytest.approx((means[1][1] - means[1][0]) - (means[0][1] - means[0][0]), rel=1e-11)
    parts = [capped[(treated == g) & (intake == s)].var() / 50 for s in (0, 1) for g in (0, 1)]
    assert answer.std_error == pytest.approx(np.sqrt(sum(parts)), rel=1e-9)


def test_a_planted_effect_is_found_and_the_waiting_sites_moved_with_the_rest():
    answer = new_hires(**draw(seed=1, sites=60), horizon=30)
    assert answer.conf_high < 0
    assert next(c for c in answer.checks if c.name == "pre-trends").status == "passed"
    assert {t.group for t in answer.terms} == {4.0, 6.0}
    assert answer.naive.before_after is not None
    assert json.dumps(answer.to_dict())


def test_no_effect_is_not_called_one():
    answer = new_hires(**draw(effect=1.0), horizon=30)
    assert answer.conf_low < 0 < answer.conf_high


def test_sites_that_were_already_drifting_fail_the_trend_check():
    answer = new_hires(**draw(effect=1.0, drift=8.0, per_intake=60), horizon=30)
    check = next(c for c in answer.checks if c.name == "pre-trends")
    assert (check.status, check.code) == ("failed", "pre-trend")


def test_everyone_at_once_is_refused():
    answer = new_hires(**draw(never=False), horizon=30)
    assert answer.estimate is None
    assert answer.cautions[0].code == "no-comparison"


def test_an_intake_not_yet_followed_to_the_horizon_is_refused_with_the_way_out():
    answer = new_hires(**draw(), horizon=300)
    assert answer.estimate is None
    assert answer.cautions[0].code == "horizon-beyond-follow-up"


def test_sites_that_start_together_as_one_cluster_are_refused():
    data = draw()
    data["cluster"] = [str(start) for start in data["first_treated"]]
    assert new_hires(**data, horizon=30).cautions[0].code == "too-few-clusters"


def test_wrong_input_is_refused():
    good = {"duration": [1.0, 2.0], "event": [1, 1], "intake": [0, 1], "first_treated": [None, 1]}
    for change in ({"intake": ["jan", "feb"]}, {"intake": [np.nan, 1]}, {"first_treated": [np.nan, None]}):
        with pytest.raises(InputError):
            new_hires(**good | change)
    with pytest.raises(InputError):
        new_hires(**good | {"intake": [0, 1, 2]})
    with pytest.raises(DesignError):
        new_hires(**good, level=2)
