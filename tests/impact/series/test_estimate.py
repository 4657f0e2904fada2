import csv
import json
from pathlib import Path

import numpy as np
import pytest

from upshot.errors import DesignError, InputError
from upshot.impact.series import interrupted_time_series

DATA = Path(__file__).parents[2] / "data" / "series"


def load(name):
    with (DATA / f"{name}.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {key: [row[key] for row in rows] for key in rows[0]}


def numbers(table, *names):
    found = np.array([table[name] for name in names], dtype=float)
    return found[0] if len(names) == 1 else found.T


def months(n, first=(2022, 1)):
    return [f"{first[0] + (first[1] - 1 + k) // 12}-{(first[1] - 1 + k) % 12 + 1:02d}" for k in range(n)]


def a_series(n=60, first=48, effect=0.0, seed=0, rho=0.0, drift=0.1):
    rng = np.random.default_rng(seed)
    noise = np.zeros(n)
    for t in range(n):
        noise[t] = (rho * noise[t - 1] if t else 0) + rng.normal()
    return 50 + drift * np.arange(n) + noise + effect * (np.arange(n) >= first)


def codes(answer):
    return {caution.code for caution in answer.cautions}


def check(answer, name):
    return next(result for result in answer.checks if result.name == name)


def test_the_published_bsts_answer_on_comparison_data_is_within_a_tenth_of_its_interval():
    """R CausalImpact, as published: effect -657 [-2076, 832], actual mean 78574, predicted 79232."""
    table = load("comparison_data")
    controls = numbers(table, "NOT_CHANGED_1", "NOT_CHANGED_2", "NOT_CHANGED_3")
    answer = interrupted_time_series(
        numbers(table, "CHANGED"), table["DATE"], "2019-07-15", control=controls, trend=False
    )
    assert answer.baseline + answer.estimate == pytest.approx(78574, abs=1)
    assert answer.estimate == pytest.approx(-657, abs=0.1 * (832 + 2076))
    assert -2076 < answer.conf_low < answer.conf_high < 832


def test_the_published_answer_on_arma_data_is_met_and_the_truth_of_5_covered():
    """tfcausalimpact, as published: effect interval [4.26, 5.47] where 5 was added."""
    table = load("arma_data")
    outcome = numbers(table, "y") + 5 * (np.arange(100) >= 70)
    answer = interrupted_time_series(outcome, range(100), 70, control=numbers(table, "X"), trend=False)
    assert answer.conf_low < 5 < answer.conf_high
    assert (answer.conf_low, answer.conf_high) == pytest.approx((4.26, 5.47), abs=0.3)


def test_the_vignettes_effect_of_10_is_covered():
    table = load("google_vignette_seed1")
    answer = interrupted_time_series(
        numbers(table, "y"), numbers(table, "t"), 71, control=numbers(table, "x1"), trend=False
    )
    assert answer.conf_low < 10 < answer.conf_high


def test_geolift_as_two_series_is_found_but_its_own_checks_warn():
    """155.56 a place and day by augmented synthetic control, which uses 38 places one by one."""
    table = load("geolift_daily")
    answer = interrupted_time_series(
        numbers(table, "treated_mean"),
        table["date"],
        "2021-04-01",
        control=numbers(table, "rest_mean"),
        season=7,
        trend=False,
    )
    assert answer.conf_low < 155.56 < answer.conf_high
    assert check(answer, "residual-autocorrelation").status == "failed"
    assert "control-series-only" in codes(answer)


def test_a_planted_jump_is_found_and_the_terms_average_to_the_headline():
    answer = interrupted_time_series(a_series(effect=-6.0), months(60), "2026-01")
    effects = [term for term in answer.terms if term.term == "effect"]
    assert answer.conf_low < -6 < answer.conf_high < 0
    assert np.mean([term.estimate for term in effects]) == pytest.approx(answer.estimate, rel=1e-10)
    assert [effects[0].period, effects[-1].period] == ["2026-01", "2026-12"]
    assert {"level-change", "slope-change", "observed", "counterfactual"} <= {term.term for term in answer.terms}
    assert "no-comparison" in codes(answer)


def test_a_rising_line_is_not_taken_for_an_effect_though_a_dashboard_would():
    answer = interrupted_time_series(a_series(drift=0.5), months(60), "2026-01")
    assert answer.conf_low < 0 < answer.conf_high
    assert answer.naive.before_after > 10


def test_a_seasonal_launch_is_taken_out_only_when_the_season_is_named():
    wave = 8 * np.sin(2 * np.pi * (np.arange(54) - 48) / 12)
    outcome = a_series(n=54) + wave
    named = interrupted_time_series(outcome, months(54), "2026-01", season=12)
    unnamed = interrupted_time_series(outcome, months(54), "2026-01")
    assert named.conf_low < 0 < named.conf_high
    assert abs(unnamed.estimate) > abs(named.estimate) + 2
    assert "no-season" in codes(unnamed)


def test_counts_use_their_exposure_and_say_how_much_they_vary():
    rng = np.random.default_rng(2)
    hours = rng.uniform(80, 120, 60)
    rate = np.exp(-1 - 0.4 * (np.arange(60) >= 48) + rng.normal(0, 0.25, 60))
    answer = interrupted_time_series(
        rng.poisson(hours * rate), months(60), "2026-01", exposure=hours, family="poisson", season=12
    )
    assert answer.relative.conf_low < np.expm1(-0.4) < answer.relative.conf_high < 0
    assert "overdispersion" in codes(answer)
    level = next(term for term in answer.terms if term.term == "level-change")
    assert level.estimate < 0


def test_an_effect_that_was_there_before_the_start_fails_the_placebo_starts():
    outcome = a_series() + 15 * (np.arange(60) >= 30)
    assert check(interrupted_time_series(outcome, months(60), "2026-01"), "placebo-starts").code == "placebo-start"
    assert check(interrupted_time_series(a_series(), months(60), "2026-01"), "placebo-starts").status == "passed"


@pytest.mark.parametrize(
    ("outcome", "first", "options", "code"),
    [
        (a_series(n=12, first=6), "2022-07", {}, "too-few-pre-periods"),
        (a_series(n=30, first=20), "2023-09", {"season": 12}, "too-few-pre-periods"),
        (np.r_[np.full(40, 3.0), a_series(n=20)], "2025-05", {}, "constant-outcome"),
        (
            np.r_[np.full(40, 3.0), np.zeros(20)] + np.arange(60) % 2 * (np.arange(60) < 40),
            "2025-05",
            {"family": "poisson"},
            "no-events",
        ),
        (2.0 + 3.0 * np.arange(60.0), "2026-01", {}, "no-noise"),
    ],
)
def test_what_cannot_be_known_is_refused_with_a_reason(outcome, first, options, code):
    answer = interrupted_time_series(outcome, months(len(outcome)), first, **options)
    assert answer.estimate is None
    assert answer.cautions[0].code == code
    assert json.dumps(answer.to_dict())


@pytest.mark.parametrize("control", [np.ones(60), np.arange(60.0), np.column_stack([a_series(seed=1)] * 2)])
def test_a_control_that_tells_nothing_is_refused_with_the_way_out(control):
    answer = interrupted_time_series(a_series(), months(60), "2026-01", control=control)
    assert answer.estimate is None
    assert answer.cautions[0].code == "collinear-control"


def test_a_level_far_above_its_noise_keeps_its_digits():
    plain, high = (interrupted_time_series(a_series() + up, months(60), "2026-01") for up in (0.0, 1e9))
    assert high.estimate == pytest.approx(plain.estimate, rel=1e-5)
    assert high.std_error == pytest.approx(plain.std_error, rel=1e-5)


def test_one_period_is_refused_as_too_few():
    assert interrupted_time_series([5.0], [1], 1).cautions[0].code == "too-few-pre-periods"


def test_one_period_after_the_start_gives_a_level_only_and_says_so():
    answer = interrupted_time_series(a_series(n=49), months(49), "2026-01")
    assert answer.estimate is not None
    assert "short-post-period" in codes(answer)
    assert "slope-change" not in {term.term for term in answer.terms}


def test_missing_periods_are_said_and_keep_their_distance():
    kept = np.r_[0:20, 23:60]
    answer = interrupted_time_series(a_series(effect=-6.0)[kept], np.array(months(60))[kept], "2026-01")
    assert answer.conf_low < -6 < answer.conf_high
    assert "gaps-in-time" in codes(answer)


@pytest.mark.parametrize("factor", [1e-6, 1e9])
def test_size_and_order_of_the_rows_do_not_matter(factor):
    outcome, when = a_series(effect=3.0, rho=0.4), np.array(months(60))
    plain = interrupted_time_series(outcome, when, "2026-01")
    mixed = np.random.default_rng(0).permutation(60)
    scaled = interrupted_time_series(outcome[mixed] * factor, when[mixed], "2026-01")
    assert scaled.estimate / factor == pytest.approx(plain.estimate, rel=1e-8)
    assert scaled.std_error / factor == pytest.approx(plain.std_error, rel=1e-8)
    assert scaled.other_estimates[0].estimate / factor == pytest.approx(plain.other_estimates[0].estimate, rel=1e-8)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"outcome": ["a"] * 20}, "not-a-number"),
        ({"outcome": [np.nan, *range(19)]}, "not-finite"),
        ({"outcome": [np.inf, *range(19)]}, "not-finite"),
        ({"outcome": [1.0]}, "lengths-differ"),
        ({"outcome": np.ones((20, 2))}, "not-one-column"),
        ({"outcome": 5.0}, "not-one-column"),
        ({"outcome": [-1.0, *range(19)], "family": "poisson"}, "negative-count"),
        ({"exposure": [0.0, *range(1, 20)]}, "zero-exposure"),
        ({"start": 0}, "start-outside-series"),
        ({"start": 99}, "start-outside-series"),
        ({"start": "2026-01"}, "start-of-another-kind"),
        ({"time": [0, 0, *range(2, 20)]}, "repeated-times"),
        ({"time": ["soon"] * 20, "start": "2026-01"}, "not-a-time"),
        ({"time": [0, 1.3, *range(2, 20)]}, "uneven-times"),
        ({"time": [np.nan, *range(1, 20)]}, "missing-time"),
        ({"time": []}, "no-times"),
    ],
)
def test_wrong_input_is_refused_by_name(change, code):
    good = {"outcome": np.arange(20.0), "time": list(range(20)), "start": 15}
    with pytest.raises(InputError) as caught:
        interrupted_time_series(**good | change)
    assert code in {problem.code for problem in caught.value.problems}


def test_options_out_of_range_are_refused_together():
    with pytest.raises(DesignError, match=r"(?s)level.*season.*family"):
        interrupted_time_series([1.0, 2.0], [1, 2], 2, level=0, season=1, family="normal")


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.0, 0.4, 0.7])
def test_intervals_cover_no_effect_at_the_nominal_rate_where_newey_west_does_not(rho):
    runs, when = 200, months(48)
    answers = [
        interrupted_time_series(a_series(n=48, first=36, seed=seed, rho=rho), when, "2025-01") for seed in range(runs)
    ]
    covered = np.mean([a.conf_low < 0 < a.conf_high for a in answers])
    plain = np.mean([a.other_estimates[0].conf_low < 0 < a.other_estimates[0].conf_high for a in answers])
    error = np.sqrt(0.95 * 0.05 / runs)
    assert covered > 0.95 - 3 * error
    assert plain < covered
