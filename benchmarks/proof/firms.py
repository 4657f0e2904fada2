"""Simulated firms: people with a level of their own, a KPI that wanders, and starts in waves."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.impact.accumulate import moments_of
from upshot.impact.moments import Cell, Floats, Integers, Moments

__all__ = ["NEVER", "Firm", "a_noise", "event_time", "moments", "ramp", "starts_by_lot", "teams_of"]

NEVER = 10**6
"""Stands for no start while a firm is simulated; the engine is given none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """Readings of n people over T periods.

    Parameters
    ----------
    outcome
        Shape (n, T).
    start
        First period after the start (`NEVER` for none), shape (n,); periods count from 1.
    seen
        Whether there is a reading, shape (n, T), or ``None`` for everywhere.
    denominator
        What a ratio KPI is divided by, shape (n, T).
    team, stratum
        Codes, shape (n,).
    """

    outcome: Floats
    start: Integers
    seen: npt.NDArray[np.bool_] | None = None
    denominator: Floats | None = None
    team: Integers | None = None
    stratum: Integers | None = None


def moments(firm: Firm, *, clustered: bool = True) -> Moments:
    """What one scan of the firm leaves behind."""
    kind = np.zeros(firm.start.size, dtype=np.int64) if firm.stratum is None else firm.stratum
    pairs, where = np.unique(np.c_[firm.start, kind], axis=0, return_inverse=True)
    cells = tuple(
        Cell(None if start == NEVER else int(start), () if firm.stratum is None else (str(code),))
        for start, code in pairs
    )
    den = firm.denominator if firm.seen is None else firm.seen.astype(np.float64)
    num = firm.outcome if firm.seen is None else np.where(firm.seen, firm.outcome, 0.0)
    return moments_of(
        num,
        where.reshape(-1),
        periods=tuple(range(1, firm.outcome.shape[1] + 1)),
        cells=cells,
        den=den,
        cluster=firm.team if clustered else None,
    )


def a_noise(
    rng: np.random.Generator, n: int, periods: int, *, carry: float = 0.0, person: float = 1.0, noise: float = 1.0
) -> Floats:
    """Level of one's own plus AR(1) noise with ``carry``; sds ``person`` and ``noise``, shape (n, T)."""
    shocks = rng.normal(scale=noise, size=(n, periods))
    for t in range(1, periods):
        shocks[:, t] = carry * shocks[:, t - 1] + np.sqrt(1 - carry**2) * shocks[:, t]
    return np.asarray(shocks + rng.normal(scale=person, size=(n, 1)), dtype=np.float64)


def starts_by_lot(rng: np.random.Generator, n: int, starts: tuple[int, ...]) -> Integers:
    """Waves of equal size in an order drawn by lot, shape (n,)."""
    return rng.permutation(np.resize(np.array(starts, dtype=np.int64), n))


def event_time(start: Integers, periods: int) -> Integers:
    """Periods since the start, 0 in the first, shape (n, T)."""
    return np.asarray(np.arange(1, periods + 1)[None, :] - start[:, None], dtype=np.int64)


def ramp(since: Integers, rise: Callable[[Floats], Floats] = lambda e: 1 - 0.5 ** (e + 1)) -> Floats:
    """Share of the full effect so long after the start: half at once, then growing; 0 before."""
    return np.where(since >= 0, rise(np.maximum(since, 0).astype(np.float64)), 0.0)


def teams_of(rng: np.random.Generator, teams: int, size: float) -> Integers:
    """Team codes of unequal teams: 2 + Poisson people each, shape (n,)."""
    return np.repeat(np.arange(teams), 2 + rng.poisson(size - 2, teams))
