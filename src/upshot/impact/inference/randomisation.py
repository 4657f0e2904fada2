"""Fisher's randomisation test of a constant effect, and the interval that inverts it exactly."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError
from upshot.impact.inference.assignments import draw_assignments

__all__ = ["RandomisationTest", "p_value_of", "randomisation_test"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomisationTest:
    """What re-drawing the lot says.

    Parameters
    ----------
    statistic
        The statistic as observed; for `randomisation_test` the difference in means.
    p_value
        Two-sided. With random draws (1 + as extreme) / (1 + draws), so it is never 0 and its size
        is exact; with every assignment counted out, their share.
    conf_low, conf_high
        Constant effects the test does not reject; absent when that end is unbounded, or when the
        test has no interval.
    draws
        Assignments looked at.
    exact
        Whether they were all there are.
    """

    statistic: float
    p_value: float
    draws: int
    exact: bool
    conf_low: float | None = None
    conf_high: float | None = None


def p_value_of(observed: float, drawn: Floats, *, exact: bool) -> float:
    """Two-sided p-value of a statistic among its re-draws; ties within rounding count as extreme.

    Examples
    --------
    >>> p_value_of(2.0, np.array([1.0, -2.0, 0.5]), exact=False)
    0.5
    """
    scale = max(abs(observed), float(np.abs(drawn).max(initial=0.0)))
    extreme = int((np.abs(drawn) >= abs(observed) - 1e-10 * scale).sum())
    return extreme / drawn.size if exact else (1 + extreme) / (1 + drawn.size)


def randomisation_test(
    outcome: npt.ArrayLike,
    treated: npt.ArrayLike,
    *,
    block: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    draws: int = 9999,
    seed: int,
    level: float = 0.95,
) -> RandomisationTest:
    """Test that the programme changed nobody's outcome; invert the test for a constant effect.

    The statistic is the difference in (weighted) means, averaged over blocks with their shares. It
    is linear in the outcome, so every re-draw rules out an interval of constant effects in closed
    form, and the interval needs no search (Rosenbaum 2002, ch. 2; Imbens & Rubin 2015, ch. 5).

    Parameters
    ----------
    outcome
        Shape (n,), finite.
    treated
        Whether each row is in the treated arm, shape (n,).
    block, cluster
        Labels, shape (n,). The lot is re-drawn among clusters, within blocks.
    weights
        Sampling weights above 0, shape (n,).
    draws, seed
        Random draws when there are more than ``draws`` + 1 assignments.
    level
        Confidence level of the interval.

    Raises
    ------
    DesignError
        If a cluster straddles arms or blocks, a block has one arm only, or a value is not finite.

    Examples
    --------
    >>> test = randomisation_test([1.0, 2.0, 8.0, 9.0], [0, 0, 1, 1], seed=1)
    >>> test.statistic, round(test.p_value, 3), test.draws, test.exact
    (7.0, 0.333, 6, True)
    """
    y, z = np.asarray(outcome, float), np.asarray(treated, bool)
    if not np.isfinite(y).all():
        raise DesignError("A randomisation test needs a finite outcome in every row.")
    w = np.ones(y.size) if weights is None else np.asarray(weights, float)
    unit = np.arange(y.size) if cluster is None else np.unique(np.asarray(cluster), return_inverse=True)[1]
    b = np.zeros(y.size, np.int64) if block is None else np.unique(np.asarray(block), return_inverse=True)[1]
    unit_treated, unit_block = _by_unit(z.astype(np.int64), unit, "arms") > 0, _by_unit(b, unit, "blocks")
    _check_blocks(unit_treated, unit_block)
    middle = float(np.average(y, weights=w))
    sums = np.column_stack([np.bincount(unit, column) for column in (w * (y - middle), w * z, w)]).astype(float)
    redrawn = draw_assignments(unit_treated, block=unit_block, draws=draws, seed=seed)
    drawn = _differences(redrawn.treated, sums, unit_block)
    observed = float(_differences(unit_treated[None, :], sums, unit_block)[0, 0])
    low, high = _interval(observed, drawn, 1 - level, exact=redrawn.exact)
    return RandomisationTest(
        statistic=observed,
        p_value=p_value_of(observed, drawn[:, 0], exact=redrawn.exact),
        draws=len(drawn),
        exact=redrawn.exact,
        conf_low=low,
        conf_high=high,
    )


def _by_unit(codes: npt.NDArray[np.int64], unit: npt.NDArray[np.int64], what: str) -> npt.NDArray[np.int64]:
    first = np.zeros(int(unit.max()) + 1, np.int64)
    first[unit] = codes
    if (first[unit] != codes).any():
        raise DesignError(f"A cluster has rows in several {what}; the lot cannot be re-drawn among clusters.")
    return first


def _check_blocks(treated: npt.NDArray[np.bool_], block: npt.NDArray[np.int64]) -> None:
    count = np.bincount(block)
    inside = np.bincount(block, treated)
    if ((inside == 0) | (inside == count)).any():
        raise DesignError("Every block needs treated and untreated units; leave out blocks with one arm only.")


def _differences(z: npt.NDArray[np.bool_], sums: Floats, block: npt.NDArray[np.int64]) -> Floats:
    """Differences in means of the outcome and of the real treatment under every assignment, shape (draws, 2)."""
    weight, total = sums[:, 2], sums[:, 2].sum()
    differences = np.zeros((len(z), 2))
    for b in np.unique(block):
        inside = block == b
        chosen = z[:, inside].astype(np.float64) @ sums[inside]
        rest = sums[inside].sum(axis=0) - chosen
        gap = chosen[:, :2] / chosen[:, 2:] - rest[:, :2] / rest[:, 2:]
        differences += weight[inside].sum() / total * gap
    return differences


def _interval(observed: float, drawn: Floats, share: float, *, exact: bool) -> tuple[float | None, float | None]:
    """Ends of the effects not rejected: each draw is as extreme as observed exactly between its two roots."""
    a, c = drawn[:, 0], drawn[:, 1]
    ends = np.column_stack([_ratio(observed - a, 1 - c), _ratio(observed + a, 1 + c)])
    same = (np.abs(1 - c) < 1e-10) | (np.abs(1 + c) < 1e-10)
    low = np.where(same, -np.inf, ends.min(axis=1))
    high = np.where(same, np.inf, ends.max(axis=1))
    needed = math.floor(share * a.size + 1e-9) + 1 if exact else math.floor(share * (1 + a.size) - 1 + 1e-9) + 1
    if needed < 1 or needed > a.size:
        return None, None
    bottom, top = float(np.sort(low)[needed - 1]), float(np.sort(high)[-needed])
    return (bottom if math.isfinite(bottom) else None, top if math.isfinite(top) else None)


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=np.abs(denominator) > 1e-10)
