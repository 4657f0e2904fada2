"""Lee's bounds: the effect among those always seen, whatever made the others go missing."""

import numpy as np

from upshot.impact.experiment.covariates import Floats

__all__ = ["lee_bounds"]


def lee_bounds(
    treated: Floats, control: Floats, treated_weights: Floats, control_weights: Floats
) -> tuple[float, float] | None:
    """Sharp bounds when being assigned moves everyone's chance of being seen the same way (Lee 2009, Prop. 1a).

    The arm seen more often is trimmed from above and from below by the excess share.

    Parameters
    ----------
    treated, control
        Outcomes, NaN where missing, shapes (n1,) and (n0,).
    treated_weights, control_weights
        Weights above 0, same shapes.

    Returns
    -------
    tuple or None
        Lowest and highest effect; ``None`` if an arm has no outcome at all.

    Examples
    --------
    >>> one = np.ones(4)
    >>> lee_bounds(np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 2.0, np.nan, np.nan]), one, one)
    (-0.5, 1.5)
    """
    seen = [~np.isnan(treated), ~np.isnan(control)]
    if not seen[0].any() or not seen[1].any():
        return None
    rates = [float(np.average(s, weights=w)) for s, w in zip(seen, (treated_weights, control_weights), strict=True)]
    low_t, high_t = _trimmed(treated[seen[0]], treated_weights[seen[0]], max(0.0, 1 - rates[1] / rates[0]))
    low_c, high_c = _trimmed(control[seen[1]], control_weights[seen[1]], max(0.0, 1 - rates[0] / rates[1]))
    return low_t - high_c, high_t - low_c


def _trimmed(values: Floats, weights: Floats, share: float) -> tuple[float, float]:
    """Means after cutting ``share`` of the weight from the top, and from the bottom."""
    order = np.argsort(values)
    y, w = values[order], weights[order] / weights.sum()
    kept = 1 - share
    before = np.cumsum(w) - w
    from_bottom = np.clip(kept - before, 0.0, w)
    from_top = np.clip(kept - (1 - before - w), 0.0, w)
    return float(from_bottom @ y / from_bottom.sum()), float(from_top @ y / from_top.sum())
