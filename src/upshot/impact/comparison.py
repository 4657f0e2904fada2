"""Which cohorts can be judged, in which periods, and against whom."""

from dataclasses import dataclass, replace

from upshot.impact.design import Design
from upshot.impact.estimate import Caution
from upshot.impact.moments import Cell, Moments

__all__ = ["Comparison", "by_cohort", "comparison"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A panel made ready for cohort comparisons.

    Parameters
    ----------
    moments
        Without people treated from the first period; late starters counted as never treated.
    cohorts
        Start periods that can be judged, rising.
    last
        Index one past the last period in which anyone untreated is left.
    cautions
        What was left out, and why.
    reasons
        Why nothing can be judged; empty when something can.
    """

    moments: Moments
    cohorts: tuple[int, ...]
    last: int
    cautions: tuple[Caution, ...]
    reasons: tuple[Caution, ...]


def comparison(moments: Moments, design: Design) -> Comparison:
    """Apply the rules of Callaway & Sant'Anna (2021, section 2) to the cohorts of a panel.

    Cohorts that start after the last period have not started yet: they count as never treated.
    People treated from the first period on have no untreated reading and are left out. With no
    never-treated people the last cohort is only a comparison, until it starts itself.
    """
    first, final = moments.periods[0], moments.periods[-1]
    cautions = [*_early(moments, first), *_singletons(moments, first, final)]
    kept = moments.keep(cell.cohort is None or cell.cohort > first for cell in moments.cells)
    kept = kept.pooled(
        Cell(None, cell.stratum) if cell.cohort is not None and cell.cohort > final else cell for cell in kept.cells
    )
    starts = sorted({cell.cohort for cell in kept.cells if cell.cohort is not None})
    never = any(cell.cohort is None for cell in kept.cells)
    last = len(moments.periods)
    if not never and starts:
        horizon = starts.pop() - design.anticipation
        last = sum(period < horizon for period in moments.periods)
        if starts and design.control == "not-yet-treated":
            cautions.append(_last_cohort())
    cohorts = tuple(start for start in starts if start > first + design.anticipation)
    reasons = _reasons(moments, design, never, cohorts)
    return Comparison(kept, cohorts, last, tuple(cautions), tuple(reasons))


def by_cohort(moments: Moments) -> Moments:
    """Merge the strata of each cohort."""
    return moments.pooled([replace(cell, stratum=()) for cell in moments.cells])


def _early(moments: Moments, first: int) -> list[Caution]:
    cells = zip(moments.cells, moments.people, strict=True)
    people = sum(int(n) for cell, n in cells if cell.cohort is not None and cell.cohort <= first)
    if not people:
        return []
    text = f"{people:,} people were already treated in the first period; they have no reading before and are left out."
    return [Caution(code="treated-from-the-start", text=text)]


def _singletons(moments: Moments, first: int, final: int) -> list[Caution]:
    pooled = by_cohort(moments)
    lonely = [
        cell.cohort
        for cell, n in zip(pooled.cells, pooled.people, strict=True)
        if n == 1 and cell.cohort is not None and first < cell.cohort <= final
    ]
    if not lonely:
        return []
    who = "One wave has a single person" if len(lonely) == 1 else f"{len(lonely)} waves have a single person each"
    return [Caution(code="single-person-wave", text=f"{who}; the spread within it cannot be measured.")]


def _last_cohort() -> Caution:
    text = "Everyone starts sooner or later: the last wave serves as comparison until it starts, and is not judged."
    return Caution(code="last-wave-is-comparison", text=text)


def _reasons(moments: Moments, design: Design, never: bool, cohorts: tuple[int, ...]) -> list[Caution]:
    if len(moments.periods) < 2:
        return [Caution(code="one-period", text="There is one period only: nothing was read before the start.")]
    treated = [cell.cohort for cell in moments.cells if cell.cohort is not None]
    if not any(start <= moments.periods[-1] for start in treated):
        return [Caution(code="nobody-treated", text="Nobody starts within the periods given.")]
    if all(start <= moments.periods[0] for start in treated) and not cohorts:
        text = "Everyone treated was treated from the first period: nothing was read before the start."
        return [Caution(code="no-pre-period", text=text)]
    if design.control == "never-treated" and not never:
        text = "Nobody stays untreated throughout. Compare with those not yet treated (--control not-yet-treated)."
        return [Caution(code="no-never-treated", text=text)]
    if not cohorts:
        return [Caution(code="everyone-at-once", text="Everyone starts together: there is nobody to compare with.")]
    return []
