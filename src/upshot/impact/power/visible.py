"""The power curve of one estimate: from its standard error and degrees of freedom to effects that can be seen."""

import math
from collections.abc import Sequence

from scipy import optimize, special

from upshot.errors import DesignError

__all__ = ["power_at", "power_curve", "smallest_effect"]

_NORMAL_FROM = 10_000.0  # above this many degrees of freedom t and normal agree to four digits
_CENTRAL_BELOW = 1e-6


def power_at(effect: float, std_error: float, df: float, *, level: float = 0.95) -> float:
    """Chance that a two-sided test sees an effect of this size (noncentral t).

    Parameters
    ----------
    effect, std_error
        True effect and the standard error of its estimate, in the same units.
    df
        Degrees of freedom, > 0; infinity gives the normal.
    level
        Confidence level of the interval that must exclude zero.

    Raises
    ------
    DesignError
        If the level is not in (0, 1), or the standard error or degrees of freedom are not positive.

    References
    ----------
    Cohen (1988), Statistical Power Analysis, §2; G*Power 3 (Faul et al. 2007), "means: two groups".

    Examples
    --------
    >>> round(power_at(0.5, (2 / 64) ** 0.5, 126), 4)
    0.8015
    """
    _check(std_error, df, level)
    return _power(abs(effect) / std_error, df, level)


def smallest_effect(std_error: float, df: float, *, level: float = 0.95, power: float = 0.8) -> float:
    """Smallest true effect seen with the given chance: the minimum detectable effect.

    The inverse of `power_at`; for large ``df`` it is ``(z_{(1+level)/2} + z_power) * std_error``
    (Bloom 1995).

    Raises
    ------
    DesignError
        If the power is not between ``1 - level`` and 1, or as in `power_at`.

    Examples
    --------
    >>> round(smallest_effect(1.0, float("inf")), 3)
    2.802
    """
    _check(std_error, df, level)
    if not 1 - level < power < 1:
        raise DesignError(
            f"The power parameter of smallest_effect must be between {1 - level:g} and 1. Got {power!r} instead."
        )
    upper = 4.0
    while _power(upper, df, level) < power:
        upper *= 2
    ratio = optimize.brentq(lambda ncp: _power(ncp, df, level) - power, 0.0, upper, xtol=1e-10)
    return float(ratio) * std_error


def power_curve(
    effects: Sequence[float], std_error: float, df: float, *, level: float = 0.95
) -> tuple[tuple[float, float], ...]:
    """Pairs of effect and power, in the order given."""
    return tuple((float(effect), power_at(effect, std_error, df, level=level)) for effect in effects)


def _power(ncp: float, df: float, level: float) -> float:
    if df > _NORMAL_FROM:
        z = special.ndtri((1 + level) / 2)
        return float(special.ndtr(ncp - z) + special.ndtr(-z - ncp))
    if ncp < _CENTRAL_BELOW:
        return 1 - level
    critical = float(special.stdtrit(df, (1 + level) / 2))
    return float(1 - special.ncfdtr(1, df, ncp**2, critical**2))  # both tails at once; the t form loses digits far out


def _check(std_error: float, df: float, level: float) -> None:
    problems = []
    if not (std_error > 0 and math.isfinite(std_error)):
        problems.append(f"The std_error parameter must be a positive number. Got {std_error!r} instead.")
    if not df > 0:
        problems.append(f"The df parameter must be positive. Got {df!r} instead.")
    if not 0 < level < 1:
        problems.append(f"The level parameter must be between 0 and 1. Got {level!r} instead.")
    if problems:
        raise DesignError("\n".join(problems))
