"""Simulated power against stated power, design by design, with the engine's own estimators."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from upshot.impact.accumulate import moments_of
from upshot.impact.design import Design
from upshot.impact.methods import METHODS, prepare
from upshot.impact.moments import Cell
from upshot.impact.power import Baseline, Study, assumed_baseline, one_shot, power_at, precision, wave_study

pytestmark = pytest.mark.slow

Floats = npt.NDArray[np.float64]
DRAWS = 1_500
RHO, ICC = 0.5, 0.15


def people_outcomes(rng: np.random.Generator, n: int, periods: int) -> Floats:
    """Unit variance, correlation RHO between any two periods."""
    return np.sqrt(RHO) * rng.normal(size=(n, 1)) + np.sqrt(1 - RHO) * rng.normal(size=(n, periods))


def team_outcomes(rng: np.random.Generator, teams: npt.NDArray[np.int64], periods: int) -> Floats:
    """The same with a share ICC of everything common to a team."""
    own = people_outcomes(rng, teams.size, periods)
    return np.sqrt(ICC) * people_outcomes(rng, int(teams.max()) + 1, periods)[teams] + np.sqrt(1 - ICC) * own


def starts_of(study: Study, units: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Cohort of each unit, in exact shares, shuffled."""
    counts = np.rint(np.array(study.shares) * units).astype(int)
    return rng.permutation(np.repeat(np.arange(counts.size), counts))


def estimate(
    outcome: Floats, cohort: npt.NDArray[np.int64], study: Study, teams: npt.NDArray[np.int64] | None
) -> tuple[float, float]:
    cells = tuple(Cell(None if start is None else start + study.before) for start in study.starts)
    moments = moments_of(outcome, cohort, periods=tuple(range(study.n_periods)), cells=cells, cluster=teams)
    design = Design(estimator=study.estimator, assignment="random")  # type: ignore[arg-type]
    numbers = METHODS[study.estimator](prepare(moments, design), design, False)
    assert numbers.estimate is not None
    assert numbers.std_error is not None
    return numbers.estimate, numbers.std_error


def simulate(
    study: Study, units: int, effect: float, *, size: int | npt.NDArray[np.int64] = 1, seed: int = 1
) -> tuple[float, float]:
    """Share of draws in which the effect is seen, and the spread of the estimates."""
    rng = np.random.default_rng(seed)
    alone = isinstance(size, int) and size == 1
    teams = np.repeat(np.arange(units), size)
    df = units - len(study.starts) - (study.estimator == "roth-santanna")
    critical = stats.t.ppf((1 + study.level) / 2, df)
    found = np.empty((DRAWS, 2))
    for draw in range(DRAWS):
        outcome = people_outcomes(rng, units, study.n_periods) if alone else team_outcomes(rng, teams, study.n_periods)
        cohort = starts_of(study, units, rng)[teams]
        first = np.array([np.inf if start is None else start + study.before for start in study.starts])[cohort]
        outcome += effect * (np.arange(study.n_periods) >= first[:, None])
        found[draw] = estimate(outcome, cohort, study, None if alone else teams)
    seen = np.abs(found[:, 0]) > critical * found[:, 1]
    return float(seen.mean()), float(found[:, 0].std(ddof=1))


def check(baseline: Baseline, study: Study, units: int, *, size: int | npt.NDArray[np.int64] = 1) -> None:
    stated = precision(baseline, study)
    power, spread = simulate(study, units, stated.smallest_effect, size=size)
    # three Monte Carlo standard errors: 3 sqrt(0.8 * 0.2 / 1500) = 0.031 of a share, 3 / sqrt(3000) of a spread
    assert power == pytest.approx(0.8, abs=0.031)
    assert spread == pytest.approx(stated.std_error, rel=0.055)


@pytest.mark.parametrize("estimator", ["callaway-santanna", "roth-santanna"])
def test_three_waves_of_people_see_what_is_stated(estimator: str) -> None:
    units = 150
    baseline = assumed_baseline(units, mean=0, std_dev=1, autocorrelation=RHO, n_periods=2)
    check(baseline, wave_study(3, gap=2, before=2, estimator=estimator), units)  # type: ignore[arg-type]


@pytest.mark.parametrize("estimator", ["callaway-santanna", "roth-santanna"])
def test_four_waves_of_teams_with_a_group_held_back_see_what_is_stated(estimator: str) -> None:
    units, size = 100, 6
    baseline = assumed_baseline(units, mean=0, std_dev=1, autocorrelation=RHO, n_periods=2, icc=ICC, team_size=size)
    check(baseline, wave_study(4, gap=1, before=2, held_back=0.2, estimator=estimator), units, size=size)  # type: ignore[arg-type]


def test_waves_of_unequal_teams_see_what_is_stated() -> None:
    units = 120
    size = np.tile([2, 4, 6, 8, 10, 12], units // 6)
    baseline = assumed_baseline(
        units,
        mean=0,
        std_dev=1,
        autocorrelation=RHO,
        n_periods=2,
        icc=ICC,
        team_size=size.mean(),
        size_cv=size.std() / size.mean(),
    )
    check(baseline, wave_study(3, gap=1, before=2), units, size=size)


def ancova(outcome: Floats, treated: npt.NDArray[np.bool_], before: int) -> tuple[float, float]:
    pre, post = outcome[:, :before].mean(axis=1), outcome[:, before:].mean(axis=1)
    design = np.column_stack([treated, np.ones(treated.size), pre])
    beta, rss, *_ = np.linalg.lstsq(design, post, rcond=None)
    variance = rss[0] / (treated.size - 3) * np.linalg.inv(design.T @ design)[0, 0]
    return float(beta[0]), float(np.sqrt(variance))


@pytest.mark.parametrize(("units", "size"), [(60, 1), (40, 5)])
def test_a_one_shot_experiment_with_ancova_sees_what_is_stated(units: int, size: int) -> None:
    study = one_shot(before=3, after=2)
    baseline = assumed_baseline(
        units, mean=0, std_dev=1, autocorrelation=RHO, n_periods=2, icc=ICC if size > 1 else 0, team_size=size
    )
    stated = precision(baseline, study)
    rng = np.random.default_rng(3)
    teams, draws, seen = np.repeat(np.arange(units), size), 4_000, 0
    for _ in range(draws):
        rows = people_outcomes(rng, units, 5) if size == 1 else team_outcomes(rng, teams, 5)
        means = np.stack([np.bincount(teams, weights=column) / size for column in rows.T], axis=1)
        treated = rng.permutation(units) < units // 2
        means[:, 3:] += stated.smallest_effect * treated[:, None]
        effect, error = ancova(means, treated, 3)
        seen += abs(effect) > stats.t.ppf(0.975, units - 3) * error
    # planning leaves out the price of the fitted slope, a factor 1 + 1 / (units - 4) of the variance: up to one point
    assert seen / draws == pytest.approx(power_at(stated.smallest_effect, stated.std_error, units - 3), abs=0.03)


def test_no_effect_is_seen_as_often_as_the_level_says() -> None:
    study = wave_study(3, gap=2, before=2)
    power, _ = simulate(study, 150, 0.0, seed=9)
    assert power == pytest.approx(0.05, abs=3 * (0.05 * 0.95 / DRAWS) ** 0.5)
