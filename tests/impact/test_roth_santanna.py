"""Roth & Sant'Anna: contrasts by hand, collapse to simpler designs, teams, and waves of one."""

from dataclasses import replace

import numpy as np
import pytest
from tests.impact.builders import Panel, a_panel, in_teams, with_leavers, with_weights

from upshot.errors import DesignError
from upshot.impact.roth_santanna import cohorts_of, combine, efficient, event_times, weights_for


def test_cohorts_hold_means_and_sample_covariances() -> None:
    panel = a_panel(people=60, periods=4)
    found = cohorts_of(panel.moments())
    for row, start in enumerate(found.start):
        mine = panel.y[panel.start == start]
        assert found.count[row] == len(mine)
        np.testing.assert_allclose(found.mean[row], mine.mean(axis=0), atol=1e-12)
        np.testing.assert_allclose(found.spread[row], np.cov(mine.T), atol=1e-12)


@pytest.mark.parametrize("aggregation", ["simple", "event", "group", "calendar"])
def test_contrasts_equal_the_sum_over_pairs(aggregation: str) -> None:
    cohorts = cohorts_of(a_panel(starts=(3, 5, 6, np.inf)).moments())
    labels, weights = weights_for(cohorts, aggregation)  # type: ignore[arg-type]
    chosen: dict[float, list[tuple[int, int, float]]] = {}
    for g, start in enumerate(cohorts.start[:-1]):
        for t, time in enumerate(cohorts.times):
            if start <= time < cohorts.start[-1]:
                key = {"simple": 0.0, "event": time - start, "group": start, "calendar": time}[aggregation]
                chosen.setdefault(key, []).append((g, t, 1.0 if aggregation == "group" else cohorts.size[g]))
    assert labels == sorted(chosen)
    for row, label in enumerate(labels):
        effect = np.zeros_like(cohorts.mean)
        before = np.zeros_like(cohorts.mean)
        total = sum(weight for *_, weight in chosen[label])
        for g, t, weight in chosen[label]:
            controls = cohorts.size * (cohorts.start > cohorts.times[t])
            b = int((cohorts.times < cohorts.start[g]).sum()) - 1
            for table, column in ((effect, t), (before, b)):
                table[g, column] += weight / total
                table[:, column] -= weight / total * controls / controls.sum()
        np.testing.assert_allclose(weights.effect[row], effect, atol=1e-14)
        np.testing.assert_allclose(weights.before[row], before, atol=1e-14)


def test_the_slope_minimises_the_neyman_variance() -> None:
    cohorts = cohorts_of(a_panel().moments())
    _, weights = weights_for(cohorts, "simple")
    found = efficient(cohorts, weights)
    for slope in (found.slope[0] - 0.1, found.slope[0] + 0.1, 0.0, 1.0):
        fixed = replace(weights, effect=weights.effect - slope * weights.before, before=0 * weights.before)
        assert efficient(cohorts, fixed).covariance_neyman[0, 0] >= found.covariance_neyman[0, 0]


def test_the_refined_error_is_never_above_neymans() -> None:
    for seed in range(5):
        cohorts = cohorts_of(a_panel(seed=seed).moments())
        found = efficient(cohorts, weights_for(cohorts, "event")[1])
        assert (np.diag(found.covariance) <= np.diag(found.covariance_neyman) + 1e-15).all()


def test_one_pre_period_and_one_wave_is_regression_on_the_pre_period() -> None:
    """The plug-in slope pools both groups' slopes, as in Lin (2013)."""
    panel = a_panel(starts=(2, np.inf), periods=2, people=300)
    cohorts = cohorts_of(panel.moments())
    found = efficient(cohorts, weights_for(cohorts, "simple")[1])
    one, rest = (panel.y[panel.start == start] for start in (2, np.inf))
    covariances = [np.cov(group.T) / len(group) for group in (one, rest)]
    slope = sum(c[0, 1] for c in covariances) / sum(c[0, 0] for c in covariances)
    gap = one.mean(axis=0) - rest.mean(axis=0)
    assert found.slope[0] == pytest.approx(slope)
    assert found.estimate[0] == pytest.approx(gap[1] - slope * gap[0])


def test_combined_terms_are_the_average_contrast() -> None:
    cohorts = cohorts_of(a_panel().moments())
    labels, weights = weights_for(cohorts, "event")
    assert labels == event_times(cohorts)
    shares = np.full(len(labels), 1 / len(labels))
    np.testing.assert_allclose(combine(weights, shares).effect[0], weights.effect.mean(axis=0))


def test_waves_of_one_are_left_out_and_said() -> None:
    panel = a_panel()
    panel.start[0] = 4
    found = cohorts_of(panel.moments())
    assert 4 not in found.start
    assert [caution.code for caution in found.cautions] == ["single-unit-wave-dropped"]


def test_teams_that_cut_across_waves_are_refused() -> None:
    with pytest.raises(DesignError, match="not drawn by cluster"):
        cohorts_of(in_teams(a_panel()).moments())


def test_a_wave_nobody_of_which_is_seen_in_a_period_is_refused() -> None:
    panel = with_leavers(a_panel())
    den = np.where((panel.start == 3)[:, None], np.arange(7)[None, :] < 5, panel.den)
    with pytest.raises(DesignError, match="some are unseen"):
        cohorts_of(replace(panel, den=den.astype(float), y=panel.y * den).moments())


@pytest.mark.parametrize("shape", [with_weights, with_leavers])
def test_the_spread_with_weights_or_leavers_is_that_of_residuals(shape: object) -> None:
    panel: Panel = shape(a_panel(people=60, periods=4))  # type: ignore[operator]
    found = cohorts_of(panel.moments())
    mine = panel.start == found.start[0]
    den = np.ones_like(panel.y) if panel.den is None else panel.den
    den = den * (1.0 if panel.weight is None else panel.weight[:, None])
    rows = den[mine] * (panel.y[mine] - found.mean[0]) / den[mine].mean(axis=0)
    np.testing.assert_allclose(found.spread[0], np.cov(rows.T), atol=1e-12)
