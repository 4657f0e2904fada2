"""Moments and a design in, one `Estimate` out: estimator, checks, second opinion, grade, sentence."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from upshot.errors import DesignError
from upshot.impact import roth_santanna
from upshot.impact.checks.balance import balance_of_waves
from upshot.impact.checks.few_clusters import few_clusters
from upshot.impact.checks.pretrends import pre_trends
from upshot.impact.checks.sample_ratio import sample_ratio
from upshot.impact.design import Design
from upshot.impact.estimate import Caution, CheckResult, Estimate, Label, OtherEstimate, Provenance, Relative
from upshot.impact.evidence.claim import claim
from upshot.impact.evidence.facts import facts_of
from upshot.impact.evidence.grade import grade
from upshot.impact.influence import cell_means
from upshot.impact.intervals import interval
from upshot.impact.methods import METHODS, Numbers, Prepared, default_estimator, prepare
from upshot.impact.moments import Moments
from upshot.impact.naive import naive_figures
from upshot.impact.terms import terms_of

__all__ = ["answer"]


def answer(
    moments: Moments,
    design: Design,
    *,
    label: Callable[[int], Label] = int,
    provenance: Provenance | None = None,
    cautions: Iterable[Caution] = (),
) -> Estimate:
    """Answer the design's question from a panel's moments.

    Parameters
    ----------
    moments
        What one scan left behind.
    design
        The question, fixed before.
    label
        From a numeric period to the panel's own time label.
    provenance
        What the answer can be computed again from.
    cautions
        What the reader must know about the panel itself.

    Returns
    -------
    Estimate
        Without ``estimate`` where nothing is identified: that is a finding.

    Raises
    ------
    DesignError
        If the estimator cannot be used on this kind of panel.
    """
    panel = prepare(moments, design)
    method = design.estimator or default_estimator(design)
    if method not in METHODS:
        raise DesignError(f"The estimator {method!r} is not one of {', '.join(METHODS)}.")
    reasons = [reason.code for reason in panel.ready.reasons] or _unvaried(panel)
    numbers = None if reasons else METHODS[method](panel, design, True)
    if numbers is not None and (numbers.estimate is None or not numbers.std_error):
        reasons, numbers = ["not-estimable"], None
    checks = () if numbers is None else _checks(panel, design)
    found = replace(_bare(panel, design, method), checks=checks, provenance=provenance)
    found = replace(found, cautions=(*cautions, *panel.ready.cautions, *panel.ready.reasons))
    if numbers is not None:
        found = _filled(found, numbers, panel, design, label)
    graded = grade(facts_of(design.assignment, design.registration, checks, reasons, method=method))
    found = replace(found, grade=graded, claimable=graded.letter != "D")
    return replace(found, claim=claim(found, design))


def _unvaried(panel: Prepared) -> list[str]:
    """A constant outcome has no spread anywhere, so nothing could show in it."""
    spread = max((float(np.diag(block.centred)[-1]) for block in panel.moments.blocks), default=0.0)
    widest = max((float(np.diag(block.centred).max()) for block in panel.moments.blocks), default=0.0)
    if max(spread, widest) > 0:
        return []
    means = cell_means(panel.moments)
    level = means.mean[means.present]
    return ["nothing-measured"] if level.size and np.ptp(level) <= 1e-12 * max(1.0, np.abs(level).max()) else []


def _bare(panel: Prepared, design: Design, method: str) -> Estimate:
    naive = naive_figures(panel.moments, cell_means(panel.moments))
    window = panel.moments.periods
    starts = zip(panel.moments.cells, panel.moments.people, strict=True)
    treated = sum(int(n) for cell, n in starts if cell.cohort is not None and window[0] < cell.cohort <= window[-1])
    return Estimate(
        method=method,
        estimand="att",
        aggregation=design.aggregation,
        outcome=design.outcome,
        level=design.level,
        registration=design.registration,
        n_units=panel.ready.moments.n_units,
        n_treated=treated,
        n_clusters=panel.ready.moments.n_clusters,
        n_periods=len(window),
        naive=naive,
    )


def _filled(
    found: Estimate, numbers: Numbers, panel: Prepared, design: Design, label: Callable[[int], Label]
) -> Estimate:
    assert numbers.estimate is not None  # noqa: S101 - the caller has checked
    assert numbers.std_error is not None  # noqa: S101
    span = interval(numbers.estimate, numbers.std_error, design.level)
    assert span is not None  # noqa: S101 - a standard error above zero always gives one
    baseline = _baseline(found)
    terms = terms_of(numbers, panel.moments.periods, design, label)
    wanted = design.covariance and numbers.covariance is not None and numbers.terms.size > 0
    return replace(
        found,
        estimate=numbers.estimate,
        std_error=numbers.std_error,
        std_error_neyman=numbers.std_error_neyman,
        statistic=span.statistic,
        p_value=span.p_value,
        conf_low=span.conf_low,
        conf_high=span.conf_high,
        baseline=baseline,
        relative=_relative(numbers.estimate, span.conf_low, span.conf_high, baseline),
        terms=terms,
        covariance=numbers.covariance if wanted else None,
        cautions=(*found.cautions, *numbers.cautions),
        other_estimates=_others(panel, design, found.method),
    )


def _baseline(found: Estimate) -> float | None:
    """Mean outcome of the treated before their start: what a dashboard divides by as well."""
    naive = found.naive
    if naive is None or naive.before_after is None or not naive.before_after_relative:
        return None
    return naive.before_after / naive.before_after_relative


def _relative(estimate: float, low: float, high: float, baseline: float | None) -> Relative | None:
    if baseline is None or baseline <= 0:
        return None
    return Relative(estimate=estimate / baseline, conf_low=low / baseline, conf_high=high / baseline)


def _checks(panel: Prepared, design: Design) -> tuple[CheckResult, ...]:
    found = [_enough(panel, design)]
    found.append(pre_trends(panel.effects, panel.ready.moments, panel.means, design, spread=_spread(panel)))
    if design.assignment in ("random", "as-if-random"):
        found.extend(_lot(panel, design))
    return tuple(found)


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
    moments = panel.ready.moments
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
    return few_clusters(
        units, min(treated, units), min(untreated, units), what="teams" if moments.clustered else "people"
    )


def _others(panel: Prepared, design: Design, method: str) -> tuple[OtherEstimate, ...]:
    """The same average by other estimators, where they are defined."""
    found = []
    for name in ("callaway-santanna", "roth-santanna", "twfe"):
        if name == method or (name == "roth-santanna" and design.assignment not in ("random", "as-if-random")):
            continue
        try:
            numbers = METHODS[name](panel, replace(design, control="not-yet-treated"), False)
        except DesignError:
            continue
        if numbers.estimate is not None and numbers.std_error:
            found.append(_other(name, numbers, design))
    return tuple(found)


def _other(name: str, numbers: Numbers, design: Design) -> OtherEstimate:
    assert numbers.estimate is not None  # noqa: S101 - the caller has checked
    assert numbers.std_error is not None  # noqa: S101
    span = interval(numbers.estimate, numbers.std_error, design.level)
    return OtherEstimate(
        method=name,
        estimand="att" if name != "twfe" else "twfe-coefficient",
        estimate=numbers.estimate,
        std_error=numbers.std_error,
        conf_low=None if span is None else span.conf_low,
        conf_high=None if span is None else span.conf_high,
        text=None if name != "twfe" else numbers.cautions[0].text,
    )
