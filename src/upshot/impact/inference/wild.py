"""Wild cluster restricted bootstrap of one coefficient, from cluster sums alone, with its inverted interval."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError

__all__ = ["WildBootstrap", "wild_cluster_bootstrap"]

Floats = npt.NDArray[np.float64]
Multipliers = Literal["webb", "rademacher"]

_WEBB_UP_TO = 12
_FARTHEST = 200.0
_STEPS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class WildBootstrap:
    """What the wild cluster bootstrap says of one coefficient.

    Parameters
    ----------
    estimate, std_error
        Least squares and its cluster-robust standard error (CR1).
    statistic, p_value
        t-statistic and two-sided bootstrap p-value of ``null``.
    conf_low, conf_high
        Values the test does not reject; an end not found within 200 standard errors is absent.
    n_clusters, draws, multipliers, exact
        How it was drawn; ``exact`` when every sign pattern was counted out.
    """

    estimate: float
    std_error: float
    statistic: float
    p_value: float
    conf_low: float | None
    conf_high: float | None
    n_clusters: int
    draws: int
    multipliers: Multipliers
    exact: bool


@dataclass(frozen=True, slots=True)
class _Sums:
    """Cluster score contributions before the multipliers, affine in the null: outcome and regressor parts."""

    estimate: float
    spread: float
    scores: Floats
    outcome: Floats
    regressor: Floats
    factor: float


def wild_cluster_bootstrap(
    outcome: npt.ArrayLike,
    regressor: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    controls: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    null: float = 0.0,
    multipliers: Multipliers | None = None,
    draws: int = 9999,
    seed: int,
    level: float = 0.95,
) -> WildBootstrap:
    """Bootstrap the t-statistic with the null imposed (WCR), clusters kept whole.

    Cameron, Gelbach & Miller (2008); the cluster-sum algebra follows MacKinnon, Nielsen & Webb
    (2023). Few *treated* clusters (one or two) make it far too cautious or too bold: read
    `randomisation_test` beside it.

    Parameters
    ----------
    outcome, regressor
        Shape (n,), finite.
    cluster
        Labels, shape (n,).
    controls
        Further regressors, shape (n, k); a constant is always included.
    weights
        Sampling weights above 0, shape (n,).
    null
        The coefficient under the null.
    multipliers
        ``webb`` (six points; the default up to 12 clusters) or ``rademacher`` (two points, counted
        out when there are no more than ``draws`` patterns).
    draws, seed, level
        Draws, their seed, and the confidence level of the inverted interval.

    Raises
    ------
    DesignError
        If there are fewer than two clusters, the regressor does not vary beyond the controls, a
        value is not finite, or ``multipliers`` is unknown.
    """
    y, x, group, others = _columns(outcome, regressor, cluster, controls, weights)
    n_clusters = int(group.max()) + 1
    kind = multipliers or ("webb" if n_clusters <= _WEBB_UP_TO else "rademacher")
    if kind not in get_args(Multipliers) or draws < 1 or not 0 < level < 1 or n_clusters < 2:
        raise DesignError(
            "wild_cluster_bootstrap needs at least 2 clusters, draws >= 1, a level between 0 and 1, and multipliers "
            f"webb or rademacher. Got {n_clusters} clusters, draws {draws}, level {level}, multipliers {kind!r}."
        )
    sums = _cluster_sums(y, x, group, others)
    v, exact = _multipliers(kind, n_clusters, draws, seed)
    from_outcome, from_regressor = sums.outcome @ v, sums.regressor @ v

    def p_of(value: float) -> float:
        scores = from_outcome - value * from_regressor
        return _p_value(sums, value, scores, exact=exact)

    std_error = float(np.sqrt(sums.factor * (sums.scores**2).sum())) / sums.spread
    low, high = (_end(p_of, sums.estimate, sign * std_error, 1 - level) for sign in (-1, 1))
    return WildBootstrap(
        estimate=sums.estimate,
        std_error=std_error,
        statistic=(sums.estimate - null) / std_error if std_error > 0 else 0.0,
        p_value=p_of(null),
        conf_low=low,
        conf_high=high,
        n_clusters=n_clusters,
        draws=v.shape[1],
        multipliers=kind,
        exact=exact,
    )


def _columns(
    outcome: npt.ArrayLike,
    regressor: npt.ArrayLike,
    cluster: npt.ArrayLike,
    controls: npt.ArrayLike | None,
    weights: npt.ArrayLike | None,
) -> tuple[Floats, Floats, npt.NDArray[np.int64], Floats]:
    y, x = np.asarray(outcome, float), np.asarray(regressor, float)
    constant = np.ones((y.size, 1))
    others = constant if controls is None else np.column_stack([constant, np.asarray(controls, float)])
    root = np.sqrt(np.ones(y.size) if weights is None else np.asarray(weights, float))
    if not all(np.isfinite(values).all() for values in (y, x, others, root)):
        raise DesignError("The wild cluster bootstrap needs finite numbers in every row and weights above 0.")
    group = np.unique(np.asarray(cluster), return_inverse=True)[1].reshape(-1)
    centre = float(np.average(y, weights=root**2))
    return root * (y - centre), root * x, group.astype(np.int64), root[:, None] * others


def _cluster_sums(y: Floats, x: Floats, group: npt.NDArray[np.int64], others: Floats) -> _Sums:
    basis = _orthonormal(others)
    rest_x, rest_y = x - basis @ (basis.T @ x), y - basis @ (basis.T @ y)
    spread = float(rest_x @ rest_x)
    if spread <= 1e-12 * float(x @ x):
        raise DesignError("The regressor does not vary once the controls are taken out.")
    estimate = float(rest_x @ rest_y) / spread
    full = np.column_stack([basis, rest_x / np.sqrt(spread)])
    n_clusters, n = int(group.max()) + 1, y.size
    factor = n_clusters / (n_clusters - 1) * (n - 1) / max(n - full.shape[1], 1)
    reach = _sum_by(group, full * rest_x[:, None])
    parts = []
    for residual in (rest_y, rest_x):
        own = np.bincount(group, rest_x * residual)
        parts.append(np.diag(own) - reach @ _sum_by(group, full * residual[:, None]).T)
    scores = np.asarray(np.bincount(group, rest_x * (rest_y - estimate * rest_x)), float)
    direct = [np.bincount(group, rest_x * residual) for residual in (rest_y, rest_x)]
    stacked = [np.vstack([part, own]) for part, own in zip(parts, direct, strict=True)]
    return _Sums(estimate, spread, scores, stacked[0], stacked[1], factor)


def _orthonormal(columns: Floats) -> Floats:
    size = np.sqrt((columns**2).sum(axis=0))
    left, values, _ = np.linalg.svd(columns / np.where(size > 0, size, 1.0), full_matrices=False)
    kept: Floats = left[:, values > 1e-9 * values[0]]
    return kept


def _sum_by(group: npt.NDArray[np.int64], columns: Floats) -> Floats:
    return np.column_stack([np.bincount(group, column) for column in columns.T])


def _multipliers(kind: Multipliers, n_clusters: int, draws: int, seed: int) -> tuple[Floats, bool]:
    generator = np.random.default_rng(seed)
    if kind == "rademacher" and 2**n_clusters <= draws + 1:
        return np.array(list(product((1.0, -1.0), repeat=n_clusters))).T, True
    points = np.sqrt([0.5, 1.0, 1.5]) if kind == "webb" else np.ones(1)
    return generator.choice(np.concatenate([-points, points]), size=(n_clusters, draws)), False


def _p_value(sums: _Sums, null: float, scores: Floats, *, exact: bool) -> float:
    """Scores hold one row a cluster and, last, the numerator; both scale alike in the t-statistic."""
    variance = sums.factor * (scores[:-1] ** 2).sum(axis=0)
    own = sums.factor * float((sums.scores**2).sum())
    observed = (sums.estimate - null) * sums.spread
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = np.abs(scores[-1]) / np.sqrt(variance)
        bar = abs(observed) / np.sqrt(own)
    extreme = int((np.nan_to_num(drawn, nan=0.0) >= np.nan_to_num(bar, nan=0.0) * (1 - 1e-9)).sum())
    return float(extreme / drawn.size if exact else (1 + extreme) / (1 + drawn.size))


def _end(p_of: Callable[[float], float], inside: float, step: float, share: float) -> float | None:
    """The farthest value not rejected on one side, by doubling and bisection."""
    if step == 0:
        return None
    width = 1.0
    while p_of(inside + width * step) > share:
        width *= 2
        if width > _FARTHEST:
            return None
    near, far = (0.0 if width == 1.0 else width / 2), width
    for _ in range(_STEPS):
        middle = (near + far) / 2
        near, far = (middle, far) if p_of(inside + middle * step) > share else (near, middle)
    return inside + near * step
