"""The wild cluster bootstrap against the definition, row by row."""

from itertools import product

import numpy as np
import pytest
import statsmodels.api as sm

from upshot.errors import DesignError
from upshot.impact.inference import wild_cluster_bootstrap


def clustered(n_clusters: int = 8, seed: int = 0, effect: float = 0.0) -> tuple[np.ndarray, ...]:
    generator = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(n_clusters), generator.integers(3, 9, n_clusters))
    x = (cluster % 2).astype(float)
    control = generator.normal(size=len(cluster))
    noise = generator.normal(size=n_clusters)[cluster] + generator.normal(size=len(cluster))
    return effect * x + control + noise, x, cluster, control


def by_definition(y: np.ndarray, x: np.ndarray, cluster: np.ndarray, control: np.ndarray, null: float) -> float:
    """P-value with every sign pattern: fit, flip restricted residuals, fit again."""
    full = np.column_stack([x, np.ones(len(y)), control])
    rest = full[:, 1:]

    def t_of(outcome: np.ndarray, value: float) -> float:
        bread = np.linalg.inv(full.T @ full)
        beta = bread @ full.T @ outcome
        residual = outcome - full @ beta
        scores = np.array([full[cluster == g].T @ residual[cluster == g] for g in np.unique(cluster)])
        return float((beta[0] - value) / np.sqrt((bread @ scores.T @ scores @ bread)[0, 0]))

    moved = y - null * x
    fitted = rest @ np.linalg.lstsq(rest, moved, rcond=None)[0]
    observed = abs(t_of(y, null))
    drawn = [
        abs(t_of(null * x + fitted + np.array(sign)[cluster] * (moved - fitted), null))
        for sign in product((1.0, -1.0), repeat=int(cluster.max()) + 1)
    ]
    return float(np.mean(np.array(drawn) >= observed * (1 - 1e-9)))


@pytest.mark.parametrize("null", [0.0, 0.7])
def test_counted_out_signs_give_the_p_value_of_the_definition(null: float) -> None:
    y, x, cluster, control = clustered(6)
    found = wild_cluster_bootstrap(
        y, x, cluster, controls=control[:, None], null=null, multipliers="rademacher", seed=1
    )
    assert found.exact
    assert found.draws == 64
    assert found.p_value == pytest.approx(by_definition(y, x, cluster, control, null))


def test_estimate_and_error_are_least_squares_with_cluster_errors() -> None:
    y, x, cluster, control = clustered(20)
    live = sm.OLS(y, np.column_stack([np.ones(len(y)), x, control])).fit(
        cov_type="cluster", cov_kwds={"groups": cluster}
    )
    found = wild_cluster_bootstrap(y, x, cluster, controls=control[:, None], draws=99, seed=1)
    assert found.estimate == pytest.approx(live.params[1], rel=1e-10)
    assert found.std_error == pytest.approx(live.bse[1], rel=1e-10)
    assert found.multipliers == "rademacher"


def test_the_interval_ends_where_the_test_begins_to_reject() -> None:
    y, x, cluster, control = clustered(10, effect=2.0)
    found = wild_cluster_bootstrap(y, x, cluster, controls=control[:, None], draws=1999, seed=1)
    assert found.multipliers == "webb"
    assert found.conf_low is not None
    assert found.conf_high is not None
    assert found.conf_low < found.estimate < found.conf_high
    for end, out in ((found.conf_low, -1), (found.conf_high, 1)):
        p_in, p_out = (
            wild_cluster_bootstrap(
                y, x, cluster, controls=control[:, None], null=end + side * out * 1e-6, draws=1999, seed=1
            ).p_value
            for side in (-1, 1)
        )
        assert p_in > 0.05 >= p_out


def test_weights_scale_and_shift_leave_the_test_alone() -> None:
    y, x, cluster, _ = clustered(9, effect=1.0)
    w = np.random.default_rng(1).random(len(y)) + 0.5
    one = wild_cluster_bootstrap(y, x, cluster, weights=w, draws=499, seed=3)
    two = wild_cluster_bootstrap(1e6 * y + 1e9, x, cluster, weights=7 * w, draws=499, seed=3)
    assert two.p_value == one.p_value
    assert two.estimate == pytest.approx(1e6 * one.estimate, rel=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        {"cluster": np.zeros(6)},
        {"regressor": np.ones(6)},
        {"outcome": np.full(6, np.nan)},
        {"multipliers": "normal"},
        {"draws": 0},
    ],
)
def test_what_cannot_be_bootstrapped_is_refused(change: dict[str, object]) -> None:
    given = {
        "outcome": np.arange(6.0), "regressor": np.arange(6) % 2, "cluster": np.arange(6) // 2, "seed": 1, **change
    }  # fmt: skip
    with pytest.raises(DesignError):
        wild_cluster_bootstrap(**given)


@pytest.mark.slow
def test_size_with_eight_clusters_is_near_nominal() -> None:
    rejected = []
    for s in range(1500):
        y, x, cluster, _ = clustered(8, seed=s)
        rejected.append(wild_cluster_bootstrap(y, x, cluster, draws=399, seed=s).p_value <= 0.05)
    assert 0.03 <= np.mean(rejected) <= 0.075  # Monte Carlo error 0.006; Webb weights with 4 against 4
