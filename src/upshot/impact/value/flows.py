"""Money over time: benefit, cost and present value with variances, payback and break-even."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from upshot.impact.value.fieller import fieller
from upshot.impact.value.path import EffectPath

__all__ = ["Flows", "break_even", "flows_of", "normal_interval", "payback"]

Floats = npt.NDArray[np.float64]


def normal_interval(mean: float, variance: float, level: float) -> tuple[float, float]:
    """Mean plus and minus z standard deviations."""
    half = float(norm.ppf((1 + level) / 2)) * math.sqrt(variance)
    return mean - half, mean + half


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """Benefits by the end of each period and their variances, with the totals.

    ``cumulative, cumulative_variance`` have shape (H,); ``present`` is discounted benefit less cost.
    """

    cumulative: Floats
    cumulative_variance: Floats
    benefit: float
    benefit_variance: float
    cost: float
    cost_variance: float
    present: float
    present_variance: float
    scale: float
    price: float
    price_error: float


def flows_of(
    path: EffectPath,
    *,
    scale: float,
    price: float,
    price_error: float,
    cost: float,
    cost_error: float,
    discount_rate: float,
) -> Flows:
    """Turn a path into money: ``scale`` units (signed by the better direction) at ``price`` a KPI unit.

    A weighted sum S of the path is normal; price × S has variance
    price² var(S) + S² var(price) + var(S) var(price), exact for independent factors.
    """
    H = len(path.effects)
    running = np.tril(np.ones((H, H)))
    discount = (1 + discount_rate) ** (-np.arange(1, H + 1) / path.periods_per_year)
    sums, variances = _in_money(np.vstack([running, discount]), path, scale, price, price_error)
    return Flows(
        cumulative=sums[:-1],
        cumulative_variance=variances[:-1],
        benefit=float(sums[-2]),
        benefit_variance=float(variances[-2]),
        cost=cost,
        cost_variance=cost_error**2,
        present=float(sums[-1]) - cost,
        present_variance=float(variances[-1]) + cost_error**2,
        scale=scale,
        price=price,
        price_error=price_error,
    )


def _in_money(
    weights: Floats, path: EffectPath, scale: float, price: float, price_error: float
) -> tuple[Floats, Floats]:
    sums = scale * weights @ path.effects
    variances = scale**2 * np.einsum("ij,jk,ik->i", weights, path.covariance, weights).clip(min=0)
    return price * sums, price**2 * variances + price_error**2 * (sums**2 + variances)


def payback(flows: Flows, level: float) -> tuple[float, float | None, float | None] | None:
    """Periods until benefits have paid the cost, and the time's interval.

    By time t it is paid back with chance P(benefit(t) - cost >= 0), normal; the estimate is where
    that chance passes one half, the ends where it passes the level's tails. Benefits grow in a
    straight line within a period. ``None`` where half is never reached, an end where its tail is not.
    """
    estimate = _first_time(flows, 0.0)
    if estimate is None:
        return None
    z = float(norm.ppf((1 + level) / 2))
    return estimate, _first_time(flows, -z), _first_time(flows, z)


def _first_time(flows: Flows, z: float) -> float | None:
    """First time at which (benefit - cost) / sd reaches z, sought on a fine grid and interpolated."""
    knots = np.arange(len(flows.cumulative) + 1)
    at = np.linspace(0, knots[-1], 200 * knots[-1] + 1)
    mean = np.interp(at, knots, np.concatenate([[0.0], flows.cumulative])) - flows.cost
    sd = np.interp(at, knots, np.sqrt(np.concatenate([[0.0], flows.cumulative_variance])))
    lead = mean - z * np.sqrt(sd**2 + flows.cost_variance)
    reached = np.flatnonzero(lead >= 0)
    if not len(reached):
        return None
    k = int(reached[0])
    if k == 0:
        return 0.0
    return float(at[k - 1] + (at[k] - at[k - 1]) * lead[k - 1] / (lead[k - 1] - lead[k]))


def break_even(flows: Flows, path: EffectPath, level: float) -> tuple[float, float | None, float | None]:
    """Mean effect per unit and period that would just pay the cost, with Fieller's interval.

    cost / (units × value × periods counted), in the better direction; its noise is that of cost
    and value, for it is a bar the effect must clear and not the effect.
    """
    per_effect = abs(flows.scale) * path.counted
    bottom, error = flows.price * per_effect, flows.price_error * per_effect
    ends = fieller(flows.cost, bottom, flows.cost_variance, error**2, level=level)
    return flows.cost / bottom, ends[0] if ends else None, ends[1] if ends else None
