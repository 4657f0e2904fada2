"""The efficient estimator for randomised start dates of Roth & Sant'Anna (2023), from cohort moments.

With start dates assigned at random, the difference of the same cohorts before anyone started,
X, has mean zero; theta - beta X with the variance-minimising beta (their equation 7, plug-in)
beats difference-in-differences (beta = 1) and simple differences (beta = 0).
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError
from upshot.impact.comparison import by_cohort
from upshot.impact.design import Aggregation
from upshot.impact.estimate import Caution
from upshot.impact.influence import CellMeans, cell_means
from upshot.impact.moments import Block, Floats, Moments

__all__ = [
    "SMALL",
    "Cohorts",
    "Efficient",
    "Weights",
    "cohorts_of",
    "efficient",
    "event_times",
    "of_few",
    "weights_for",
]


SINGULAR = 1e-12
"""Share of the largest variance below which a direction of a wave's spread is rounding, not spread."""


SMALL = 200
"""Randomised units below which the error is that of `of_few`: the plug-in slope, the refinement and the normal
quantile each make the interval too short there (docs/explanation/proof.md)."""


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Sample moments per start period, those who never start last.

    Parameters
    ----------
    start
        Start periods, infinity for never, rising, shape (G,).
    count
        Randomised units (people or clusters) per cohort, shape (G,).
    size
        What cohorts and pooled controls are weighted by: people, or their weights, shape (G,).
    mean
        Mean outcomes, shape (G, T), less `Moments.shift`.
    spread
        Sample covariance (divisor count - 1) of the units' outcomes, shape (G, T, T); for clusters,
        weights and leavers that of the residuals whose mean is the cohort's mean.
    times
        Numeric periods, shape (T,).
    cautions
        What was left out.
    """

    start: Floats
    count: Floats
    size: Floats
    mean: Floats
    spread: Floats
    times: Floats
    cautions: tuple[Caution, ...] = ()

    @property
    def total(self) -> float:
        """All randomised units."""
        return float(self.count.sum())


@dataclass(frozen=True, slots=True)
class Weights:
    """Linear contrasts of cohort means: effect and its pre-start counterpart, each (P, G, T)."""

    effect: Floats
    before: Floats


@dataclass(frozen=True, slots=True)
class Efficient:
    """P estimates with refined and Neyman-type covariance.

    Parameters
    ----------
    estimate, slope
        Estimates and the weight put on the pre-start difference, shape (P,).
    covariance, covariance_neyman
        Shape (P, P): with and without the estimable part of effect heterogeneity taken off.
    freedom
        Degrees of freedom of Student's t, shape (P,); ``None`` where the normal quantile serves.
    """

    estimate: Floats
    slope: Floats
    covariance: Floats
    covariance_neyman: Floats
    freedom: Floats | None = None


def cohorts_of(moments: Moments) -> Cohorts:
    """Sample moments per start period.

    With waves drawn by team the clusters are the randomised units: the effect is still an average
    over people, its spread that of the clusters' sums around their cohort's mean.

    Raises
    ------
    DesignError
        If clusters lie in several cohorts (then the lot was not drawn by cluster), or a cohort is
        unseen in some period.
    """
    pooled = by_cohort(moments)
    if any(len(block.cells) > 1 for block in pooled.blocks):
        raise DesignError(
            "Some clusters have people in several waves, so waves were not drawn by cluster. "
            "Leave --cluster out if people were drawn one by one."
        )
    means = cell_means(pooled)
    if not means.present.all():
        raise DesignError("The Roth–Sant'Anna estimator needs every wave in every period; some are unseen.")
    starts = [np.inf if cell.cohort is None else float(cell.cohort) for cell in pooled.cells]
    blocks = {block.cells[0]: block for block in pooled.blocks}
    order = [int(index) for index in np.argsort(starts, kind="stable")]
    keep = [index for index in order if blocks[index].count > 1]
    return Cohorts(
        start=np.array([starts[index] for index in keep]),
        count=np.array([blocks[index].count for index in keep], dtype=np.float64),
        size=means.size[keep],
        mean=means.mean[keep],
        spread=np.array([_spread(pooled, means, blocks[index]) for index in keep]),
        times=np.array(pooled.periods, dtype=np.float64),
        cautions=_lonely(len(order) - len(keep)),
    )


def _lonely(waves: int) -> tuple[Caution, ...]:
    if not waves:
        return ()
    which = "One wave of a single unit was" if waves == 1 else f"{waves} waves of a single unit each were"
    text = f"{which} left out: the spread within cannot be measured."
    return (Caution(code="single-unit-wave-dropped", text=text),)


def _spread(moments: Moments, means: CellMeans, block: Block) -> Floats:
    """Sample covariance of a cohort's units, as residuals per period (T, T)."""
    cell, T = block.cells[0], len(moments.periods)
    scale = block.count / means.den[cell]
    by_den = -(means.mean[cell] * scale)
    parts: list[Floats] = []
    if moments.sized:
        parts.append(np.zeros((T, 1)) if moments.varying else by_den[:, None])
    if moments.varying:
        parts.append(np.diag(by_den))
    residual = np.hstack([*parts, np.diag(scale)])
    return np.asarray(residual @ block.centred @ residual.T / (block.count - 1))


def event_times(cohorts: Cohorts) -> list[int]:
    """Event times from 0 on at which some cohort has started and another has not."""
    g, t = np.nonzero(_formed(cohorts))
    return sorted({int(event_time) for event_time in cohorts.times[t] - cohorts.start[g]})


def weights_for(cohorts: Cohorts, aggregation: Aggregation) -> tuple[list[float], Weights]:
    """Contrasts of the terms of an aggregation, and their labels.

    ``simple`` has one term over all pairs, ``group`` one per cohort, ``calendar`` one per period,
    ``event`` one per event time; averages over terms are combined from them.
    """
    g, t = np.nonzero(_formed(cohorts))
    labels_of = {
        "simple": np.zeros(g.size),
        "group": cohorts.start[g],
        "calendar": cohorts.times[t],
        "event": cohorts.times[t] - cohorts.start[g],
    }
    labels, term = np.unique(labels_of[aggregation], return_inverse=True)
    raw = np.ones(g.size) if aggregation == "group" else cohorts.size[g]
    pair_weights = np.zeros((labels.size, cohorts.start.size, cohorts.times.size))
    pair_weights[term, g, t] = raw / np.bincount(term, raw, labels.size)[term]
    return [float(label) for label in labels], _contrasts(cohorts, pair_weights)


def efficient(cohorts: Cohorts, weights: Weights) -> Efficient:
    """Estimate each contrast with its own efficient slope (Roth & Sant'Anna 2023, sections 3 and 4)."""
    theta = np.einsum("pgt,gt->p", weights.effect, cohorts.mean)
    before = np.einsum("pgt,gt->p", weights.before, cohorts.mean)
    pre = contrast_covariance(cohorts, weights.before, weights.before)
    cross = contrast_covariance(cohorts, weights.before, weights.effect)
    pre_variance = np.diag(pre)
    slope = np.divide(np.diag(cross), pre_variance, out=np.zeros_like(theta), where=pre_variance > 0)
    combined = weights.effect - slope[:, None, None] * weights.before
    neyman = contrast_covariance(cohorts, combined, combined)
    refined = neyman - _heterogeneity(cohorts, weights.effect)
    return Efficient(theta - slope * before, slope, refined, neyman)


def of_few(cohorts: Cohorts, weights: Weights, found: Efficient) -> Efficient:
    """The same estimates with an error and degrees of freedom for few randomised units.

    Neyman's covariance, with one degree of freedom of each wave spent on the fitted slope, and
    Satterthwaite's (1946) degrees of freedom of the sum over waves. Nothing here looks at the
    estimate.
    """
    spare = np.maximum(cohorts.count - 2, 1.0)
    scaled = replace(cohorts, spread=cohorts.spread * ((cohorts.count - 1) / spare)[:, None, None])
    combined = weights.effect - found.slope[:, None, None] * weights.before
    parts = np.einsum("pgs,gst,pgt->pg", combined, scaled.spread / cohorts.count[:, None, None], combined)
    whole = np.sum(parts, axis=1) ** 2
    below = np.sum(parts**2 / spare, axis=1)
    freedom = np.divide(whole, below, out=np.ones_like(whole), where=below > 0)
    return replace(found, covariance=contrast_covariance(scaled, combined, combined), freedom=freedom)


def combine(weights: Weights, shares: Floats) -> Weights:
    """Average the terms with fixed shares (P,), as one contrast."""
    return replace(
        weights,
        effect=np.einsum("p,pgt->gt", shares, weights.effect)[None],
        before=np.einsum("p,pgt->gt", shares, weights.before)[None],
    )


def _formed(cohorts: Cohorts) -> npt.NDArray[np.bool_]:
    """Whether a cohort has started in a period in which another has not, shape (G, T)."""
    latest = cohorts.start[-1] if cohorts.start.size else -np.inf
    started = cohorts.start[:, None] <= cohorts.times[None, :]
    return np.asarray(started & (cohorts.times < latest)[None, :])


def _contrasts(cohorts: Cohorts, weights: Floats) -> Weights:
    """Weights of pairs (P, G, T) to contrasts of treated less not-yet-treated, at t and before g."""
    waiting = cohorts.size[:, None] * (cohorts.start[:, None] > cohorts.times[None, :])
    share = waiting / np.maximum(waiting.sum(axis=0), np.finfo(float).tiny)
    effect = weights - share * weights.sum(axis=1)[:, None, :]
    before = np.zeros_like(weights)
    for own, start in enumerate(cohorts.start):
        earlier = np.flatnonzero(cohorts.times < start)
        if earlier.size:
            before[:, own, earlier[-1]] += weights[:, own].sum(axis=1)
            before[:, :, earlier[-1]] -= weights[:, own] @ share.T
    return Weights(effect, before)


def contrast_covariance(cohorts: Cohorts, left: Floats, right: Floats) -> Floats:
    """Neyman-type covariance of two sets of contrasts, (P, G, T) and (Q, G, T), shape (P, Q)."""
    spread = cohorts.spread / cohorts.count[:, None, None]
    return np.asarray(np.einsum("pgs,gst,qgt->pq", left, spread, right, optimize=True))


def _heterogeneity(cohorts: Cohorts, effect: Floats) -> Floats:
    """Part of the finite-population effect variance that outcomes before the first start explain.

    Their section 4.2: beta_g regresses A_g Y on the periods before the first start within cohort
    g; the refinement is (sum beta_g)' S (sum beta_g) / N. Every cohort's spread S of those periods
    estimates the same matrix; the plain mean over cohorts is used, as in the authors' software.
    """
    early = cohorts.times < cohorts.start[0]
    if not early.any():
        return np.zeros((len(effect), len(effect)))
    total = np.zeros((len(effect), int(early.sum())))
    floor = SINGULAR * float(np.einsum("gtt->gt", cohorts.spread[:, early][:, :, early]).max(initial=0.0))
    for spread, a in zip(cohorts.spread, np.moveaxis(effect, 1, 0), strict=True):
        total += (_inverse(spread[np.ix_(early, early)], floor) @ spread[early] @ a.T).T
    common = cohorts.spread.mean(axis=0)[np.ix_(early, early)]
    return np.asarray(total @ common @ total.T / cohorts.total)


def _inverse(spread: Floats, floor: float) -> Floats:
    """Generalised inverse that leaves out directions without spread (rare outcomes, small waves)."""
    values, vectors = np.linalg.eigh(spread)
    keep = values > floor
    return np.asarray((vectors[:, keep] / values[keep]) @ vectors[:, keep].T)
