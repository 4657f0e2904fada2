"""The difference in restricted means between two arms: horizon, strata, variance, and when it cannot be had."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.impact.estimate import Caution
from upshot.impact.spells.arrays import Spells
from upshot.impact.spells.curve import (
    Curve,
    influence,
    kaplan_meier,
    restricted_mean,
    restricted_variance,
    supported_until,
)

__all__ = [
    "ENOUGH",
    "Contrast",
    "contrast",
    "default_horizon",
    "enough_until",
    "landmark",
    "lone_clusters",
    "origin_curve",
]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

ENOUGH = 10
"""Spells an arm must still have at risk at the default horizon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Restricted means of both arms and their difference.

    Parameters
    ----------
    means
        Restricted mean of the comparison and of the treated arm.
    variances
        Their variances, (2,); Greenwood-type without clusters.
    difference, variance
        Treated less comparison. Clusters may straddle the arms: the variance holds their covariance.
    curves
        Kaplan–Meier of the comparison and of the treated arm, all strata together.
    n_used
        Spells in strata that hold both arms.
    n_clusters
        Clusters among them, ``None`` without clusters.
    """

    means: tuple[float, float]
    variances: tuple[float, float]
    difference: float
    variance: float
    curves: tuple[Curve, Curve]
    n_used: int
    n_clusters: int | None


def landmark(spells: Spells) -> float:
    """Earliest time from which both arms are observed; 0 unless everybody of an arm entered late."""
    return max(0.0, *(float(spells.entry[spells.treated == side].min()) for side in (False, True)))


def default_horizon(spells: Spells) -> float | None:
    """Largest observed time at which both arms still have `ENOUGH` spells at risk; ``None`` if none.

    With strata, no later than every stratum's arm is followed.
    """
    arms = (~spells.treated, spells.treated)
    reach = [enough_until(spells.duration[arm], spells.entry[arm], ENOUGH) for arm in arms]
    if spells.strata is not None:
        cells = (arm & (spells.strata == code) for code in np.unique(spells.strata) for arm in arms)
        reach += [supported_until(origin_curve(spells, cell, 0.0)) for cell in cells if cell.any()]
    return None if None in reach else float(min(value for value in reach if value is not None))


def enough_until(duration: Floats, entry: Floats, least: int) -> float | None:
    """Largest observed time at which at least this many spells are at risk; ``None`` if none."""
    times = np.unique(duration)
    at_risk = np.searchsorted(np.sort(entry), times) - np.searchsorted(np.sort(duration), times)
    enough = times[at_risk >= least]
    return float(enough[-1]) if len(enough) else None


def origin_curve(spells: Spells, rows: Bools, origin: float) -> Curve:
    """Kaplan–Meier over some of the spells."""
    return kaplan_meier(spells.duration[rows], spells.event[rows], spells.entry[rows], origin)


def lone_clusters(spells: Spells) -> Caution | None:
    """The refusal when an arm lies within one cluster, whose fate cannot be told from the programme's."""
    if spells.cluster is None:
        return None
    for side, name in ((False, "comparison"), (True, "treated")):
        if len(np.unique(spells.cluster[spells.treated == side])) < 2:
            text = f"All {name} spells lie in one cluster, so the effect cannot be told from that cluster's own fate."
            return Caution(code="too-few-clusters", text=text)
    return None


def contrast(spells: Spells, horizon: float, origin: float) -> Contrast | Caution:
    """Difference in restricted mean time, averaged over strata by their share of all spells.

    The variance without clusters is Greenwood's (within strata) plus that of the strata's shares;
    with clusters it is the sum of squared cluster totals of the influence times G / (G − 1).
    """
    codes = np.zeros(len(spells), dtype=np.int64) if spells.strata is None else spells.strata
    pieces, used = [], np.zeros(len(spells), dtype=np.bool_)
    for code in np.unique(codes):
        rows = codes == code
        if len(np.unique(spells.treated[rows])) < 2:
            continue
        piece = _stratum(spells, rows, horizon, origin)
        if isinstance(piece, Caution):
            return piece
        pieces.append((rows, piece))
        used |= rows
    if not pieces:
        return Caution(code="one-arm", text="No stratum holds both treated and comparison spells; nothing is compared.")
    return _average(spells, pieces, used, origin)


@dataclass(frozen=True, slots=True)
class _Stratum:
    means: Floats
    variances: Floats
    psi: Floats


def _stratum(spells: Spells, rows: Bools, horizon: float, origin: float) -> _Stratum | Caution:
    """Means and variances (2,), and the influence of each spell on each arm's mean (n, 2)."""
    psi = np.zeros((len(spells), 2))
    means, variances = np.zeros(2), np.zeros(2)
    for side in (0, 1):
        arm = rows & (spells.treated == bool(side))
        curve = origin_curve(spells, arm, origin)
        if refusal := _unsupported(curve, horizon, side):
            return refusal
        means[side] = restricted_mean(curve, horizon)
        variances[side] = restricted_variance(curve, horizon)
        psi[arm, side] = influence(curve, spells.duration[arm], spells.event[arm], spells.entry[arm], horizon)
    return _Stratum(means, variances, psi)


def _unsupported(curve: Curve, horizon: float, side: int) -> Caution | None:
    name = ("comparison", "treated")[side]
    before = curve.times < horizon
    emptied = before & (curve.survival == 0)
    if emptied.any() and curve.last > curve.times[emptied][0]:
        text = (
            f"Everybody under observation in the {name} arm had ended at {curve.times[emptied][0]:g}, before others "
            "came under observation; the curve cannot be carried on. Start measuring later, at a time with more spells."
        )
        return Caution(code="risk-set-emptied", text=text)
    if supported_until(curve) < horizon:
        text = (
            f"The {name} arm is followed to {curve.last:g}, not to the horizon {horizon:g}. "
            f"Choose a horizon of at most {curve.last:g}, or wait."
        )
        return Caution(code="horizon-beyond-follow-up", text=text)
    return None


def _average(spells: Spells, pieces: list[tuple[Bools, _Stratum]], used: Bools, origin: float) -> Contrast:
    n = int(used.sum())
    shares = np.array([rows.sum() / n for rows, _ in pieces])
    means = shares @ np.array([piece.means for _, piece in pieces])
    psi = np.zeros((len(spells), 2))
    for share, (rows, piece) in zip(shares, pieces, strict=True):
        psi += share * piece.psi
        psi[rows] += (piece.means - means) / n
    if spells.cluster is None:
        within = np.sum(shares[:, None] ** 2 * np.array([piece.variances for _, piece in pieces]), axis=0)
        spread = np.array([piece.means for _, piece in pieces]) - means
        gaps = spread[:, 1] - spread[:, 0]
        variances = within + shares @ spread**2 / n
        variance, clusters = float(within.sum() + shares @ gaps**2 / n), None
    else:
        totals, clusters = _cluster_totals(psi[used], spells.cluster[used])
        factor = clusters / max(clusters - 1, 1)
        variances = factor * np.sum(totals**2, axis=0)
        variance = float(factor * np.sum((totals[:, 1] - totals[:, 0]) ** 2))
    comparison, treated = (origin_curve(spells, used & (spells.treated == side), origin) for side in (False, True))
    return Contrast(
        means=(float(means[0]), float(means[1])),
        variances=(float(variances[0]), float(variances[1])),
        difference=float(means[1] - means[0]),
        variance=variance,
        curves=(comparison, treated),
        n_used=n,
        n_clusters=clusters,
    )


def _cluster_totals(psi: Floats, cluster: npt.NDArray[np.int64]) -> tuple[Floats, int]:
    codes = np.unique(cluster, return_inverse=True)[1]
    totals = np.zeros((int(codes.max()) + 1, 2))
    np.add.at(totals, codes, psi)
    return totals, len(totals)
