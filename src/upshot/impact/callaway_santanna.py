"""Group-time average treatment effects of Callaway & Sant'Anna (2021), from cell means."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.impact.adjusted import Differences, differences
from upshot.impact.comparison import Comparison
from upshot.impact.design import Design
from upshot.impact.estimate import Caution
from upshot.impact.influence import CellMeans, Linear
from upshot.impact.moments import Floats, Integers
from upshot.impact.strata import BASE, PERIOD, TREATED, Bools, Members, Strata, Tables, strata_of

__all__ = ["GroupTime", "Pairs", "group_time", "pairs"]


@dataclass(frozen=True, slots=True)
class Pairs:
    """P comparisons of a cohort in a period with its base.

    Parameters
    ----------
    cohort
        Start period g, numeric, shape (P,).
    period, base
        Indices into the panel's periods, shape (P,).
    untreated_until
        Controls must start later than this period, shape (P,).
    """

    cohort: Integers
    period: Integers
    base: Integers
    untreated_until: Integers

    @property
    def reference(self) -> Bools:
        """Whether the pair is the base itself."""
        return np.asarray(self.period == self.base)

    @property
    def size(self) -> int:
        """Number of pairs."""
        return int(self.cohort.size)

    def take(self, rows: npt.ArrayLike) -> "Pairs":
        """Keep some of the pairs."""
        index = np.asarray(rows)
        return Pairs(self.cohort[index], self.period[index], self.base[index], self.untreated_until[index])


@dataclass(frozen=True, slots=True)
class GroupTime:
    """ATT(g, t) for P pairs.

    Parameters
    ----------
    cohort
        Start period g, numeric, shape (P,).
    period
        Index of t into the panel's periods, shape (P,).
    event_time
        t - g in the units of the periods, shape (P,).
    reference
        Whether the pair is the base period itself (effect 0 by definition), shape (P,).
    linear
        Estimates and derivatives.
    missing
        Pairs that could not be formed: nobody of the cohort or of its comparison was seen.
    cautions
        Strata and pairs left out for want of overlap.
    """

    cohort: Integers
    period: Integers
    event_time: Integers
    reference: Bools
    linear: Linear
    missing: Pairs
    cautions: tuple[Caution, ...] = ()


def pairs(ready: Comparison, design: Design) -> Pairs:
    """All (g, t) with their base periods, in order of cohort and period.

    The base of a post-treatment pair is the last period before g - anticipation. Before the start
    it is the period before (varying) or that same base (universal). Controls must be untreated,
    anticipation included, in both periods of a pair (Callaway & Sant'Anna 2021, assumption 5).
    """
    times = np.array(ready.moments.periods, dtype=np.int64)
    starts = np.array(ready.cohorts, dtype=np.int64)
    fixed = (times[None, :] + design.anticipation < starts[:, None]).sum(axis=1) - 1
    index = np.arange(0 if design.base == "universal" else 1, ready.last, dtype=np.int64)
    cohort, period = np.repeat(starts, index.size), np.tile(index, starts.size)
    base = np.repeat(fixed, index.size)
    if design.base == "varying":
        base = np.where(times[period] >= cohort, base, period - 1)
    return Pairs(cohort, period, base, times[np.maximum(period, base)] + design.anticipation)


def group_time(ready: Comparison, means: CellMeans, design: Design) -> GroupTime:
    """Difference-in-differences of cell means for every pair.

    ``ATT(g,t) = (m[g,t] - m[g,b]) - (m[C,t] - m[C,b])`` with the controls' means pooled over their
    cells (Callaway & Sant'Anna 2021, equation 2.9); with strata adjusted as ``design.adjust`` says
    (their equations 2.4 to 2.6). Without ``adjust`` strata must be merged before.
    """
    asked = pairs(ready, design)
    strata = strata_of(ready.moments.cells)
    members = Members.of(_sides(ready, asked, design), (asked.base, asked.period), strata)
    tables = members.tables(means)
    found = differences(tables, strata, design.adjust or "saturated")
    linear = members.linear(found.estimate, found.by, tables, means)
    seen = (tables.den.sum(axis=3) > 0).all(axis=(1, 2))
    kept = np.flatnonzero(asked.reference | found.known)
    chosen = asked.take(kept)
    times = np.array(ready.moments.periods, dtype=np.int64)
    return GroupTime(
        cohort=chosen.cohort,
        period=chosen.period,
        event_time=times[chosen.period] - chosen.cohort,
        reference=chosen.reference,
        linear=linear.take(kept),
        missing=asked.take(np.flatnonzero(~asked.reference & ~seen)),
        cautions=_overlap(found, tables, asked.reference | ~seen, strata),
    )


def _sides(ready: Comparison, asked: Pairs, design: Design) -> tuple[Bools, Bools]:
    """Cells of the controls and of the treated in each pair, each (P, C); none for a reference."""
    starts = np.array([np.inf if cell.cohort is None else cell.cohort for cell in ready.moments.cells])
    own = starts[None, :] == asked.cohort[:, None]
    if design.control == "never-treated":
        others = np.broadcast_to(np.isinf(starts), own.shape)
    else:
        others = (starts[None, :] > asked.untreated_until[:, None]) & ~own
    real = ~asked.reference[:, None]
    return others & real, own & real


def _overlap(found: Differences, tables: Tables, aside: Bools, strata: Strata) -> tuple[Caution, ...]:
    """Say which strata had nobody to compare with; ``aside`` are pairs that were never in question."""
    treated: Floats = tables.den[:, TREATED, BASE] + tables.den[:, TREATED, PERIOD]
    left_out = (treated > 0) & ~found.kept & ~aside[:, None]
    if not left_out.any():
        return ()
    lost = int((~found.known & ~aside).sum())
    names = [" / ".join(strata.labels[index]) for index in np.flatnonzero(left_out.any(axis=0))]
    listed = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    text = (
        f"Some of the treated have nobody like them to be compared with ({listed}); they are left out where that "
        "is so. Merge strata, or use fewer."
    )
    if lost:
        text += f" {lost} wave-period pairs could not be compared at all."
    return (Caution(code="no-overlap", text=text),)
