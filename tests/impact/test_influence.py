"""The one variance formula against each unit's own influence, and what it must not depend on."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.impact.builders import Panel, a_panel, as_ratio, brute_force_error, in_teams, with_leavers, with_weights

from upshot.impact.aggregate import aggregate
from upshot.impact.design import Aggregation, Design
from upshot.impact.influence import cell_means, covariance, variances
from upshot.impact.methods import prepare
from upshot.impact.moments import Moments

SHAPES = {
    "plain": lambda panel: panel,
    "leavers": with_leavers,
    "weights": with_weights,
    "ratio": as_ratio,
    "teams": in_teams,
    "ratio-teams": lambda panel: in_teams(as_ratio(panel)),
    "weighted-leavers-teams": lambda panel: in_teams(with_weights(with_leavers(panel))),
}


def overall(moments: Moments, aggregation: Aggregation = "event") -> tuple[float, float]:
    panel = prepare(moments, Design(aggregation=aggregation))
    found = aggregate(panel.effects, panel.ready.moments, panel.means, Design(aggregation=aggregation)).overall
    assert found is not None
    return float(found.estimate[0]), float(np.sqrt(variances(panel.ready.moments, panel.means, found)[0]))


@pytest.mark.parametrize("shape", SHAPES)
def test_standard_errors_equal_brute_force_influence(shape: str) -> None:
    """Weighing each unit a little more and less; central differences of step 1e-4 are good to 1e-6."""
    panel: Panel = SHAPES[shape](a_panel(people=36, periods=4, starts=(2, 3, np.inf)))
    wanted = brute_force_error(lambda moments: overall(moments)[0], panel)
    assert overall(panel.moments())[1] == pytest.approx(wanted, rel=1e-6)


def test_a_ratio_has_the_textbook_delta_method_variance() -> None:
    """Var(num/den) = sum (num - R den)^2 / (sum den)^2 for each cell mean."""
    panel = as_ratio(a_panel(people=80, periods=3, starts=(3, np.inf)))
    moments = panel.moments()
    prepared = prepare(moments, Design())
    (row,) = np.flatnonzero(prepared.effects.event_time == 0)
    found = variances(prepared.ready.moments, prepared.means, prepared.effects.linear.take([row]))[0]
    total = 0.0
    for started in (True, False):
        mine = np.isfinite(panel.start) == started
        num, den = panel.y[mine], panel.den[mine]  # type: ignore[index]
        residual = (num - den * num.sum(axis=0) / den.sum(axis=0)) / den.sum(axis=0)
        total += ((residual[:, 2] - residual[:, 1]) ** 2).sum()
    assert found == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_variances_are_the_diagonal_of_the_covariance(shape: str) -> None:
    panel = prepare(SHAPES[shape](a_panel(people=90)).moments(), Design())
    full = covariance(panel.ready.moments, panel.means, panel.effects.linear)
    np.testing.assert_allclose(np.diag(full), variances(panel.ready.moments, panel.means, panel.effects.linear))
    assert np.linalg.eigvalsh(full).min() > -1e-12 * np.trace(full)


def test_teams_of_one_give_the_errors_of_people() -> None:
    panel = a_panel(people=80)
    assert overall(in_teams(panel, size=1).moments()) == pytest.approx(overall(panel.moments()), rel=1e-12)


def test_there_is_no_small_sample_factor_for_teams() -> None:
    """Every person twice, in teams of two: the same influence, half the units, the same error."""
    panel = a_panel(people=60)
    twice = replace(
        panel, y=np.repeat(panel.y, 2, axis=0), start=np.repeat(panel.start, 2), cluster=np.repeat(np.arange(60), 2)
    )
    assert overall(twice.moments()) == pytest.approx(overall(panel.moments()), rel=1e-12)


def test_equal_weights_change_nothing() -> None:
    panel = a_panel(people=60)
    assert overall(replace(panel, weight=np.full(60, 3.0)).moments()) == pytest.approx(
        overall(panel.moments()), rel=1e-12
    )


@settings(max_examples=20, deadline=None)
@given(
    level=st.sampled_from([0.0, -5.0, 1e3, 1e6]),
    scale=st.sampled_from([1e-6, 1.0, 1e6, 1e9]),
    shape=st.sampled_from(["plain", "weights", "leavers", "teams"]),
)
def test_shifting_and_scaling_outcomes_shifts_nothing_and_scales_all(level: float, scale: float, shape: str) -> None:
    panel = a_panel(people=60, periods=4)
    moved: Panel = SHAPES[shape](replace(panel, y=scale * (panel.y + level)))
    wanted = [scale * value for value in overall(SHAPES[shape](panel).moments())]
    found = overall(moved.moments(shift=scale * level))
    assert found == pytest.approx(tuple(wanted), rel=1e-12 + 1e-14 * abs(level) * 10)


@pytest.mark.parametrize("shape", ["plain", "weights", "leavers", "teams"])
def test_outcomes_around_a_billion_keep_their_standard_errors(shape: str) -> None:
    """Doubles near 1e9 are 1e-7 apart: that rounding of the data is all that may show."""
    panel = a_panel(people=60, periods=4)
    moved = SHAPES[shape](replace(panel, y=panel.y + 1e9))
    assert overall(moved.moments(shift=1e9)) == pytest.approx(overall(SHAPES[shape](panel).moments()), rel=1e-5)


def test_cell_means_are_means_of_those_seen() -> None:
    panel = with_leavers(a_panel(people=60, periods=4))
    moments = panel.moments()
    means = cell_means(moments)
    for row, cell in enumerate(moments.cells):
        mine = panel.start == (np.inf if cell.cohort is None else cell.cohort)
        den = panel.den[mine]  # type: ignore[index]
        np.testing.assert_allclose(means.den[row], den.sum(axis=0))
        np.testing.assert_allclose(means.mean[row], panel.y[mine].sum(axis=0) / den.sum(axis=0))
        assert means.size[row] == means.people[row] == mine.sum()


@pytest.mark.slow
def test_intervals_of_a_ratio_cover_its_true_effect() -> None:
    """2,000 draws of a conversion rate with an effect of 0.05; 95 % +- 1.5 (three Monte Carlo errors)."""
    rng, hits, draws = np.random.default_rng(1), 0, 2000
    start = np.repeat([3.0, np.inf], 100)
    for _ in range(draws):
        den = rng.poisson(8, (200, 3)).astype(float) + 1
        rate = np.clip(rng.normal(0.4, 0.08, (200, 1)), 0.05, 0.9) + 0.05 * (np.arange(1, 4) >= start[:, None])
        panel = Panel(y=rng.binomial(den.astype(int), rate).astype(float), start=start, periods=(1, 2, 3), den=den)
        value, error = overall(panel.moments(), "simple")
        hits += abs(value - 0.05) <= 1.96 * error
    assert abs(hits / draws - 0.95) < 0.015
