"""Pre-trends: whether the groups already moved apart before the start, and whether that could be seen."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from upshot.impact.aggregate import Aggregated, aggregate
from upshot.impact.callaway_santanna import GroupTime
from upshot.impact.design import Design
from upshot.impact.estimate import CheckResult, Status
from upshot.impact.influence import CellMeans, Linear, covariance
from upshot.impact.moments import Floats, Moments

__all__ = ["joint_test", "pre_trends", "visible_slope"]

NAME = "pre-trends"
MOST_PAIRS = 150
"""Above this many pre-treatment ATT(g, t) the test is on event times: a Wald test on hundreds of
nearly collinear pairs rejects too often."""
UNITS_PER_PAIR = 3
"""With fewer independent units per pair their covariance is too poorly known, and event times are tested."""
SUPPORT = 0.5
"""Share of cohorts an event time must have to enter that test."""
POWER = 0.8
WORTH_SEEING = 0.25
"""Without a smallest effect worth having, a trend is worth seeing from this many standard deviations."""


def pre_trends(
    effects: GroupTime, moments: Moments, means: CellMeans, design: Design, *, spread: float | None
) -> CheckResult:
    """Joint Wald test of all differences before the start, and the trend it could have seen.

    Callaway & Sant'Anna (2021, section 4); on the power of such tests Roth (2022).

    Parameters
    ----------
    spread
        Standard deviation of the outcome between units in a period, the yardstick if the design
        names no smallest effect worth having.
    """
    before = (effects.event_time < -design.anticipation) & ~effects.reference
    if not before.any():
        text = "There is one period only before the first start, so earlier trends cannot be compared."
        return CheckResult(name=NAME, status="not_applicable", code="no-pre-trend-test", text=text)
    pairs = np.flatnonzero(before)
    linear, steps = effects.linear.take(pairs), _steps(effects.event_time[pairs], design)
    spare = sum(block.count for block in moments.blocks) - len(moments.cells)
    if pairs.size > min(MOST_PAIRS, spare / UNITS_PER_PAIR):
        linear, steps = _by_event_time(effects, moments, means, design)
    spread_of = covariance(moments, means, linear)
    found = joint_test(linear.estimate, spread_of)
    if found is None:
        text = "The differences before the start have no measurable spread, so they cannot be tested."
        return CheckResult(name=NAME, status="not_applicable", code="no-pre-trend-test", text=text)
    statistic, df, p_value = found
    horizon = _horizon(effects, design)
    slope = visible_slope(spread_of, steps)
    drift = None if slope is None else slope * horizon
    judged = _Judged(p_value, hotelling(statistic, df, spare))
    return _verdict(statistic, df, judged, drift, _bar(design, spread), 1 - design.level)


@dataclass(frozen=True, slots=True)
class _Judged:
    """The Wald test's p-value as it is published, and the one that decides."""

    p_value: float
    deciding: float


def joint_test(estimate: Floats, spread: Floats) -> tuple[float, int, float] | None:
    """Wald statistic, degrees of freedom (the rank of the covariance) and chi-squared p-value."""
    root = np.sqrt(np.clip(np.diag(spread), 0, None))
    keep = root > 0
    if not keep.any():
        return None
    scaled = spread[np.ix_(keep, keep)] / np.outer(root[keep], root[keep])
    values, vectors = np.linalg.eigh(scaled)
    good = values > 1e-10 * values[-1]
    scores = (vectors.T @ (estimate[keep] / root[keep]))[good]
    statistic, df = float((scores**2 / values[good]).sum()), int(good.sum())
    return statistic, df, float(special.chdtrc(df, statistic))


def hotelling(statistic: float, df: int, spare: int) -> float:
    """p-value that allows for a covariance estimated from few units (Hotelling 1931).

    Without it a dozen differences among a few hundred people reject twice as often as they should.

    Parameters
    ----------
    spare
        Independent units less groups: degrees of freedom of the covariance.
    """
    left = max(spare - df + 1, 1)
    return float(special.fdtrc(df, left, statistic * left / (max(spare, 1) * df)))


def visible_slope(spread: Floats, steps: Floats, *, level: float = 0.95, power: float = POWER) -> float | None:
    """Smallest constant drift a period that the joint test sees with the given power.

    ``steps`` is what one unit of drift adds to each tested difference. The Wald statistic is then
    noncentral chi-squared with noncentrality slope^2 steps' V^-1 steps.
    """
    root = np.sqrt(np.clip(np.diag(spread), 0, None))
    keep = root > 0
    information = float(
        (steps[keep] / root[keep])
        @ np.linalg.pinv(spread[np.ix_(keep, keep)] / np.outer(root[keep], root[keep]), hermitian=True)
        @ (steps[keep] / root[keep])
    )
    if not information > 0:
        return None
    df = int(keep.sum())
    critical = special.chdtri(df, 1 - level)
    needed = special.chndtrinc(critical, df, 1 - power)
    return float(np.sqrt(needed / information))


def _steps(event_time: np.ndarray[tuple[int, ...], np.dtype[np.int64]], design: Design) -> Floats:
    """What one unit of drift a period adds: one step (varying base), or the distance to the base."""
    if design.base == "varying":
        return np.ones(event_time.size)
    return (event_time + 1.0 + design.anticipation).astype(np.float64)


def _by_event_time(effects: GroupTime, moments: Moments, means: CellMeans, design: Design) -> tuple[Linear, Floats]:
    found: Aggregated = aggregate(effects, moments, means, Design(aggregation="event"))
    rows = np.flatnonzero((found.keys < -design.anticipation) & ~found.reference & _widely_seen(found, effects))
    return found.terms.take(rows), _steps(found.keys[rows], design)


def _widely_seen(found: Aggregated, effects: GroupTime) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Event times that at least half of the cohorts reach: beyond, a few small waves decide."""
    cohorts = np.unique(effects.cohort).size
    seen = np.array([np.unique(effects.cohort[effects.event_time == key]).size for key in found.keys])
    return np.asarray(seen >= SUPPORT * cohorts)


def _horizon(effects: GroupTime, design: Design) -> float:
    """Mean number of periods between base and post-treatment reading."""
    after = effects.event_time[effects.event_time >= 0]
    return float(after.mean()) + 1.0 + design.anticipation if after.size else 1.0


def _bar(design: Design, spread: float | None) -> float | None:
    if design.smallest_worth_having is not None:
        return abs(design.smallest_worth_having)
    return None if spread is None else WORTH_SEEING * spread


def _verdict(
    statistic: float, df: int, judged: _Judged, drift: float | None, bar: float | None, size: float
) -> CheckResult:
    seen = drift is not None and bar is not None and drift <= bar
    details = {"df": df, "visible_drift": drift, "bar": bar, "p_value_few_units": judged.deciding}
    status: Status
    code: str | None
    if judged.deciding < size:
        status, code = "failed", "pre-trend"
        text = "Before the start the groups were already moving apart."
    elif seen:
        status, code = "passed", None
        text = "Before the start the groups moved together, and a drift that mattered would have been seen."
    else:
        status, code = "informative", "weak-pre-trend-test"
        text = "Before the start no drift was seen, but the test is too weak to rule out one that matters."
    if judged.p_value < size <= judged.deciding:
        text += " The usual test rejects by a hair; allowing for the number of units it does not."
    return CheckResult(
        name=NAME,
        status=status,
        code=code,
        text=text,
        statistic=statistic,
        p_value=judged.p_value,
        details=details,
    )
