"""Intervals and chances of a ratio whose numerator and denominator are both estimates."""

import math

from scipy.stats import norm

__all__ = ["chance_ratio_above", "fieller"]


def fieller(
    top: float, bottom: float, var_top: float, var_bottom: float, covariance: float = 0.0, *, level: float = 0.95
) -> tuple[float, float] | None:
    """Fieller's (1954) interval of top / bottom: every ratio r with (top - r bottom)² <= z² var.

    Exact for normal top and bottom, where the delta method is only near; both agree as the
    bottom's relative error vanishes. ``None`` when the bottom cannot be told from zero at this
    level, for the interval is then unbounded.

    Examples
    --------
    >>> low, high = fieller(10.0, 5.0, 1.0, 0.0)
    >>> round(low, 3), round(high, 3)
    (1.608, 2.392)
    """
    z2 = float(norm.ppf((1 + level) / 2)) ** 2
    a = bottom**2 - z2 * var_bottom
    if a <= 0:
        return None
    b = top * bottom - z2 * covariance
    c = top**2 - z2 * var_top
    root = math.sqrt(max(b**2 - a * c, 0.0))
    return (b - root) / a, (b + root) / a


def chance_ratio_above(hurdle: float, top: float, bottom: float, var_top: float, var_bottom: float) -> float:
    """Chance that top / bottom exceeds the hurdle, for a bottom that is surely positive.

    Examples
    --------
    >>> chance_ratio_above(2.0, 10.0, 5.0, 1.0, 0.1)
    0.5
    """
    lead, spread = top - hurdle * bottom, math.sqrt(var_top + hurdle**2 * var_bottom)
    return float(norm.cdf(lead / spread)) if spread > 0 else float(lead > 0)
