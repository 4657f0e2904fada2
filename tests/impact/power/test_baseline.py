"""Baselines from moments: variances by brute force, intra-class correlation, and what is refused."""

import numpy as np
import numpy.typing as npt
import pytest

from upshot.errors import DesignError, InputError
from upshot.impact.accumulate import moments_of
from upshot.impact.moments import Cell, merge
from upshot.impact.power import (
    assumed_baseline,
    baseline_from_moments,
    baseline_profile,
    binary_baseline,
    person_baseline,
    ratio_baseline,
    team_baseline,
)

Floats = npt.NDArray[np.float64]


def a_panel(n_teams: int = 40, size: int = 8, *, spread: float = 0.5, seed: int = 1) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    teams = np.repeat(np.arange(n_teams), size)
    level = rng.normal(size=(n_teams, 1))[teams] * spread
    return level + rng.normal(size=(teams.size, 1)) + rng.normal(size=(teams.size, 5)) + 10, teams


def team_vectors(outcome: Floats, teams: Floats) -> Floats:
    sizes = np.bincount(teams.astype(int))
    sums = np.stack([np.bincount(teams.astype(int), weights=column) for column in outcome.T], axis=1)
    return np.column_stack([sizes, sums])


def anova_icc(values: Floats, teams: Floats) -> float:
    labels = np.unique(teams)
    size = values.size / labels.size
    means = np.array([values[teams == label].mean() for label in labels])
    between = size * ((means - values.mean()) ** 2).sum() / (labels.size - 1)
    within = sum(((values[teams == label] - mean) ** 2).sum() for label, mean in zip(labels, means, strict=True))
    within /= values.size - labels.size
    return float((between - within) / (between + (size - 1) * within))


def test_people_keep_their_own_covariance() -> None:
    outcome, _ = a_panel()
    found = person_baseline(len(outcome), outcome.mean(axis=0), np.cov(outcome, rowvar=False))
    np.testing.assert_allclose(found.covariance, np.cov(outcome, rowvar=False))
    assert found.std_dev == pytest.approx(np.sqrt(outcome.var(axis=0, ddof=1).mean()))


def test_with_equal_teams_the_intra_class_correlation_is_that_of_the_analysis_of_variance() -> None:
    outcome, teams = a_panel()
    vectors = team_vectors(outcome[:, :1], teams)
    found = team_baseline(
        40, vectors.mean(axis=0), np.cov(vectors, rowvar=False), person_variance=float(outcome[:, 0].var(ddof=1))
    )
    assert found.icc == pytest.approx(anova_icc(outcome[:, 0], teams), rel=1e-10)


def test_with_unequal_teams_the_intra_class_correlation_is_right_on_average() -> None:
    rng = np.random.default_rng(5)
    found = []
    for _ in range(60):
        teams = np.repeat(np.arange(60), rng.integers(2, 20, 60))
        outcome = (rng.normal(size=60)[teams] * 0.5 + rng.normal(size=teams.size))[:, None]
        found.append(baseline_profile(outcome, teams).icc)
    # true value 0.2; standard error of the mean of 60 panels about 0.006
    assert np.mean(np.array(found, dtype=float)) == pytest.approx(0.2, abs=0.025)


def test_equal_teams_without_likeness_have_the_variance_of_their_people() -> None:
    found = assumed_baseline(30, mean=0, std_dev=2, icc=0, team_size=10)
    assert found.variance == pytest.approx(4 / 10)


def test_unequal_team_sizes_raise_the_design_effect_as_eldridge_says() -> None:
    found = assumed_baseline(30, mean=0, std_dev=1, icc=0.05, team_size=46, size_cv=0.65)
    assert found.variance * 46 == pytest.approx(1 + ((0.65**2 + 1) * 46 - 1) * 0.05)


def test_measured_team_noise_agrees_with_the_design_effect() -> None:
    rng = np.random.default_rng(2)
    sizes = rng.integers(3, 18, 4000)
    teams = np.repeat(np.arange(4000), sizes)
    outcome = (rng.normal(size=4000)[teams] * 0.5 + rng.normal(size=teams.size))[:, None]
    measured = baseline_profile(outcome, teams).teams
    assert measured is not None
    assumed = assumed_baseline(
        4000, mean=0, std_dev=1.25**0.5, icc=0.2, team_size=sizes.mean(), size_cv=sizes.std() / sizes.mean()
    )
    assert measured.variance == pytest.approx(assumed.variance, rel=0.05)  # sd of a variance of 4,000: about 2 %


def test_a_ratio_is_linearised_by_the_delta_method() -> None:
    rng = np.random.default_rng(4)
    den = rng.integers(1, 9, size=(500, 2)).astype(float)
    num = rng.binomial(den.astype(int), 0.3).astype(float)
    vector = np.hstack([den, num])
    found = ratio_baseline(500, vector.mean(axis=0), np.cov(vector, rowvar=False))
    ratio = num.sum(axis=0) / den.sum(axis=0)
    influence = (num - ratio * den) / den.mean(axis=0)
    np.testing.assert_allclose(found.covariance, np.cov(influence, rowvar=False), rtol=1e-10)
    np.testing.assert_allclose(found.mean, ratio)


def test_a_yes_or_no_outcome_has_the_variance_of_its_share() -> None:
    assert binary_baseline(100, 0.2).variance == pytest.approx(0.16)


def test_gaps_count_as_less_information() -> None:
    outcome, _ = a_panel(n_teams=200)
    holes = outcome.copy()
    holes[np.random.default_rng(0).random(holes.shape) < 0.5] = np.nan
    full, half = baseline_profile(outcome), baseline_profile(holes)
    assert half.missing == pytest.approx(0.5, abs=0.02)
    assert half.people.variance == pytest.approx(2 * full.people.variance, rel=0.1)


@pytest.mark.parametrize("shift", [0.0, 10.0])
def test_the_engines_moments_give_the_same_baseline_as_the_rows(shift: float) -> None:
    outcome, teams = a_panel()
    zero = np.zeros(len(outcome), dtype=int)
    common = {"periods": (1, 2, 3, 4, 5), "cells": (Cell(None),), "shift": shift}
    halves = [
        moments_of(outcome[part], zero[part], **common, cluster=teams[part])  # type: ignore[arg-type]
        for part in (slice(0, 160), slice(160, None))
    ]
    rows = baseline_profile(outcome, teams)
    assert rows.teams is not None
    people = baseline_from_moments(moments_of(outcome, zero, **common))  # type: ignore[arg-type]
    clusters = baseline_from_moments(merge(halves), person_variance=people.variance)
    np.testing.assert_allclose(people.covariance, rows.people.covariance, rtol=1e-9)
    np.testing.assert_allclose(clusters.covariance, rows.teams.covariance, rtol=1e-9)
    np.testing.assert_allclose(clusters.mean, rows.teams.mean)
    assert clusters.icc == pytest.approx(rows.icc)


def test_the_engines_moments_of_leavers_give_the_same_baseline_as_the_rows() -> None:
    outcome, _ = a_panel()
    holes = outcome.copy()
    holes[::3, 3:] = np.nan
    present = ~np.isnan(holes)
    moments = moments_of(
        np.where(present, holes - 10, 0.0),
        np.zeros(len(holes), dtype=int),
        periods=(1, 2, 3, 4, 5),
        cells=(Cell(None),),
        den=present.astype(float),
    )
    found = baseline_from_moments(moments)
    np.testing.assert_allclose(found.covariance, baseline_profile(holes).people.covariance, rtol=1e-9)


def test_moments_of_several_cells_are_to_be_pooled_first() -> None:
    outcome, _ = a_panel()
    cell = np.arange(len(outcome)) % 2
    moments = moments_of(outcome, cell, periods=(1, 2, 3, 4, 5), cells=(Cell(3), Cell(None)))
    with pytest.raises(DesignError, match="pool"):
        baseline_from_moments(moments)


def test_a_negative_intra_class_correlation_is_kept_and_counted_as_zero() -> None:
    teams = np.repeat(np.arange(50), 4)
    outcome = np.tile([-3.0, -1.0, 1.0, 3.0], 50)[:, None] + np.random.default_rng(0).normal(size=(200, 1)) * 0.1
    found = baseline_profile(outcome, teams)
    assert found.icc is not None
    assert found.icc < 0
    assert found.teams is not None
    assert found.teams.variance == pytest.approx(found.people.variance / 4, rel=1e-9)
    assert "negative-icc" in {caution.code for caution in found.cautions}


@pytest.mark.parametrize(
    ("n", "mean", "cov", "code"),
    [
        (1, [1.0], [[1.0]], "too-few-units"),
        (9, [1.0], [[0.0]], "no-variance"),
        (9, [1.0, 2.0], [[1.0]], "wrong-shape"),
        (9, [np.nan], [[1.0]], "not-finite"),
    ],
)
def test_what_holds_no_noise_is_refused_by_name(n: int, mean: Floats, cov: Floats, code: str) -> None:
    with pytest.raises(InputError) as caught:
        person_baseline(n, mean, cov)
    assert code in {problem.code for problem in caught.value.problems}


def test_all_wrong_assumptions_are_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        assumed_baseline(1, mean=0, std_dev=-1, icc=2, team_size=0.5, size_cv=-1, n_periods=3)
    assert len(caught.value.problems) == 6


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_share_of_nought_or_one_is_refused(share: float) -> None:
    with pytest.raises(InputError, match="no variance"):
        binary_baseline(10, share)


def test_an_empty_denominator_is_refused() -> None:
    with pytest.raises(InputError, match="denominator"):
        ratio_baseline(5, [0.0, 1.0], np.eye(2))
