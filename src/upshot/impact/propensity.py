"""Additive logit of being treated given strata, fit to cell counts, with its derivatives."""

from dataclasses import dataclass

import numpy as np

from upshot.impact.moments import Floats
from upshot.impact.strata import Bools

__all__ = ["Propensity", "propensity"]

TOLERANCE = 1e-14
"""Relative Newton step at which the fit has converged; steps shrink quadratically, so this is exact."""
ROUNDS = 60
FAR = 30.0
"""Log odds beyond which a fit is running away: treated and controls are separated."""
CERTAIN = 0.999
"""Chance of being treated from which no control is comparable (the bound used by R's did)."""


@dataclass(frozen=True, slots=True)
class Propensity:
    """Logit fits for P samples over S strata.

    Parameters
    ----------
    chance, odds
        Of being treated, shape (P, S).
    usable
        Whether the fit converged with every chance below `CERTAIN`, shape (P,).
    """

    x: Floats
    chance: Floats
    odds: Floats
    usable: Bools
    inverse: Floats

    def carried(self, by_odds: Floats) -> tuple[Floats, Floats]:
        """Carry derivatives by the odds (P, S) back to the weight of treated and of controls (P, S).

        From the score ``X'(n1 (1 - p) - n0 p) = 0``: with q = H^-1 X'(odds d),
        ``d/dn1 = (1 - p) X q`` and ``d/dn0 = -p X q``.
        """
        reach = (((by_odds * self.odds) @ self.x)[:, None, :] @ self.inverse @ self.x.T)[:, 0, :]
        return (1 - self.chance) * reach, -self.chance * reach


def propensity(x: Floats, treated: Floats, control: Floats) -> Propensity:
    """Fit by Newton's method (iteratively reweighted least squares) from zero.

    Parameters
    ----------
    x
        Independent dummies, shape (S, k).
    treated, control
        Total weight per stratum, shape (P, S).
    """
    slope = np.zeros((len(treated), x.shape[1]))
    settled = np.zeros(len(treated), dtype=bool)
    failed = np.zeros(len(treated), dtype=bool)
    for _ in range(ROUNDS):
        chance = _chance(slope @ x.T)
        score = (treated * (1 - chance) - control * chance) @ x
        step = (_inverse(x, chance, treated + control) @ score[:, :, None])[:, :, 0]
        slope = np.where(failed[:, None], 0.0, slope + step)
        failed |= ~np.isfinite(slope).all(axis=1) | (np.abs(slope @ x.T).max(axis=1) > FAR)
        slope[failed] = 0.0
        settled = np.abs(step).max(axis=1) <= TOLERANCE * np.maximum(np.abs(slope).max(axis=1), 1.0)
        if (settled | failed).all():
            break
    chance = _chance(slope @ x.T)
    usable = ~failed & (np.abs(step).max(axis=1) < 1e-8) & (chance.max(axis=1) < CERTAIN)
    inverse = _inverse(x, chance, treated + control)
    return Propensity(x, chance, chance / (1 - chance), usable, inverse)


def _chance(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def _inverse(x: Floats, chance: Floats, weight: Floats) -> Floats:
    information = np.einsum("sk,ps,sl->pkl", x, weight * chance * (1 - chance), x, optimize=True)
    return np.asarray(np.linalg.pinv(information, hermitian=True))
