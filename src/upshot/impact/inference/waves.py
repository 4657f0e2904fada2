"""Fisher's test for staggered roll-outs: the waves are dealt out again and the answer computed anew."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError
from upshot.impact.inference.randomisation import RandomisationTest, p_value_of

__all__ = ["permute_waves"]


def permute_waves(
    cohort: npt.ArrayLike,
    statistic: Callable[[npt.NDArray[Any]], float],
    *,
    block: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    draws: int = 500,
    seed: int,
) -> RandomisationTest:
    """P-value of a statistic of the wave assignment, under no effect for anyone at any time.

    Roth & Sant'Anna (2023, §3) use the studentised estimate as the statistic: it keeps the test's size
    in large samples even when effects differ and only their average is nil.

    Parameters
    ----------
    cohort
        First treated period of every unit, shape (n,), any dtype; never-treated as you write it.
    statistic
        Computes the statistic from an array like ``cohort``; both tails count.
    block, cluster
        Labels, shape (n,). Waves change places among clusters, within blocks.
    draws
        Random re-deals, >= 1.
    seed
        Seed of the re-deals.

    Raises
    ------
    DesignError
        If a cluster straddles waves or blocks, ``draws`` is below 1, or the statistic is not a
        finite number.

    Examples
    --------
    >>> score = np.array([5.0, 6.0, 1.0, 2.0, 1.5, 0.5])
    >>> early = lambda wave: float(score[wave == 1].mean() - score[wave == 2].mean())
    >>> permute_waves([1, 1, 2, 2, 2, 2], early, draws=99, seed=7).statistic
    4.25
    """
    waves = np.asarray(cohort)
    if draws < 1:
        raise DesignError(f"The draws parameter of permute_waves must be >= 1. Got {draws!r} instead.")
    unit = np.arange(waves.size) if cluster is None else np.unique(np.asarray(cluster), return_inverse=True)[1]
    b = np.zeros(waves.size, np.int64) if block is None else np.unique(np.asarray(block), return_inverse=True)[1]
    first = np.unique(unit, return_index=True)[1]
    _check_whole(waves, b, unit, first)
    generator = np.random.default_rng(seed)
    places = [np.flatnonzero(b[first] == label) for label in np.unique(b)]
    observed = _finite(statistic(waves))
    drawn = np.empty(draws)
    for draw in range(draws):
        dealt = np.arange(first.size)
        for inside in places:
            dealt[inside] = generator.permutation(inside)
        drawn[draw] = _finite(statistic(waves[first][dealt][unit]))
    return RandomisationTest(
        statistic=observed, p_value=p_value_of(observed, drawn, exact=False), draws=draws, exact=False
    )


def _check_whole(
    waves: npt.NDArray[Any],
    block: npt.NDArray[np.int64],
    unit: npt.NDArray[np.int64],
    first: npt.NDArray[np.int64],
) -> None:
    _, code = np.unique(waves, return_inverse=True)
    for codes, what in ((code, "waves"), (block, "blocks")):
        if (codes[first][unit] != codes).any():
            raise DesignError(f"A cluster has units in several {what}; waves cannot be re-dealt among clusters.")


def _finite(value: float) -> float:
    if not np.isfinite(value):
        raise DesignError("The statistic of a re-dealt wave assignment is not a finite number.")
    return float(value)
