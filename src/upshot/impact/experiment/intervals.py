"""From effects and their covariance to intervals, joint tests and bands that hold for all arms at once."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from upshot.impact.experiment.covariates import Floats

__all__ = ["Interval", "band_factor", "joint_test", "t_interval"]

_DRAWS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A t-statistic with its two-sided p-value and interval."""

    statistic: float
    p_value: float
    conf_low: float
    conf_high: float


def t_interval(estimate: float, std_error: float, df: float, level: float) -> Interval:
    """Student's t with ``df`` degrees of freedom.

    Examples
    --------
    >>> round(t_interval(2.0, 1.0, 10.0, 0.95).conf_high, 3)
    4.228
    """
    reach = float(stats.t.ppf((1 + level) / 2, df)) * std_error
    return Interval(
        statistic=estimate / std_error,
        p_value=float(2 * stats.t.sf(abs(estimate) / std_error, df)),
        conf_low=estimate - reach,
        conf_high=estimate + reach,
    )


def joint_test(effects: Floats, covariance: Floats, df: float) -> tuple[float, float] | None:
    """Wald test that all effects are nil, scaled to F as Hotelling's T².

    Parameters
    ----------
    effects, covariance
        Shapes (q,) and (q, q).
    df
        Degrees of freedom of the covariance.

    Returns
    -------
    tuple or None
        F statistic and p-value; ``None`` when the degrees of freedom do not reach that far.
    """
    scale = np.sqrt(np.diag(covariance))
    q, spare = effects.size, df - effects.size + 1
    if spare <= 0 or not (scale > 0).all():
        return None
    correlation = covariance / np.outer(scale, scale)
    if np.linalg.cond(correlation) > 1e10:
        return None
    z = effects / scale
    statistic = float(spare / (df * q) * (z @ np.linalg.solve(correlation, z)))
    return statistic, float(stats.f.sf(statistic, q, spare))


def band_factor(covariance: Floats, df: float, level: float, seed: int) -> float:
    """Standard errors to go either side so that all intervals hold together (max-t).

    The quantile of the largest of correlated t-statistics (Dunnett 1955; Hothorn, Bretz & Westfall
    2008), by 100,000 seeded draws.

    Parameters
    ----------
    covariance
        Of the effects, shape (q, q).
    """
    alone = float(stats.t.ppf((1 + level) / 2, df))
    if len(covariance) == 1:
        return alone
    scale = np.sqrt(np.diag(covariance))
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    generator = np.random.default_rng(seed)
    normal = generator.standard_normal((_DRAWS, len(scale))) @ (vectors * np.sqrt(np.maximum(values, 0))).T
    spread = np.sqrt(generator.chisquare(df, _DRAWS) / df)
    return max(alone, float(np.quantile(np.abs(normal).max(axis=1) / spread, level)))
