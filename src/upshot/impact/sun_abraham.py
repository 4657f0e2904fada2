"""Sun & Abraham (2021): interaction-weighted event studies against the never-treated or the last cohort."""

from dataclasses import replace

from upshot.impact.callaway_santanna import GroupTime, group_time
from upshot.impact.comparison import Comparison, comparison
from upshot.impact.design import Design
from upshot.impact.influence import CellMeans, cell_means
from upshot.impact.moments import Cell, Moments

__all__ = ["cohort_effects"]


def cohort_effects(moments: Moments, design: Design) -> tuple[Comparison, CellMeans, GroupTime]:
    """Cohort-specific average treatment effects CATT(e, l) of their equation 8.

    In a balanced panel the saturated regression of cohort-by-event-time dummies on unit and period
    effects, one event time before the start left out, is the difference-in-differences of each
    cohort and period with its last period before the start, against the control cohort. That is
    what is computed here; with leavers each mean is over those present. With nobody never treated
    the last cohort is the control, and periods from its start on are left out (section 4.1).
    """
    against = replace(design, control="not-yet-treated", base="universal")
    ready = comparison(moments, against)
    never = any(cell.cohort is None for cell in ready.moments.cells)
    if not never and not ready.reasons:
        last = max(cell.cohort for cell in ready.moments.cells if cell.cohort is not None)
        renamed = [Cell(None) if cell.cohort == last else cell for cell in ready.moments.cells]
        ready = replace(ready, moments=ready.moments.pooled(renamed))
    means = cell_means(ready.moments)
    return ready, means, group_time(ready, means, replace(against, control="never-treated"))
