"""The Kaplan–Meier curve with delayed entry, its restricted mean and the influence of each spell."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Curve", "influence", "kaplan_meier", "restricted_mean", "restricted_variance", "supported_until"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Curve:
    """A product-limit estimate at the K distinct event times, ascending.

    Parameters
    ----------
    times, at_risk, events
        Event times, spells under observation just before each, and spells that end at each, (K,).
    survival
        Share still running just after each event time, (K,).
    greenwood
        Running sum of d / (Y (Y − d)), (K,); the variance of the log of ``survival``. Where the
        curve reaches 0 the last term is left out: nothing later depends on it.
    origin
        Time from which the curve holds: 0, or the landmark set by delayed entry.
    last
        Longest observed time, ended or not.
    """

    times: Floats
    at_risk: Floats
    events: Floats
    survival: Floats
    greenwood: Floats
    origin: float
    last: float

    @property
    def std_error(self) -> Floats:
        """Greenwood's standard error of ``survival``, (K,)."""
        return self.survival * np.sqrt(self.greenwood)

    def at(self, when: Floats) -> tuple[Floats, Floats]:
        """Survival and its Greenwood sum at any times, each of the shape of ``when``."""
        place = np.searchsorted(self.times, when, side="right")
        return np.concatenate([[1.0], self.survival])[place], np.concatenate([[0.0], self.greenwood])[place]


def kaplan_meier(duration: Floats, event: Bools, entry: Floats, origin: float = 0.0) -> Curve:
    """Product-limit estimate (Kaplan & Meier 1958), left truncation included.

    A spell is at risk at ``t`` when ``entry < t <= duration``, so spells censored at ``t`` still
    count at ``t``. With an origin above 0, only later times are used.

    Parameters
    ----------
    duration, event, entry
        Length of each spell, whether it ended, and when it came under observation, (n,);
        ``-inf`` for spells seen from their start.
    origin
        Landmark: the curve is conditional on having lasted this long.
    """
    ended = event & ((duration > origin) | (origin == 0))
    times, events = np.unique(duration[ended], return_counts=True)
    started = np.searchsorted(np.sort(entry), times, side="left")
    gone = np.searchsorted(np.sort(duration), times, side="left")
    at_risk = (started - gone).astype(np.float64)
    left = at_risk - events
    steps = np.divide(events, at_risk * left, out=np.zeros(len(times)), where=left > 0)
    return Curve(
        times=times,
        at_risk=at_risk,
        events=events.astype(np.float64),
        survival=np.cumprod(left / at_risk, dtype=np.float64),
        greenwood=np.cumsum(steps),
        origin=origin,
        last=float(duration.max()),
    )


def restricted_mean(curve: Curve, horizon: float) -> float:
    """Area under the curve up to the horizon (Royston & Parmar 2013), counted from time 0."""
    heights, widths = _steps(curve, horizon)
    return curve.origin + float(heights @ widths)


def restricted_variance(curve: Curve, horizon: float) -> float:
    """Greenwood-type variance of the restricted mean: Σ A(s)² d / (Y (Y − d)) over event times."""
    area = _area_after(curve, horizon)
    left = curve.at_risk - curve.events
    steps = np.divide(curve.events, curve.at_risk * left, out=np.zeros(len(left)), where=left > 0)
    return float(np.sum(area**2 * steps))


def influence(curve: Curve, duration: Floats, event: Bools, entry: Floats, horizon: float) -> Floats:
    """First-order influence of each spell on the restricted mean, (n,); sums to zero.

    Without delayed entry the sum of squares equals `restricted_variance` exactly, ties included.
    """
    area = _area_after(curve, horizon)
    left = curve.at_risk - curve.events
    weight = np.divide(area, left, out=np.zeros(len(left)), where=left > 0)
    hazard = np.concatenate([[0.0], np.cumsum(weight * curve.events / curve.at_risk)])
    until = np.searchsorted(curve.times, duration, side="right")
    since = np.searchsorted(curve.times, entry, side="right")
    exposed: Floats = hazard[until] - hazard[np.minimum(since, until)]
    if len(curve.times) == 0:
        return exposed
    place = np.maximum(until - 1, 0)
    hit = event & (curve.times[place] == duration)
    return exposed - np.where(hit, weight[place], 0.0)


def supported_until(curve: Curve) -> float:
    """Longest horizon the curve reaches: its last exit, or any at all once nobody is left."""
    return np.inf if len(curve.survival) and curve.survival[-1] == 0 else curve.last


def _steps(curve: Curve, horizon: float) -> tuple[Floats, Floats]:
    inside = curve.times[curve.times < horizon]
    edges = np.concatenate([[curve.origin], inside, [horizon]])
    return np.concatenate([[1.0], curve.survival[: len(inside)]]), np.diff(edges)


def _area_after(curve: Curve, horizon: float) -> Floats:
    """Area under the curve between each event time and the horizon, (K,); 0 at and after it."""
    heights, widths = _steps(curve, horizon)
    pieces = (heights * widths)[1:]
    area = np.zeros(len(curve.times))
    area[: len(pieces)] = np.cumsum(pieces[::-1])[::-1]
    return area
