"""Planned weights against the engine's own, McKenzie's formulae, and Hussey & Hughes."""

import numpy as np
import pytest

from upshot.errors import DesignError
from upshot.impact.moments import Floats
from upshot.impact.power import hussey_hughes_variance
from upshot.impact.power.weights import adjusted_variance, planned_weights
from upshot.impact.roth_santanna import Cohorts, weights_for


def equal_correlation(n_periods: int, rho: float) -> Floats:
    return rho * np.ones((n_periods, n_periods)) + (1 - rho) * np.eye(n_periods)


@pytest.mark.parametrize("starts", [(2, 4, 7), (1, 3, None), (2, None), (3, 5, 6, None)])
def test_planned_weights_are_those_the_engine_will_use(starts: tuple[int | None, ...]) -> None:
    sizes = np.arange(3.0, 3 + len(starts))
    theta, pre = planned_weights(starts, sizes, 9)
    cohorts = Cohorts(
        start=np.array([np.inf if start is None else float(start) for start in starts]),
        count=sizes,
        size=sizes,
        mean=np.zeros((len(starts), 9)),
        spread=np.zeros((len(starts), 9, 9)),
        times=np.arange(9.0),
    )
    _, weights = weights_for(cohorts, "simple")
    np.testing.assert_allclose(theta, weights.effect[0], atol=1e-14)
    np.testing.assert_allclose(pre, weights.before[0], atol=1e-14)


@pytest.mark.parametrize("before", [1, 2, 5])
@pytest.mark.parametrize("after", [1, 4])
@pytest.mark.parametrize("rho", [0.0, 0.25, 0.8])
def test_one_shot_variances_are_those_of_mckenzie(before: int, after: int, rho: float) -> None:
    n = 50.0
    theta, pre = planned_weights((before, None), (n, n), before + after, before=before)
    cov = equal_correlation(before + after, rho)
    scale = 2 / n
    post = scale * (1 + (after - 1) * rho) / after
    change = scale * (1 - rho) * (1 / after + 1 / before)
    ancova = scale * ((1 + (after - 1) * rho) / after - before * rho**2 / (1 + (before - 1) * rho))
    assert adjusted_variance(theta, pre, (n, n), cov, "difference") == pytest.approx(post, rel=1e-12)
    assert adjusted_variance(theta, pre, (n, n), cov, "change") == pytest.approx(change, rel=1e-12)
    assert adjusted_variance(theta, pre, (n, n), cov, "ancova") == pytest.approx(ancova, rel=1e-12)


def test_four_rounds_after_are_worth_more_than_twice_the_people_at_low_autocorrelation() -> None:
    # McKenzie (2012): at autocorrelation 0.25 more rounds beat more people
    one, four = (
        adjusted_variance(*planned_weights((0, None), (1, 1), r), (1, 1), equal_correlation(r, 0.25), "difference")
        for r in (1, 4)
    )
    assert one / four == pytest.approx(4 / 1.75)


def test_the_efficient_estimator_is_never_worse_than_its_two_special_cases() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        root = rng.normal(size=(8, 8))
        cov = root @ root.T
        theta, pre = planned_weights((2, 4, 6), (5, 6, 7), 8)
        best = adjusted_variance(theta, pre, (5, 6, 7), cov, "roth-santanna")
        assert best <= adjusted_variance(theta, pre, (5, 6, 7), cov, "callaway-santanna") + 1e-12
        assert best <= adjusted_variance(theta, pre, (5, 6, 7), cov, "difference") + 1e-12


def test_waves_with_one_start_and_a_group_held_back_collapse_to_the_one_shot_change() -> None:
    cov = equal_correlation(6, 0.4)
    waves = planned_weights((3, None), (10, 20), 6)
    shot = planned_weights((3, None), (10, 20), 6, before=1)
    assert adjusted_variance(*waves, (10, 20), cov, "callaway-santanna") == pytest.approx(
        adjusted_variance(*shot, (10, 20), cov, "change")
    )


def test_periods_before_the_lag_do_not_count() -> None:
    theta, _ = planned_weights((1, None), (1, 1), 4, lag=2)
    assert theta[0].tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize("starts", [(None, None), (0,), (9, 12), (2,)])
def test_designs_in_which_nothing_can_be_compared_are_refused(starts: tuple[int | None, ...]) -> None:
    with pytest.raises(DesignError, match="nothing can be compared"):
        planned_weights(starts, [1.0] * len(starts), 5)


def by_least_squares(treated: Floats, cell_variance: float, team_variance: float) -> float:
    """The stepped-wedge variance by brute force: generalised least squares over all cells."""
    teams, periods = treated.shape
    block = cell_variance * np.eye(periods) + team_variance
    precision = np.kron(np.eye(teams), np.linalg.inv(block))
    design = np.column_stack([treated.ravel(), np.tile(np.eye(periods), (teams, 1))])
    return float(np.linalg.inv(design.T @ precision @ design)[0, 0])


def stepped_wedge(steps: int, per_step: int) -> Floats:
    return np.repeat(np.triu(np.ones((steps, steps + 1)), 1), per_step, axis=0)


@pytest.mark.parametrize(("steps", "per_step", "tau2"), [(4, 6, 0.000625), (3, 2, 0.0), (5, 1, 4.0)])
def test_hussey_hughes_equals_generalised_least_squares(steps: int, per_step: int, tau2: float) -> None:
    treated = stepped_wedge(steps, per_step)
    assert hussey_hughes_variance(treated, cell_variance=0.01, team_variance=tau2) == pytest.approx(
        by_least_squares(treated, 0.01, tau2), rel=1e-9
    )


def test_the_setting_of_hussey_and_hughes_has_about_eighty_per_cent_power() -> None:
    # 24 districts in four steps, 100 people a time, 5 % against 3.2 %, between-district sd 0.025: planned for 80 %
    variance = hussey_hughes_variance(stepped_wedge(4, 6), cell_variance=0.041 * 0.959 / 100, team_variance=0.025**2)
    from upshot.impact.power import power_at

    assert power_at(0.018, variance**0.5, float("inf")) == pytest.approx(0.80, abs=0.01)


def test_waves_planned_by_comparisons_see_no_more_than_the_constant_effect_bound() -> None:
    treated = stepped_wedge(4, 6)
    bound = hussey_hughes_variance(treated, cell_variance=1.0, team_variance=0.5)
    sizes = (6, 6, 6, 6)
    theta, pre = planned_weights((1, 2, 3, 4), sizes, 5)
    assert adjusted_variance(theta, pre, sizes, 0.5 + np.eye(5), "roth-santanna") >= bound


@pytest.mark.parametrize("treated", [np.ones((3, 4)), np.zeros((3, 4)), np.tile([0, 1], (4, 1))])
def test_an_effect_that_cannot_be_told_from_the_calendar_is_refused(treated: Floats) -> None:
    with pytest.raises(DesignError, match="calendar"):
        hussey_hughes_variance(treated, cell_variance=1.0, team_variance=1.0)


def test_negative_variances_are_refused() -> None:
    with pytest.raises(DesignError, match="positive"):
        hussey_hughes_variance(stepped_wedge(2, 1), cell_variance=-1.0, team_variance=1.0)
