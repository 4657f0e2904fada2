"""The simulator plants what it says and nothing else."""

import numpy as np
import pytest

import upshot as up

ROLLOUT = {"unit": "person", "time": "month", "outcome": "sales", "first_treated": "started"}


def test_one_seed_gives_one_table():
    assert up.simulate_rollout(seed=5).equals(up.simulate_rollout(seed=5))
    assert not up.simulate_rollout(seed=5).equals(up.simulate_rollout(seed=6))


def test_teams_start_together_and_the_never_share_is_met():
    rows = up.simulate_rollout(n=400, never_share=0.25).to_pandas()
    assert rows.groupby("team")["started"].nunique(dropna=False).max() == 1
    assert rows.drop_duplicates("team")["started"].isna().mean() == 0.25


@pytest.mark.parametrize("effect", [0.0, 1.0])
def test_the_planted_effect_is_found(effect):
    found = up.estimate(up.simulate_rollout(n=1500, effect=effect, seed=1), **ROLLOUT, cluster="team")
    assert found.conf_low < effect < found.conf_high


def test_growth_shows_in_the_event_study():
    found = up.estimate(up.simulate_rollout(n=1500, effect=0.0, growth=0.5), **ROLLOUT, aggregation="event")
    by_time = {term.event_time: term for term in found.terms}
    assert by_time[0].conf_low < 0.0 < by_time[0].conf_high
    assert by_time[3].conf_low < 1.5 < by_time[3].conf_high


def test_volunteers_who_rise_anyway_fail_the_pre_trend_check():
    found = up.estimate(up.simulate_rollout(n=600, effect=0.0, volunteers=0.2), **ROLLOUT, assignment="voluntary")
    check = next(check for check in found.checks if check.name == "pre-trends")
    assert check.status == "failed"
    assert not found.claimable


def test_the_keen_mislead_a_comparison_of_takers_with_the_rest():
    table = up.simulate_experiment(n=4000, effect=1.0, keenness=1.0)
    rows = table.to_pandas()
    gap = rows.loc[rows.took_part == 1, "sales"].mean() - rows.loc[rows.took_part == 0, "sales"].mean()
    assert gap > 1.5
    assert np.isclose(rows.offered.mean(), 0.5)
    assert rows.loc[rows.offered == 0, "took_part"].sum() == 0


def test_every_parameter_out_of_range_is_named_at_once():
    with pytest.raises(up.DesignError) as caught:
        up.simulate_rollout(n=0, periods=1, waves=("2030-01",), never_share=2, team_size=0)
    assert str(caught.value).count("The parameter") == 5


def test_an_experiment_needs_people_and_takers():
    with pytest.raises(up.DesignError, match="take_up"):
        up.simulate_experiment(n=10, take_up=0)
