"""Discrete-time hazard on an event table: one effect of treatment over a free baseline by period."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from upshot.impact.spells.table import EventTable

__all__ = ["HazardFit", "discrete_hazard"]

Floats = npt.NDArray[np.float64]
_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardFit:
    """Log hazard ratio (``cloglog``) or log odds ratio (``logit``) of treatment.

    ``baseline`` holds the linear predictor of the untreated in each used period, (K,);
    ``periods`` their numbers, from 1.
    """

    link: Literal["cloglog", "logit"]
    log_ratio: float
    std_error: float
    baseline: Floats
    periods: npt.NDArray[np.int64]


def discrete_hazard(
    table: EventTable, treated: Sequence[bool], link: Literal["cloglog", "logit"] = "cloglog"
) -> HazardFit | None:
    """Grouped-time proportional hazards (Prentice & Gloeckler 1978) or proportional odds (Cox 1972).

    Maximum likelihood by Fisher scoring on the cells of the table. Periods in which nobody, or
    everybody, ends carry no information on the ratio and are left out.

    Parameters
    ----------
    table
        Counts by group and period.
    treated
        Whether each group of the table is treated, (G,).
    link
        ``cloglog`` gives a ratio of hazards, ``logit`` a ratio of odds.

    Returns
    -------
    HazardFit or None
        ``None`` when the ratio cannot be estimated (one arm only, no events in an arm, or the
        likelihood has no finite maximum).
    """
    arm = np.asarray(treated, dtype=np.bool_)
    counts = [(table.at_risk[arm == side].sum(axis=0), table.events[arm == side].sum(axis=0)) for side in (False, True)]
    (risk0, ends0), (risk1, ends1) = counts
    ends, risk = ends0 + ends1, risk0 + risk1
    used = (ends > 0) & (ends < risk)
    if not used.any() or any(e[used].sum() in (0, r[used].sum()) for r, e in counts):
        return None
    risks = np.concatenate([risk0[used], risk1[used]])
    events = np.concatenate([ends0[used], ends1[used]])
    size = int(used.sum())
    design = np.zeros((2 * size, size + 1))
    design[np.arange(2 * size), np.tile(np.arange(size), 2)] = 1
    design[size:, size] = 1
    fitted = _scoring(design, risks, events, link, np.append(_link((ends / risk)[used], link), 0.0))
    if fitted is None:
        return None
    beta, information = fitted
    error = float(np.sqrt(np.linalg.inv(information)[-1, -1]))
    return HazardFit(
        link=link,
        log_ratio=float(beta[-1]),
        std_error=error,
        baseline=beta[:-1],
        periods=np.flatnonzero(used) + 1,
    )


def _scoring(design: Floats, risks: Floats, events: Floats, link: str, beta: Floats) -> tuple[Floats, Floats] | None:
    for _ in range(_STEPS):
        predictor = np.clip(design @ beta, -30, 3.5 if link == "cloglog" else 30)
        chance, slope = _mean(predictor, link)
        spread = chance * (1 - chance)
        score = design.T @ (slope / spread * (events - risks * chance))
        information = (design.T * (risks * slope**2 / spread)) @ design
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError:
            return None
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            return beta, information
    return None


def _link(share: Floats, link: str) -> Floats:
    return np.log(-np.log1p(-share)) if link == "cloglog" else np.log(share / (1 - share))


def _mean(predictor: Floats, link: str) -> tuple[Floats, Floats]:
    """Probability and its derivative in the predictor."""
    if link == "logit":
        chance = 1 / (1 + np.exp(-predictor))
        return chance, chance * (1 - chance)
    rate = np.exp(predictor)
    return -np.expm1(-rate), rate * np.exp(-rate)
