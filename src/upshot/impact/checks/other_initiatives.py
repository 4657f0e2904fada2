"""Other initiatives: whether something else reached those who started more than those compared with."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

from upshot.errors import DesignError
from upshot.impact.accumulate import moments_of
from upshot.impact.checks.effect_on import effect_on
from upshot.impact.design import Design
from upshot.impact.estimate import CheckResult
from upshot.impact.moments import Cell

__all__ = ["other_initiatives"]

NAME = "other-initiatives"
FAILED = 0.01
WORTH_SAYING = 0.05
"""Difference in the share reached below which another initiative can hardly explain an effect."""


def other_initiatives(
    first_treated: Sequence[int | None],
    others: Mapping[str, Sequence[int | None]],
    *,
    periods: tuple[int, ...],
    design: Design,
) -> CheckResult:
    """Put the question of the design to another outcome: being reached by another initiative.

    Parameters
    ----------
    first_treated
        First period of this initiative per person; ``None`` for never.
    others
        First period of each other initiative on the same KPI, by its name, for the same people.
    periods
        Numeric periods of the panel.

    Raises
    ------
    DesignError
        If an initiative does not name a start, or ``None``, for every person.
    """
    if any(len(starts) != len(first_treated) for starts in others.values()):
        raise DesignError("Every other initiative needs a start, or none, for each person.")
    if not others:
        text = "No other initiative aims at this KPI."
        return CheckResult(name=NAME, status="passed", text=text)
    found = {name: _reach(first_treated, starts, periods, design) for name, starts in others.items()}
    gaps = {name: values[0] for name, values in found.items()}
    by_chance = FAILED / len(found)
    uneven = [name for name, (gap, p) in found.items() if p < by_chance and abs(gap) > WORTH_SAYING]
    widest = max(found, key=lambda name: abs(gaps[name]))
    if uneven:
        listed = ", ".join(uneven)
        text = f"Those who started were also reached by {listed}, more (or less) than those compared with."
    else:
        text = "No other initiative on this KPI reached those who started more than those compared with."
    return CheckResult(
        name=NAME,
        status="failed" if uneven else "passed",
        code="other-initiative" if uneven else None,
        text=text,
        statistic=gaps[widest],
        p_value=found[widest][1],
        details={"difference_in_share_reached": gaps},
    )


def _reach(
    ours: Sequence[int | None], theirs: Sequence[int | None], periods: tuple[int, ...], design: Design
) -> tuple[float, float]:
    """Difference in the share reached after our start, and its p-value."""
    times = np.array(periods, dtype=np.float64)
    starts = np.array([np.inf if g is None else float(g) for g in theirs])
    reached = (times[None, :] >= starts[:, None]).astype(np.float64)
    labels = sorted({np.inf if g is None else float(g) for g in ours})
    cells = tuple(Cell(None if np.isinf(label) else int(label)) for label in labels)
    where = np.searchsorted(labels, [np.inf if g is None else float(g) for g in ours])
    effect = effect_on(moments_of(reached, where, periods=periods, cells=cells), design)
    if effect is None:
        return 0.0, 1.0
    return effect[0], float(2 * stats.norm.sf(abs(effect[0] / effect[1])))
