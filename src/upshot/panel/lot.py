"""Fisher's p-value for small roll-outs by lot: the waves dealt out again, on the rows themselves."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from upshot.impact.design import Design
from upshot.impact.estimate import Estimate
from upshot.impact.moments import Moments
from upshot.lake.scan import PanelRoles, ScannedPanel

__all__ = ["FEW", "with_lot"]

FEW = 50
"""Below this many randomised units the lot itself is used beside the normal interval."""
MOST_PEOPLE = 5_000


def with_lot(
    found: Estimate, design: Design, roles: PanelRoles, rescan: Callable[[PanelRoles], ScannedPanel]
) -> Estimate:
    """Add the check of `by_lot` where few units were drawn; otherwise leave the answer alone.

    Parameters
    ----------
    found
        An answer with an estimate.
    rescan
        Scans the same rows again under other roles: each unit becomes a stratum of its own, whose
        mean is its row of outcomes. Weighted, unbalanced and ratio panels are left alone.
    """
    units = found.n_clusters or found.n_units
    plain = roles.weights is None and roles.denominator is None and roles.unit is not None and design.adjust is None
    drawn = design.assignment in ("random", "as-if-random") and found.method in ("roth-santanna", "callaway-santanna")
    if found.estimate is None or not plain or not drawn or units >= FEW or found.n_units > MOST_PEOPLE:
        return found
    from upshot.impact.checks.by_lot import by_lot

    kept = (roles.unit, *(() if roles.cluster is None else (roles.cluster,)))
    moments = rescan(replace(roles, cluster=None, strata=tuple(str(name) for name in kept))).moments
    if moments.varying:
        return found
    outcome = np.array([block.mean for block in moments.blocks]) + moments.shift
    team = _teams(moments) if roles.cluster is not None else None
    starts = [moments.cells[block.cells[0]].cohort for block in moments.blocks]
    check = by_lot(outcome, starts, periods=moments.periods, design=design, cluster=team)
    return replace(found, checks=(*found.checks, check))


def _teams(moments: Moments) -> list[str]:
    return [moments.cells[block.cells[0]].stratum[1] for block in moments.blocks]
