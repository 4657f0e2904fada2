"""All checks of a panel's answer, in the order in which they are read."""

import numpy as np

from upshot.errors import DesignError
from upshot.impact import roth_santanna
from upshot.impact.checks.anticipation import anticipation
from upshot.impact.checks.attrition import attrition
from upshot.impact.checks.balance import balance_of_waves
from upshot.impact.checks.event_study import event_study_of
from upshot.impact.checks.few_clusters import few_clusters
from upshot.impact.checks.outlier_influence import effective_clusters, outlier_influence
from upshot.impact.checks.overlap import overlap
from upshot.impact.checks.persistence import persistence
from upshot.impact.checks.placebo_dates import placebo_dates
from upshot.impact.checks.pretrends import pre_trends
from upshot.impact.checks.sample_ratio import sample_ratio
from upshot.impact.checks.sensitivity import sensitivity
from upshot.impact.checks.spillover import straddling
from upshot.impact.comparison import by_cohort
from upshot.impact.design import Design
from upshot.impact.estimate import CheckResult
from upshot.impact.methods import Prepared

__all__ = ["panel_checks"]


def panel_checks(panel: Prepared, design: Design) -> tuple[CheckResult, ...]:
    """Run every check that moments allow; none of them sees the sign or size of the effect, but to state it.

    What a panel cannot show (bystanders, other initiatives, a new deal of the lot) has a function
    of its own beside this one.
    """
    moments, means, spread = panel.ready.moments, panel.means, _spread(panel)
    study = event_study_of(panel.ready, means, design)
    found = [_enough(panel, design), pre_trends(panel.effects, moments, means, design, spread=spread)]
    if design.assignment in ("random", "as-if-random"):
        found.extend(_lot(panel, design))
    found += [placebo_dates(study), anticipation(study), attrition(panel.moments, design, spread=spread)]
    found += [overlap(panel.ready, design), straddling(panel.moments)]
    found += [outlier_influence(panel.effects, moments, means), persistence(study, level=design.level)]
    if design.assignment != "random":
        found.append(sensitivity(study, level=design.level))
    return tuple(check for check in found if check.code is not None or check.status != "not_applicable")


def _lot(panel: Prepared, design: Design) -> list[CheckResult]:
    """Checks of the lot itself; they need the randomised units apart."""
    try:
        cohorts = roth_santanna.cohorts_of(panel.moments)
    except DesignError as error:
        text = f"The waves could not be compared at the outset. {error}"
        return [CheckResult(name="balance", status="not_applicable", code="no-balance-test", text=text)]
    counts = {
        None if np.isinf(start) else int(start): int(count)
        for start, count in zip(cohorts.start, cohorts.count, strict=True)
    }
    planned = None if design.planned_shares is None else dict(design.planned_shares)
    labels, weights = roth_santanna.weights_for(cohorts, design.aggregation)
    if not labels:
        return [sample_ratio(counts, planned)]
    even = roth_santanna.combine(weights, np.full(len(labels), 1 / len(labels)))
    return [balance_of_waves(cohorts, even), sample_ratio(counts, planned)]


def _spread(panel: Prepared) -> float | None:
    """Standard deviation between sampling units within cohorts, averaged over periods."""
    try:
        cohorts = roth_santanna.cohorts_of(panel.moments)
    except DesignError:
        return None
    if not cohorts.count.size:
        return None
    within = np.einsum("g,gtt->t", cohorts.count - 1, cohorts.spread) / (cohorts.count - 1).sum()
    return float(np.sqrt(within.mean()))


def _enough(panel: Prepared, design: Design) -> CheckResult:
    moments = by_cohort(panel.ready.moments)
    counts = dict.fromkeys(range(len(moments.cells)), 0)
    for block in moments.blocks:
        for cell in block.cells:
            counts[cell] = block.count if moments.clustered else int(moments.people[cell])
    judged = set(panel.ready.cohorts)
    treated = sum(n for cell, n in counts.items() if moments.cells[cell].cohort in judged)
    never = sum(n for cell, n in counts.items() if moments.cells[cell].cohort is None)
    later = [n for cell, n in counts.items() if (moments.cells[cell].cohort or 0) > min(judged)]
    untreated = never if design.control == "never-treated" else never + sum(later)
    units = moments.n_clusters or moments.n_units
    worth = effective_clusters(moments) if moments.clustered else None
    return few_clusters(
        units,
        min(treated, units),
        min(untreated, units),
        what="teams" if moments.clustered else "people",
        effective=worth,
    )
