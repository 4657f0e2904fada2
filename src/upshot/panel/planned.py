"""The design that a plan fixed, in the engine's words: assignment, comparison, window, planned wave sizes."""

from dataclasses import replace

import numpy as np

from upshot.impact.design import Assignment, Design
from upshot.lake.scan_times import TimeScale
from upshot.periods import label, period_index, period_start, round_dates
from upshot.plan.initiatives import Expected, Initiative
from upshot.plan.kpis import Kpi

__all__ = ["event_study_of", "numeric_period", "planned_design", "with_planned_shares"]

_ASSIGNMENTS: dict[str, Assignment] = {"random-by-team": "random", "random-by-person": "random"}
_ALL = 100_000
"""More periods than any panel has."""


def planned_design(initiative: Initiative, kpi: Kpi, expected: Expected | None, *, level: float) -> Design:
    """The design that the plan fixed, in the engine's words."""
    planned = initiative.design
    by_team = planned.assign == "random-by-team"
    return Design(
        control="never-treated" if planned.compare == "never-started" else "not-yet-treated",
        anticipation=planned.anticipation,
        adjust="doubly-robust" if planned.strata else None,
        assignment=_ASSIGNMENTS.get(planned.assign, planned.assign),  # type: ignore[arg-type]  # the rest are the same words
        assigned_by="team" if by_team else "person",
        outcome=kpi.spoken,
        direction=kpi.direction or "up",
        level=level,
        smallest_worth_having=None if expected is None else expected.smallest_worth_having,
    )


def with_planned_shares(design: Design, initiative: Initiative, scale: TimeScale) -> Design:
    """Add the planned share of each start, where the plan draws its waves by shares and counts from them.

    Waves that come to start in the same period are one; what is left of 1 never starts.
    """
    waves, start = initiative.waves, initiative.design.first_treated
    if start.from_ != "wave" or not waves or any(wave.share is None for wave in waves):
        return design
    shares: dict[int | None, float] = {}
    for wave in waves:
        index = int(round_dates(np.datetime64(wave.start), initiative.design.period, start.round))
        key = numeric_period(index, initiative, scale)
        shares[key] = shares.get(key, 0.0) + (wave.share or 0.0)
    left = 1 - sum(shares.values())
    if left > 1e-9:
        shares[None] = left
    return replace(design, planned_shares=tuple(shares.items()))


def numeric_period(index: int, initiative: Initiative, scale: TimeScale) -> int:
    """A period of the plan as the scanned panel numbers it."""
    grain = initiative.design.period
    if scale.kind == "integer":
        return int(label(index, grain))
    return int(period_index(period_start(index, grain), scale.grain or grain))


def event_study_of(design: Design, initiative: Initiative) -> Design:
    """The same comparison by time since start, within the plan's window."""
    window = initiative.design.window
    span = None
    if window.before is not None or window.after is not None:
        span = (-(window.before or _ALL), _ALL if window.after is None else window.after)
    return replace(design, aggregation="event", estimator="callaway-santanna", event_window=span)
