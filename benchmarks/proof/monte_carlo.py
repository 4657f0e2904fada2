"""Shares with their simulation error, and the seeds behind every figure."""

import math
import zlib
from dataclasses import dataclass

import numpy as np
from scipy import stats

__all__ = ["SEED", "Share", "generator", "share"]

SEED = 20261123


@dataclass(frozen=True, slots=True)
class Share:
    """How often something happened.

    Parameters
    ----------
    hits, runs
        Counts.
    """

    hits: int
    runs: int

    @property
    def value(self) -> float:
        """The share itself."""
        return self.hits / self.runs

    @property
    def error(self) -> float:
        """Monte Carlo standard error, never below that of one hit or one miss."""
        p = min(max(self.value, 1 / self.runs), 1 - 1 / self.runs)
        return math.sqrt(p * (1 - p) / self.runs)

    def span(self, level: float = 0.95) -> tuple[float, float]:
        """Exact binomial interval (Clopper & Pearson 1934)."""
        tail = (1 - level) / 2
        low = stats.beta.ppf(tail, self.hits, self.runs - self.hits + 1) if self.hits else 0.0
        high = stats.beta.ppf(1 - tail, self.hits + 1, self.runs - self.hits) if self.hits < self.runs else 1.0
        return float(low), float(high)


def share(hits: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Share:
    """Count the hits of a run."""
    return Share(int(hits.sum()), int(hits.size))


def generator(name: str, seed: int = SEED) -> np.random.Generator:
    """A stream of its own for each named simulation, so that adding one leaves the others as they were."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])
