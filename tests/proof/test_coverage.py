"""The simulations behind the coverage table: a quick run of each design, and the slow ones that judge it."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.proof.coverage import coverage_table, run
from benchmarks.proof.firms import NEVER, event_time, ramp
from benchmarks.proof.monte_carlo import Share, generator
from benchmarks.proof.pretrends import pretrend_table
from benchmarks.proof.scenarios import SCENARIOS, Scenario

from upshot.impact.methods import METHODS

SOUND = [scenario for scenario in SCENARIOS if "to fail" not in scenario.name]
FAILING = [scenario for scenario in SCENARIOS if "to fail" in scenario.name]


def test_every_primary_estimator_of_the_engine_is_put_to_the_test() -> None:
    assert {scenario.design.estimator for scenario in SCENARIOS} == set(METHODS)


def test_names_are_unique_as_each_names_its_own_random_stream() -> None:
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)
    first, again = generator("a").normal(size=3), generator("a").normal(size=3)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, generator("b").normal(size=3))


def test_a_quick_run_fills_every_row_with_finite_numbers() -> None:
    rows = coverage_table(2)
    assert len(rows) == len(SCENARIOS)
    assert all(np.isfinite([row["truth"], row["bias"], row["se_ratio"]]).all() for row in rows)
    assert all(row[key].runs == 2 for row in rows for key in ("coverage", "size", "power"))


def test_the_effect_is_zero_before_the_start_and_for_those_who_never_start() -> None:
    since = event_time(np.array([3, NEVER]), 5)
    assert ramp(since).tolist() == [[0, 0, 0.5, 0.75, 0.875], [0, 0, 0, 0, 0]]


def test_the_exact_interval_of_a_share_holds_it() -> None:
    low, high = Share(3, 60).span()
    assert low < 3 / 60 < high
    assert Share(0, 60).span()[0] == 0
    assert Share(0, 60).span()[1] == pytest.approx(1 - 0.025 ** (1 / 60))


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SOUND, ids=lambda scenario: scenario.name)
def test_intervals_cover_at_the_nominal_rate(scenario: Scenario) -> None:
    row = run(scenario, 400)
    slack = 0.02 if scenario.note else 0.0  # designs whose note says that the interval is a little short or long
    assert row["coverage"].value >= 0.95 - slack - 3 * 0.011
    assert row["size"].value <= 0.05 + slack + 3 * 0.011
    assert 0.7 <= row["power"].value <= 0.9


@pytest.mark.slow
@pytest.mark.parametrize("scenario", FAILING, ids=lambda scenario: scenario.name)
def test_the_simulation_can_tell_a_wrong_interval(scenario: Scenario) -> None:
    row = run(replace(scenario, note=""), 400)
    assert row["coverage"].value < 0.93


@pytest.mark.slow
def test_simultaneous_bands_hold_all_event_times_at_once() -> None:
    row = run(next(scenario for scenario in SCENARIOS if scenario.bands), 400)
    assert row["bands"].value >= 0.95 - 3 * 0.011


@pytest.mark.slow
def test_the_pre_trend_test_sees_what_it_says_it_would() -> None:
    rows = {row["name"]: row for row in pretrend_table(400)}
    assert rows["600 people"]["size"].value <= 0.05 + 3 * 0.011
    assert abs(rows["600 people"]["power"].value - 0.8) <= 3 * 0.02
