"""Persistence: how the effect runs with time since training, and its half-life where it fades."""

from typing import Any

import numpy as np
from scipy import special

from upshot.impact.checks.event_study import EventStudy
from upshot.impact.estimate import CheckResult
from upshot.impact.moments import Floats

__all__ = ["half_life", "persistence"]

NAME = "persistence"
LEAST = 4
"""Periods after the start below which no path can be told."""
LONGEST = 20.0
"""Half-lives longer than this many times the periods seen are not told from an effect that stays."""


def persistence(study: EventStudy | None, *, level: float = 0.95) -> CheckResult:
    """Slope of the effect by time since start, and the half-life of an exponential path.

    Decides nothing: an effect that fades is still an effect.
    """
    after = np.zeros(0, dtype=np.int64) if study is None else np.flatnonzero(study.after)
    if study is None or after.size < LEAST:
        text = f"Fewer than {LEAST} periods after the start, too few to see whether an effect lasts."
        return CheckResult(name=NAME, status="not_applicable", code="no-path", text=text)
    times = study.event_time[after].astype(np.float64)
    inverse = np.asarray(
        np.linalg.pinv(study.covariance[np.ix_(after, after)], rcond=1e-10, hermitian=True), dtype=np.float64
    )
    level_and_slope = np.c_[np.ones(times.size), times - times.mean()]
    spread = np.linalg.pinv(level_and_slope.T @ inverse @ level_and_slope, hermitian=True)
    middle, slope = spread @ level_and_slope.T @ inverse @ study.estimate[after]
    if not spread[1, 1] > 0:
        text = "The path after the start has no measurable spread."
        return CheckResult(name=NAME, status="not_applicable", code="no-path", text=text)
    statistic = float(slope / np.sqrt(spread[1, 1]))
    p_value = float(2 * special.ndtr(-abs(statistic)))
    lasting = half_life(times, study.estimate[after], inverse, level=level)
    return _verdict(statistic, p_value, float(middle), 1 - level, times.size, lasting)


def half_life(times: Floats, effects: Floats, inverse: Floats, *, level: float = 0.95) -> dict[str, float] | None:
    """Half-life of ``b 2^(-t/h)`` by generalised least squares, with its profile interval.

    Parameters
    ----------
    times, effects
        Periods since start and effects, shape (H,).
    inverse
        Inverse covariance of the effects, shape (H, H).

    Returns
    -------
    dict or None
        ``half_life``, ``low`` and ``high`` in periods; an end that the data leave open is absent.
        ``None`` where no fading path fits better than a constant one.
    """
    span = float(times.max() - times.min() + 1)
    grid = np.geomspace(0.25, LONGEST * span, 400)
    shapes = np.vstack([2.0 ** (-times[None, :] / grid[:, None]), np.ones(times.size)])
    weight = np.einsum("hs,st,ht->h", shapes, inverse, shapes)
    fitted = (shapes @ inverse @ effects) ** 2 / np.where(weight > 0, weight, 1.0)
    lost = fitted.max() - fitted
    best = int(np.argmax(fitted))
    if best >= grid.size - 1 or not fitted.max() > special.chdtri(1, 1 - level):
        return None
    inside = np.flatnonzero(lost <= special.chdtri(1, 1 - level))
    found = {"half_life": float(grid[best])}
    if inside[0] > 0:
        found["low"] = float(grid[inside[0]])
    if inside[-1] < grid.size - 1:
        found["high"] = float(grid[inside[-1]])
    return found


def _verdict(
    statistic: float, p_value: float, middle: float, size: float, periods: int, lasting: dict[str, float] | None
) -> CheckResult:
    details: dict[str, Any] = {"periods": periods}
    if p_value >= size:
        code, text = None, f"Over the {periods} periods after the start the effect neither grew nor faded visibly."
    elif statistic * middle < 0:
        code, text = "fading", f"Over the {periods} periods after the start the effect faded."
        if lasting is not None:
            details |= lasting
            text += f" Its half-life is about {lasting['half_life']:.2g} periods{_ends(lasting)}."
    else:
        code, text = "growing", f"Over the {periods} periods after the start the effect grew."
    return CheckResult(
        name=NAME,
        status="passed" if code is None else "informative",
        code=code,
        text=text,
        statistic=statistic,
        p_value=p_value,
        details=details,
    )


def _ends(lasting: dict[str, float]) -> str:
    low, high = lasting.get("low"), lasting.get("high")
    if low is not None and high is not None:
        return f" (between {low:.2g} and {high:.2g})"
    if low is not None:
        return f" (at least {low:.2g})"
    return f" (at most {high:.2g})" if high is not None else ""
