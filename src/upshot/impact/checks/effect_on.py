"""The same comparison put to another outcome: being seen, being reached by something else, a colleague's KPI."""

from dataclasses import replace

import numpy as np

from upshot.errors import DesignError
from upshot.impact.aggregate import aggregate
from upshot.impact.design import Design
from upshot.impact.influence import variances
from upshot.impact.methods import prepare
from upshot.impact.moments import Moments

__all__ = ["effect_on"]


def effect_on(moments: Moments, design: Design) -> tuple[float, float] | None:
    """Callaway & Sant'Anna's average effect on the moments' outcome and its standard error.

    Strata are merged. ``None`` where nothing can be compared or the outcome does not vary.
    """
    plain = replace(design, estimator="callaway-santanna", aggregation="simple", adjust=None, base="varying")
    try:
        panel = prepare(moments, plain)
    except DesignError:
        return None
    if panel.ready.reasons or not panel.effects.cohort.size:
        return None
    overall = aggregate(panel.effects, panel.ready.moments, panel.means, plain).overall
    if overall is None:
        return None
    variance = float(variances(panel.ready.moments, panel.means, overall)[0])
    return (float(overall.estimate[0]), float(np.sqrt(variance))) if variance > 0 else None
