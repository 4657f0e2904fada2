"""Robust covariances against brute force, written out with whole matrices."""

import numpy as np
import pytest

from upshot.impact.experiment import experiment


def brute_force(x: np.ndarray, y: np.ndarray, cluster: np.ndarray, pick: np.ndarray) -> tuple[float, float, float]:
    """Estimate, CR2 error and Bell & McCaffrey degrees of freedom of pick'β, by their definition."""
    bread = np.linalg.inv(x.T @ x)
    hat = x @ bread @ x.T
    residual = y - hat @ y
    rest = np.eye(len(y)) - hat
    meat, columns = np.zeros(x.shape[1:] * 2), []
    for g in np.unique(cluster):
        inside = np.flatnonzero(cluster == g)
        values, vectors = np.linalg.eigh(rest[np.ix_(inside, inside)])
        correct = vectors / np.sqrt(values) @ vectors.T
        score = x[inside].T @ correct @ residual[inside]
        meat += np.outer(score, score)
        columns.append(rest[:, inside] @ correct @ x[inside] @ bread @ pick)
    spread = np.linalg.eigvalsh(np.column_stack(columns).T @ np.column_stack(columns))
    variance = pick @ bread @ meat @ bread @ pick
    return float(pick @ bread @ x.T @ y), float(np.sqrt(variance)), float(spread.sum() ** 2 / (spread**2).sum())


def interacted(arm: np.ndarray, nuisance: np.ndarray) -> np.ndarray:
    centred = nuisance - nuisance.mean(axis=0)
    d = arm[:, None].astype(float)
    return np.column_stack([np.ones(len(arm)), d, centred, d * centred])


def teams(n_teams: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(n_teams), generator.integers(2, 6, n_teams))
    arm = (cluster % 2).astype(int)
    x = generator.normal(size=len(cluster)) + generator.normal(size=n_teams)[cluster]
    y = x + arm + generator.normal(size=n_teams)[cluster] + generator.normal(size=len(cluster))
    return y, arm, cluster, x


def error_and_df(y: np.ndarray, arm: np.ndarray, **columns: object) -> tuple[float | None, float | None, float]:
    answer = experiment(y, arm, **columns)
    said = next(caution.text for caution in answer.cautions if caution.code == "standard-errors")
    return answer.estimate, answer.std_error, float(said.rsplit(" with ", 1)[1].split(" ")[0])


@pytest.mark.parametrize("adjust", [False, True])
def test_cluster_errors_are_cr2_with_bell_mccaffrey_degrees_of_freedom(adjust: bool) -> None:
    y, arm, cluster, x = teams(14, seed=1)
    design = interacted(arm, x[:, None] if adjust else np.empty((len(y), 0)))
    expected = brute_force(design, y, cluster, np.eye(design.shape[1])[1])
    columns = {"cluster": cluster, **({"covariates": x} if adjust else {})}
    estimate, error, df = error_and_df(y, arm, **columns)
    assert (estimate, error) == pytest.approx(expected[:2], rel=1e-9)
    assert df == pytest.approx(expected[2], abs=0.051)  # printed with one decimal


def test_clusters_inside_blocks_and_clusters_across_arms_match_brute_force() -> None:
    y, _, cluster, x = teams(16, seed=2)
    generator = np.random.default_rng(4)
    arm, block = generator.integers(0, 2, len(y)), (cluster > 7).astype(int)
    design = interacted(arm, np.column_stack([block, x]))
    expected = brute_force(design, y, cluster, np.eye(design.shape[1])[1])
    estimate, error, df = error_and_df(y, arm, cluster=cluster, block=block, covariates=x)
    assert (estimate, error) == pytest.approx(expected[:2], rel=1e-9)
    assert df == pytest.approx(expected[2], abs=0.051)


def test_people_have_hc2_degrees_of_freedom_by_the_same_formula() -> None:
    y, arm, _, x = teams(10, seed=3)
    design = interacted(arm, x[:, None])
    expected = brute_force(design, y, np.arange(len(y)), np.eye(4)[1])
    estimate, error, df = error_and_df(y, arm, covariates=x, robust="HC2")
    assert (estimate, error) == pytest.approx(expected[:2], rel=1e-9)
    assert df == pytest.approx(expected[2], abs=0.051)


def test_with_covariates_the_more_careful_hc3_is_the_default() -> None:
    y, arm, _, x = teams(10, seed=3)
    assert error_and_df(y, arm, covariates=x) == error_and_df(y, arm, covariates=x, robust="HC3")
    assert error_and_df(y, arm) == error_and_df(y, arm, robust="HC2")


def test_a_covariate_seen_once_in_an_arm_leaves_a_finite_error() -> None:
    y, arm, _, _ = teams(20, seed=5)
    rare = np.zeros(len(y))
    rare[np.flatnonzero(arm == 1)[0]] = 1.0
    answer = experiment(y, arm, covariates=rare)
    assert answer.std_error is not None
    assert np.isfinite(answer.std_error)
