"""The event study that the checks of timing share: one universal base, a window around the start, full covariance."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from upshot.impact.aggregate import aggregate
from upshot.impact.callaway_santanna import group_time
from upshot.impact.comparison import Comparison
from upshot.impact.design import Design
from upshot.impact.influence import CellMeans, covariance
from upshot.impact.moments import Floats, Integers

__all__ = ["WINDOW", "EventStudy", "contrast", "event_study_of"]

WINDOW = 12
"""Periods kept on either side of the start: further away few waves are left, and their noise decides."""


@dataclass(frozen=True, slots=True)
class EventStudy:
    """Differences by time since start, against the last period nobody can have reacted in.

    Parameters
    ----------
    event_time
        Shape (K,), rising; the base, ``-1 - anticipation``, is left out.
    estimate, covariance
        Shapes (K,) and (K, K).
    anticipation
        Periods before the start in which people may already react.
    trimmed
        Whether periods further from the start were left out.
    """

    event_time: Integers
    estimate: Floats
    covariance: Floats
    anticipation: int
    trimmed: bool

    @property
    def base(self) -> int:
        """Event time of the base period."""
        return -1 - self.anticipation

    @property
    def before(self) -> npt.NDArray[np.bool_]:
        """Which terms lie before the base, shape (K,)."""
        return np.asarray(self.event_time < self.base)

    @property
    def after(self) -> npt.NDArray[np.bool_]:
        """Which terms lie at the start or after it, shape (K,)."""
        return np.asarray(self.event_time >= 0)


def event_study_of(ready: Comparison, means: CellMeans, design: Design, *, window: int = WINDOW) -> EventStudy | None:
    """The event study of Callaway & Sant'Anna (2021) with a universal base (Roth 2024), near the start.

    ``None`` if no difference could be formed.
    """
    effects = group_time(ready, means, replace(design, base="universal"))
    if not effects.cohort.size or effects.reference.all():
        return None
    first, last = -1 - design.anticipation - window, window - 1
    near = Design(aggregation="event", event_window=(first, last))
    found = aggregate(effects, ready.moments, means, near)
    kept = np.flatnonzero(~found.reference)
    if not kept.size:
        return None
    terms = found.terms.take(kept)
    trimmed = bool(effects.event_time.min() < first or effects.event_time.max() > last)
    spread = covariance(ready.moments, means, terms)
    return EventStudy(found.keys[kept], terms.estimate, spread, design.anticipation, trimmed)


def contrast(study: EventStudy, weights: Floats) -> tuple[float, float] | None:
    """A weighted sum of the terms and its standard error; ``None`` without spread."""
    variance = float(weights @ study.covariance @ weights)
    scale = float(np.diag(study.covariance).max(initial=0.0))
    if not variance > 1e-12 * scale:
        return None
    return float(weights @ study.estimate), float(np.sqrt(variance))
