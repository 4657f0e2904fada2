"""Studies: closed forms, published examples, rules of thumb, and what is refused."""

import pytest

from upshot.errors import DesignError
from upshot.impact.power import (
    Study,
    assumed_baseline,
    binary_baseline,
    one_shot,
    precision,
    required_after,
    required_noise,
    required_units,
    smallest_effect,
    wave_study,
)


@pytest.mark.parametrize(
    ("people", "low", "high"), [(40, 0.6, 0.91), (200, 0.26, 0.4), (2_000, 0.08, 0.126), (20_000, 0.026, 0.04)]
)
def test_the_numbers_worth_knowing_hold_with_and_without_a_good_baseline(people: int, low: float, high: float) -> None:
    # two arms, 80 %: from no baseline to one that correlates 0.75 with the outcome
    baseline = assumed_baseline(people, mean=0, std_dev=1, autocorrelation=0.75, n_periods=2)
    plain = precision(baseline, one_shot(before=0, estimator="difference")).smallest_effect
    adjusted = precision(baseline, one_shot()).smallest_effect
    assert adjusted == pytest.approx(low, rel=0.05)
    assert plain == pytest.approx(high, rel=0.01)


def test_statas_baseline_adjusted_example_needs_one_person_more_than_its_normal_formula() -> None:
    # sampsi 0 4, sd(15) r01(0.8) pre(1) post(1), power 90 %: normal formula 2 * 15² (1.96 + 1.2816)² / 4² * (1 - 0.64)
    baseline = assumed_baseline(10, mean=0, std_dev=15, autocorrelation=0.8, n_periods=2)
    after_only = required_units(baseline, one_shot(before=0, estimator="difference", power=0.9), 4)
    adjusted = required_units(baseline, one_shot(power=0.9), 4)
    assert after_only == 2 * 297  # 296 by normal quantiles; the t test asks for one more
    assert adjusted == 2 * 108  # 107 by normal quantiles


def test_a_published_cluster_trial_is_planned_for_the_effect_it_was_planned_for() -> None:
    # Sedgwick (2013) BMJ 346:f2839: 50 % to 65 %, 80 %, correlation 0.05: 24 practices of 46 patients
    practices = binary_baseline(24, 0.575, icc=0.05, team_size=46)
    assert practices.variance * 46 / (0.575 * 0.425) == pytest.approx(1 + 45 * 0.05)
    found = precision(practices, one_shot(before=0, estimator="difference"))
    assert smallest_effect(found.std_error, float("inf")) == pytest.approx(0.15, abs=0.002)
    assert found.smallest_effect == pytest.approx(0.1573, abs=0.0005)  # 22 degrees of freedom cost 5 %


def test_team_power_is_that_of_raudenbushs_noncentral_f() -> None:
    # Raudenbush (1997): lambda = J delta² / (4 (rho + (1 - rho) / n)), J - 2 degrees of freedom
    teams = assumed_baseline(40, mean=0, std_dev=1, icc=0.1, team_size=20)
    found = precision(teams, one_shot(before=0, estimator="difference"))
    assert found.std_error**-2 == pytest.approx(40 / (4 * (0.1 + 0.9 / 20)))
    assert found.df == 38


def test_half_take_up_doubles_what_participants_must_gain() -> None:
    baseline = assumed_baseline(100, mean=0, std_dev=1)
    found = precision(baseline, one_shot(before=0, estimator="difference", take_up=0.5))
    assert found.smallest_effect_on_participants == pytest.approx(2 * found.smallest_effect)


def test_more_waves_more_periods_and_more_units_never_see_less() -> None:
    baseline = assumed_baseline(60, mean=0, std_dev=1, autocorrelation=0.5, n_periods=2)
    by_units = [precision(baseline, wave_study(3, gap=2, n_units=n)).smallest_effect for n in (30, 60, 600)]
    by_after = [precision(baseline, one_shot(after=r)).smallest_effect for r in (1, 3, 12)]
    assert by_units == sorted(by_units, reverse=True)
    assert by_after == sorted(by_after, reverse=True)


def test_a_window_past_the_last_start_adds_nothing_unless_someone_is_held_back() -> None:
    baseline = assumed_baseline(60, mean=0, std_dev=1, autocorrelation=0.5, n_periods=2)
    short, long = (precision(baseline, wave_study(3, gap=2, after=after)).std_error for after in (5, 20))
    assert long == pytest.approx(short)
    held = [precision(baseline, wave_study(3, gap=2, after=a, held_back=0.25)).std_error for a in (6, 20)]
    assert held[1] < held[0]


def test_the_required_number_of_units_is_the_smallest_that_will_do() -> None:
    baseline = assumed_baseline(20, mean=0, std_dev=1, autocorrelation=0.4, n_periods=2)
    study = wave_study(4, gap=1)
    need = required_units(baseline, study, 0.2)
    assert need is not None

    def seen(units: int) -> float:
        return precision(baseline, wave_study(4, gap=1, n_units=units)).smallest_effect

    assert seen(need) <= 0.2 < seen(need - 1)


def test_what_no_number_of_units_would_show_is_said_so() -> None:
    baseline = assumed_baseline(20, mean=0, std_dev=1)
    assert required_units(baseline, one_shot(before=0, estimator="difference"), 1e-6) is None


def test_the_required_window_is_the_shortest_that_will_do() -> None:
    baseline = assumed_baseline(100, mean=0, std_dev=1, autocorrelation=0.2, n_periods=2)
    study = one_shot(after=1)
    need = required_after(baseline, study, 0.4)
    assert need is not None
    assert precision(baseline, one_shot(after=need)).smallest_effect <= 0.4
    assert precision(baseline, one_shot(after=need - 1)).smallest_effect > 0.4
    assert required_after(baseline, study, 0.01) is None


def test_the_required_noise_brings_the_smallest_effect_to_the_one_wanted() -> None:
    baseline = assumed_baseline(100, mean=0, std_dev=2)
    study = one_shot(before=0, estimator="difference")
    factor = required_noise(baseline, study, 0.5)
    quieter = assumed_baseline(100, mean=0, std_dev=2 * factor)
    assert precision(quieter, study).smallest_effect == pytest.approx(0.5)


@pytest.mark.parametrize("effect", [0.0, -1.0])
def test_an_effect_to_be_seen_is_above_nought(effect: float) -> None:
    baseline = assumed_baseline(20, mean=0, std_dev=1)
    with pytest.raises(DesignError, match="above 0"):
        required_units(baseline, one_shot(before=0, estimator="difference"), effect)


@pytest.mark.parametrize("units", [1, 2, 3])
def test_too_few_units_for_the_groups_are_refused(units: int) -> None:
    baseline = assumed_baseline(20, mean=0, std_dev=1, icc=0.1, team_size=5)
    with pytest.raises(DesignError, match="cannot fill"):
        precision(baseline, one_shot(before=0, estimator="difference", n_units=units, treated_share=0.3)) if (
            units < 3
        ) else precision(baseline, wave_study(3, gap=1, n_units=units))


def test_an_outcome_that_never_changes_is_not_taken_for_a_perfect_study() -> None:
    fixed = assumed_baseline(50, mean=0, std_dev=1, autocorrelation=1.0, n_periods=2)
    with pytest.raises(DesignError, match="fixed attribute"):
        precision(fixed, one_shot())


def test_every_wrong_value_of_a_study_is_named_at_once() -> None:
    with pytest.raises(DesignError) as caught:
        Study(starts=(0, 0, -1), shares=(0.5, 0.6), after=0, before=-1, lag=-1, take_up=2, level=1.5, n_units=0)
    text = str(caught.value)
    for part in ("one share", "same period", "before launch", "sum to 1", "window", "pre-periods", "lag", "take-up"):
        assert part in text


@pytest.mark.parametrize("shares", [(0.5, 0.4), (0.9, 0.2), (1.0, 0.0)])
def test_shares_that_do_not_make_a_whole_are_refused(shares: tuple[float, ...]) -> None:
    with pytest.raises(DesignError, match="share"):
        Study(starts=(0, 3), shares=shares, after=6)


@pytest.mark.parametrize(("n_waves", "gap"), [(0, 1), (2, 0)])
def test_waves_without_number_or_gap_are_refused(n_waves: int, gap: int) -> None:
    with pytest.raises(DesignError, match="at least 1"):
        wave_study(n_waves, gap=gap)
