"""Looking more than once: alpha-spending boundaries for planned looks, and always-valid intervals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import lambertw
from scipy.stats import norm

from upshot.errors import DesignError

__all__ = [
    "Look",
    "Spending",
    "always_valid",
    "classical_boundaries",
    "error_spent",
    "planned_looks",
    "spending_boundaries",
]

Floats = npt.NDArray[np.float64]
Spending = Literal["obrien-fleming", "pocock"]

_NEGLIGIBLE = 1e-14
_WIDEST = 9.0
"""Standard errors beyond which the normal tail cannot be told from none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at an effect.

    ``fraction`` is the share of the planned information seen, ``spent`` the error used so far,
    ``boundary`` the size of z at which this look decides. Intervals hold at all looks together.
    They and the boundary are absent where the plan leaves (almost) no error to spend so early;
    ``p_value`` is the always-valid one, absent for planned looks.
    """

    look: int
    fraction: float
    estimate: float
    std_error: float
    decided: bool
    spent: float | None = None
    boundary: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    p_value: float | None = None


def error_spent(fraction: float, *, level: float = 0.95, spending: Spending = "obrien-fleming") -> float:
    """Two-sided error that may be spent by this share of the information (Lan & DeMets 1983).

    Each side gets half. O'Brien–Fleming type: 2 - 2 Phi(z / sqrt(t)) a side, with z the upper
    quarter point of the error; Pocock type: log(1 + (e - 1) t) times the error.

    Examples
    --------
    >>> round(error_spent(1.0), 6), round(error_spent(0.5, spending="pocock"), 4)
    (0.05, 0.031)
    """
    alpha = 1 - _level(level)
    if not 0 < fraction <= 1:
        raise DesignError(f"The fraction parameter of error_spent must be in (0, 1]. Got {fraction!r} instead.")
    match spending:
        case "obrien-fleming":
            return float(4 * norm.sf(norm.isf(alpha / 4) / math.sqrt(fraction)))
        case "pocock":
            return alpha * math.log(1 + (math.e - 1) * fraction)
    raise DesignError(
        f"The spending parameter must be one of {', '.join(get_args(Spending))}. Got {spending!r} instead."
    )


def spending_boundaries(
    fractions: Sequence[float], *, level: float = 0.95, spending: Spending = "obrien-fleming"
) -> tuple[float | None, ...]:
    """Size of z at which each look decides, for looks at these shares of the information.

    The chance of a first crossing at each look, under no effect, equals the error newly spent
    there. It is found by carrying the density of the score forward from look to look over the
    region not yet crossed (Armitage, McPherson & Rowe 1969; Jennison & Turnbull 2000, ch. 19).
    Looks need not be equally spaced, nor their number known in advance.

    Parameters
    ----------
    fractions
        Rising shares in (0, 1].

    Returns
    -------
    tuple of float or None
        ``None`` where the error to spend is below what a normal tail can show.

    Raises
    ------
    DesignError
        If the shares do not rise within (0, 1], or an option is unknown.

    Examples
    --------
    >>> [round(z, 3) for z in spending_boundaries([0.5, 1.0])]
    [2.963, 1.969]
    """
    t = _rising(fractions)
    cumulative = [error_spent(f, level=level, spending=spending) for f in t]
    new = np.diff([0.0, *cumulative])
    state, found = _Path.start(), list[float | None]()
    for fraction, error in zip(t, new, strict=True):
        z = state.boundary(fraction, float(error)) if error > _NEGLIGIBLE else None
        found.append(z)
        state = state.carry(fraction, z if z is not None else _WIDEST)
    return tuple(found)


def classical_boundaries(n_looks: int, *, level: float = 0.95, kind: Spending = "obrien-fleming") -> tuple[float, ...]:
    """Boundaries of O'Brien & Fleming (1979) or Pocock (1977) for equally spaced looks.

    Examples
    --------
    >>> [round(z, 3) for z in classical_boundaries(2, kind="pocock")]
    [2.178, 2.178]
    """
    if n_looks < 1:
        raise DesignError(f"The n_looks parameter must be at least 1. Got {n_looks!r} instead.")
    alpha = 1 - _level(level)
    t = np.arange(1, n_looks + 1) / n_looks
    shape = np.ones(n_looks) if kind == "pocock" else 1 / np.sqrt(t)

    def excess(c: float) -> float:
        return _crossing(t, c * shape) - alpha

    constant = brentq(excess, float(norm.isf(alpha / 2)) - 1e-9, _WIDEST, xtol=1e-10)
    return tuple(float(z) for z in constant * shape)


def _crossing(t: Floats, z: Floats) -> float:
    state, total = _Path.start(), 0.0
    for fraction, bound in zip(t, z, strict=True):
        total += state.exit(float(fraction), float(bound))
        state = state.carry(float(fraction), float(bound))
    return total


@dataclass(frozen=True, slots=True)
class _Path:
    """Sub-density of the score process B(t) of those that have not crossed, on quadrature nodes."""

    time: float
    nodes: Floats
    mass: Floats

    @classmethod
    def start(cls) -> "_Path":
        return cls(0.0, np.zeros(1), np.ones(1))

    def exit(self, time: float, z: float) -> float:
        """Chance of lying outside ±z at ``time``, having stayed inside before."""
        step, edge = math.sqrt(time - self.time), z * math.sqrt(time)
        tails = norm.sf((edge - self.nodes) / step) + norm.sf((edge + self.nodes) / step)
        return float(self.mass @ tails)

    def boundary(self, time: float, error: float) -> float | None:
        """The z that a path leaves with chance ``error`` at ``time``."""
        if self.exit(time, _WIDEST) >= error:
            return None
        return float(brentq(lambda z: self.exit(time, z) - error, 0.0, _WIDEST, xtol=1e-10))

    def carry(self, time: float, z: float) -> "_Path":
        """The same at ``time``, for paths inside ±z there."""
        step, edge = math.sqrt(time - self.time), min(z, _WIDEST) * math.sqrt(time)
        nodes, weights = np.polynomial.legendre.leggauss(int(min(2000, max(120, 8 * edge / step))))
        at = edge * nodes
        density = norm.pdf((at[:, None] - self.nodes) / step) / step @ self.mass
        return _Path(time, at, edge * weights * density)


def planned_looks(
    estimates: Sequence[float],
    std_errors: Sequence[float],
    *,
    planned_information: float,
    level: float = 0.95,
    spending: Spending = "obrien-fleming",
) -> tuple[Look, ...]:
    """Every look so far, with repeated confidence intervals (Jennison & Turnbull 1989).

    Parameters
    ----------
    estimates, std_errors
        The same effect at each look, in time order. Information is 1 / std_error².
    planned_information
        Information the plan expects at its last look: 1 / (planned standard error)². A look beyond
        it counts as the last.

    Raises
    ------
    DesignError
        If a number is not finite or positive, or information does not rise from look to look.

    Examples
    --------
    >>> looks = planned_looks([0.4, 0.5], [0.2, 0.15], planned_information=1 / 0.15**2)
    >>> [look.decided for look in looks]
    [False, True]
    """
    information = _information(estimates, std_errors, planned_information)
    fractions = np.minimum(information / planned_information, 1.0)
    past = int(np.sum(information / planned_information >= 1))
    if past > 1:
        raise DesignError("Only the last look may lie beyond the planned information; plan more, or look less often.")
    bounds = spending_boundaries(fractions.tolist(), level=level, spending=spending)
    looks = []
    for k, (f, z) in enumerate(zip(fractions, bounds, strict=True)):
        y, s = float(estimates[k]), float(std_errors[k])
        looks.append(
            Look(
                look=k + 1,
                fraction=float(f),
                estimate=y,
                std_error=s,
                spent=error_spent(float(f), level=level, spending=spending),
                boundary=z,
                conf_low=y - z * s if z is not None else None,
                conf_high=y + z * s if z is not None else None,
                decided=z is not None and abs(y) >= z * s,
            )
        )
    return tuple(looks)


def always_valid(
    estimates: Sequence[float], std_errors: Sequence[float], *, planned_information: float, level: float = 0.95
) -> tuple[Look, ...]:
    """Intervals that hold at every look together, whenever one looks and stops.

    The normal mixture of Robbins (1970), two-sided as in Howard, Ramdas, McAuliffe & Sekhon
    (2021, eq. 14): half width sqrt((V + rho) log((V + rho) / (rho alpha²))) / V at information V,
    with rho chosen to be tightest at ``planned_information`` (their section 3.5). With estimated
    standard errors it is the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha,
    Kennedy & Ramdas (2024, Theorem 2.2). The p-value is one over the mixture's likelihood ratio,
    its smallest so far.

    Parameters and errors are those of `planned_looks`; looks beyond the planned information are
    allowed, and its choice affects only where the interval is narrowest.

    Examples
    --------
    >>> look, = always_valid([0.5], [0.1], planned_information=100.0)
    >>> round(look.conf_low, 3), round(look.conf_high, 3)
    (0.196, 0.804)
    """
    alpha = 1 - _level(level)
    information = _information(estimates, std_errors, planned_information)
    rho = planned_information / float(-lambertw(-(alpha**2) / math.e, k=-1).real - 1)
    looks, smallest = [], 1.0
    for k, V in enumerate(information.tolist()):
        y, s = float(estimates[k]), float(std_errors[k])
        half = math.sqrt((V + rho) * math.log((V + rho) / (rho * alpha**2))) / V
        evidence = 0.5 * math.log(rho / (V + rho)) + (y * V) ** 2 / (2 * (V + rho))
        smallest = min(smallest, math.exp(min(-evidence, 0.0)))
        looks.append(
            Look(
                look=k + 1,
                fraction=float(V / planned_information),
                estimate=y,
                std_error=s,
                conf_low=y - half,
                conf_high=y + half,
                p_value=smallest,
                decided=smallest <= alpha,
            )
        )
    return tuple(looks)


def _information(estimates: Sequence[float], std_errors: Sequence[float], planned: float) -> Floats:
    y, s = np.asarray(estimates, float), np.asarray(std_errors, float)
    problems = []
    if y.ndim != 1 or y.shape != s.shape or not len(y):
        problems.append("There must be one standard error a look, and at least one look.")
    elif not (np.isfinite(y).all() and np.isfinite(s).all() and (s > 0).all()):
        problems.append("Estimates must be finite and standard errors positive at every look.")
    elif (np.diff(s) >= 0).any():
        problems.append("Information must rise from look to look: each standard error must be below the one before.")
    if not (math.isfinite(planned) and planned > 0):
        problems.append(f"The planned_information parameter must be positive. Got {planned!r} instead.")
    if problems:
        raise DesignError("\n".join(problems))
    information: Floats = 1 / s**2
    return information


def _rising(fractions: Sequence[float]) -> list[float]:
    t = [float(f) for f in fractions]
    if not t or not all(0 < f <= 1 for f in t) or any(b <= a for a, b in pairwise(t)):
        raise DesignError(f"The fractions parameter must rise within (0, 1]. Got {list(fractions)!r} instead.")
    return t


def _level(level: float) -> float:
    if not 0 < level < 1:
        raise DesignError(f"The level parameter must be between 0 and 1. Got {level!r} instead.")
    return level
