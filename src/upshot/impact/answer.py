"""Moments and a design in, one `Estimate` out: estimator, checks, second opinion, grade, sentence."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from upshot.errors import DesignError
from upshot.impact.checks.panel import panel_checks
from upshot.impact.design import Design
from upshot.impact.estimate import Caution, Estimate, Label, OtherEstimate, Provenance, Relative
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


def _silent(_what: str) -> None:
    """Tell nobody."""


def answer(
    moments: Moments,
    design: Design,
    *,
    label: Callable[[int], Label] = int,
    provenance: Provenance | None = None,
    cautions: Iterable[Caution] = (),
    stage: Callable[[str], None] = _silent,
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
    stage
        Told what begins: ``estimating``, ``checks``, ``second opinions``. It may raise, to stop the work.

    Returns
    -------
    Estimate
        Without ``estimate`` where nothing is identified: that is a finding.

    Raises
    ------
    DesignError
        If the estimator cannot be used on this kind of panel.
    """
    stage("estimating")
    panel = prepare(moments, design)
    method = design.estimator or default_estimator(design)
    if method not in METHODS:
        raise DesignError(f"The estimator {method!r} is not one of {', '.join(METHODS)}.")
    reasons = [reason.code for reason in panel.ready.reasons] or _unvaried(panel)
    numbers = None if reasons else METHODS[method](panel, design, True)
    if numbers is not None and (numbers.estimate is None or not numbers.std_error):
        reasons, numbers = ["not-estimable"], None
    stage("checks")
    checks = () if numbers is None else panel_checks(panel, design)
    found = replace(_bare(panel, design, method), checks=checks, provenance=provenance)
    found = replace(found, cautions=(*cautions, *panel.ready.cautions, *panel.ready.reasons))
    stage("second opinions")
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
    span = interval(numbers.estimate, numbers.std_error, design.level, df=numbers.df)
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


def _others(panel: Prepared, design: Design, method: str) -> tuple[OtherEstimate, ...]:
    """The same average by other estimators, where they are defined."""
    found = []
    for name in ("callaway-santanna", "roth-santanna", "imputation", "twfe"):
        if name == method or (name == "roth-santanna" and design.assignment not in ("random", "as-if-random")):
            continue
        if name == "imputation" and design.adjust is not None:
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
    span = interval(numbers.estimate, numbers.std_error, design.level, df=numbers.df)
    return OtherEstimate(
        method=name,
        estimand="att" if name != "twfe" else "twfe-coefficient",
        estimate=numbers.estimate,
        std_error=numbers.std_error,
        conf_low=None if span is None else span.conf_low,
        conf_high=None if span is None else span.conf_high,
        text=None if name != "twfe" else numbers.cautions[0].text,
    )
