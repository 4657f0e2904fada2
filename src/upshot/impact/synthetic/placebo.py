"""Placebo inference: the programme given to donors that never had it, estimated as if it were real."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from upshot.impact.synthetic.gaps import Fit, Method, by_event, effects, pre_rmspe
from upshot.impact.synthetic.teams import Cohort

__all__ = ["Placebos", "placebo_rank", "placebos", "rmspe_ratio"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEWEST_LEFT = 2
"""Donors that must remain when others play the treated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placebos:
    """What the estimator says where nothing happened.

    ``estimates`` (B,), ``terms`` (B, event times), ``rmspe`` (B,) the fit before, ``ratios`` (B,)
    the fit after over the fit before. ``exhaustive`` is true when every choice was tried.
    """

    estimates: Floats
    terms: Floats
    rmspe: Floats
    ratios: Floats
    exhaustive: bool


def placebos(
    Y: Floats,
    cohorts: Sequence[Cohort],
    donors: Ints,
    method: Method,
    noises: Sequence[float],
    *,
    draws: int,
    seed: int,
) -> Placebos | None:
    """Algorithm 4 of Arkhangelsky et al. (2021), over staggered starts too (Clarke et al. 2023).

    As many donors as there are treated units take their starts; the rest stay donors. Every
    choice is tried when there are at most ``draws`` of them, else ``draws`` random ones. The
    penalty keeps the real panel's noise. ``None`` when too few donors would be left.
    """
    n_treated = sum(len(c.treated) for c in cohorts)
    if len(donors) - n_treated < FEWEST_LEFT:
        return None
    n_choices = math.comb(len(donors), n_treated)
    exhaustive = len(cohorts) == 1 and n_choices <= draws
    chosen: Iterator[Ints] = (
        (np.array(c, dtype=np.int64) for c in combinations(donors.tolist(), n_treated))
        if exhaustive
        else _random(donors, n_treated, draws, seed)
    )
    found = [_one(Y, cohorts, donors, method, noises, play) for play in chosen]
    estimates, terms, rmspe, ratios = zip(*found, strict=True)
    return Placebos(
        estimates=np.array(estimates),
        terms=np.array(terms),
        rmspe=np.array(rmspe),
        ratios=np.array(ratios),
        exhaustive=exhaustive,
    )


def _random(donors: Ints, n_treated: int, draws: int, seed: int) -> Iterator[Ints]:
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        yield rng.choice(donors, size=n_treated, replace=False)


def _one(
    Y: Floats, cohorts: Sequence[Cohort], donors: Ints, method: Method, noises: Sequence[float], play: Ints
) -> tuple[float, Floats, float, float]:
    sizes = np.cumsum([len(c.treated) for c in cohorts])[:-1]
    fake = [replace(c, treated=part) for c, part in zip(cohorts, np.split(play, sizes), strict=True)]
    rest = np.setdiff1d(donors, play)
    found = effects(Y, fake, rest, method, noises)
    centred = method != "synthetic-control"
    before = pre_rmspe(found.fits, fake, centred=centred)
    return found.estimate, by_event(found.fits, fake, Y.shape[1]), before, rmspe_ratio(found.fits, fake, before)


def rmspe_ratio(fits: Sequence[Fit], cohorts: Sequence[Cohort], before: float) -> float:
    """Post/pre root mean squared gap (Abadie, Diamond & Hainmueller 2010, section 3.4)."""
    after = np.concatenate([f.gaps[c.post] for f, c in zip(fits, cohorts, strict=True)])
    size = float(np.sqrt(np.mean(after**2)))
    return size / max(before, 1e-9 * size) if size else 0.0


def placebo_rank(real: float, fake: Floats) -> float:
    """Share of placebos, the real one counted, at least as large: the permutation p-value.

    Examples
    --------
    >>> placebo_rank(3.0, np.array([1.0, -2.0, 0.5]))
    0.25
    """
    large = np.abs(fake) >= abs(real) * (1 - 1e-12)
    return float((1 + large.sum()) / (1 + len(fake)))
