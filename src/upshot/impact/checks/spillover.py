"""Spillover: whether people who did not start changed when colleagues in their team did."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import special

from upshot.errors import DesignError
from upshot.impact.accumulate import moments_of
from upshot.impact.checks.effect_on import effect_on
from upshot.impact.design import Design
from upshot.impact.estimate import CheckResult
from upshot.impact.moments import Cell, Moments

__all__ = ["bystanders", "spillover", "straddling"]

NAME = "spillover"
FAILED = 0.01


def bystanders(
    outcome: npt.ArrayLike, first_treated: Sequence[int | None], team: npt.ArrayLike, *, periods: tuple[int, ...]
) -> Moments:
    """Moments of those who never start, by when the first colleague in their team does.

    Parameters
    ----------
    outcome
        Shape (n, T), everyone in every period.
    first_treated
        First treated period per person; ``None`` for those who never start.
    team
        Team per person, shape (n,); it becomes the cluster.
    periods
        Numeric periods, length T.

    Raises
    ------
    DesignError
        If the lengths differ, or nobody never starts.
    """
    y, codes = np.asarray(outcome, dtype=np.float64), np.unique(np.asarray(team), return_inverse=True)[1]
    if not len(y) == len(first_treated) == codes.size:
        raise DesignError("The outcome, first_treated and team of bystanders must have one row a person.")
    start = np.array([np.inf if g is None else float(g) for g in first_treated])
    first = np.full(codes.max(initial=0) + 1, np.inf)
    np.minimum.at(first, codes, start)
    never = np.isinf(start)
    if not never.any():
        raise DesignError("Everybody starts sooner or later, so there are no bystanders to look at.")
    reached = first[codes[never]]
    labels = sorted(set(reached.tolist()))
    cells = tuple(Cell(None if np.isinf(label) else int(label)) for label in labels)
    where = np.searchsorted(labels, reached)
    return moments_of(y[never], where, periods=periods, cells=cells, cluster=codes[never])


def spillover(found: Moments, design: Design) -> CheckResult:
    """Effect of colleagues' start on those who never start, teams kept whole.

    Parameters
    ----------
    found
        From `bystanders`, or scanned with the team's first start in place of the person's own,
        over those who never start.
    """
    effect = effect_on(found, replace(design, control="not-yet-treated"))
    if effect is None:
        text = "No untrained people work beside trained ones, or all of them do, so nothing can be compared."
        return CheckResult(name=NAME, status="not_applicable", code="no-bystanders", text=text)
    statistic = effect[0] / effect[1]
    p_value = float(2 * special.ndtr(-abs(statistic)))
    reached = int(sum(n for cell, n in zip(found.cells, found.people, strict=True) if cell.cohort is not None))
    failed = p_value < FAILED
    text = (
        "People who did not start changed when their colleagues did; part of the effect reaches them as well."
        if failed
        else "People who did not start went on as before when their colleagues did."
    )
    return CheckResult(
        name=NAME,
        status="failed" if failed else "passed",
        code="spillover" if failed else None,
        text=text,
        statistic=statistic,
        p_value=p_value,
        details={"estimate": effect[0], "std_error": effect[1], "bystanders": reached},
    )


def straddling(moments: Moments) -> CheckResult:
    """What moments alone say: whether any team holds people who start at different times, or never."""
    if not moments.clustered:
        text = "Teams were not named, so it is not known whether untrained people work beside trained ones."
        return CheckResult(name=NAME, status="not_applicable", code="no-teams", text=text)
    if all(len({moments.cells[cell].cohort for cell in block.cells}) == 1 for block in moments.blocks):
        return CheckResult(
            name=NAME,
            status="passed",
            text="Every team starts as a whole, so nobody is compared with colleagues in their own team.",
        )
    text = (
        "Some teams hold both people who started and people who had not. If they learn from each other, the effect "
        "is understated."
    )
    return CheckResult(name=NAME, status="informative", code="mixed-teams", text=text)
