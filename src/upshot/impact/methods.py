"""The estimators by name: each takes a prepared panel and returns bare numbers, components if wanted."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError
from upshot.impact import imputation, roth_santanna, sun_abraham
from upshot.impact.aggregate import aggregate
from upshot.impact.callaway_santanna import GroupTime, group_time
from upshot.impact.comparison import Comparison, by_cohort, comparison
from upshot.impact.design import Design, Estimator
from upshot.impact.estimate import Caution
from upshot.impact.evidence.routes import panel_estimator
from upshot.impact.influence import CellMeans, Linear, cell_means, covariance, variances
from upshot.impact.moments import Floats, Integers, Moments
from upshot.impact.twfe import negative_weight, two_way_fixed_effects

__all__ = ["METHODS", "Numbers", "Prepared", "default_estimator", "prepare"]

MOST_TERMS = 400
"""Above this many terms their full covariance is computed only when it is asked for."""

MOST_REGRESSORS = 0.25
"""Regressors per randomised unit above which Roth & Sant'Anna's refined error is far too small: with 10
teams a wave and 8 early periods its 95 % interval misses in more than half of the draws."""

Kind = Literal["pair", "event_time", "group", "period"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A panel ready for any estimator: as scanned, by cohort, the comparison, and all ATT(g, t)."""

    scanned: Moments
    moments: Moments
    ready: Comparison
    means: CellMeans
    effects: GroupTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What an estimator returns.

    Parameters
    ----------
    estimate, std_error, std_error_neyman
        The headline; ``None`` if there is none.
    kind, keys
        What the K terms are of: event times, cohorts or periods (K,), or cohort-period pairs (K, 2).
    terms, variances, variances_neyman, reference
        Shape (K,); ``reference`` terms are 0 by definition.
    covariance
        Shape (K, K), or ``None`` if it was not computed.
    df
        Degrees of freedom of Student's t for every interval; ``None`` for the normal quantile.
    """

    estimate: float | None
    std_error: float | None
    kind: Kind
    keys: Integers
    terms: Floats
    variances: Floats
    reference: npt.NDArray[np.bool_]
    covariance: Floats | None = None
    std_error_neyman: float | None = None
    variances_neyman: Floats | None = None
    df: float | None = None
    cautions: tuple[Caution, ...] = ()


def prepare(moments: Moments, design: Design) -> Prepared:
    """Merge strata, settle who can be compared with whom, and form every ATT(g, t)."""
    pooled = by_cohort(moments)
    ready = comparison(moments if _adjusted(moments, design) else pooled, design)
    means = cell_means(ready.moments)
    return Prepared(scanned=moments, moments=pooled, ready=ready, means=means, effects=group_time(ready, means, design))


def default_estimator(design: Design) -> Estimator:
    """Choose from how people came to the programme, never from the result (DESIGN §5, Menu).

    Strata to adjust for can be used by Callaway & Sant'Anna only.
    """
    if design.adjust is not None:
        return "callaway-santanna"
    return panel_estimator(design.assignment)


def _adjusted(moments: Moments, design: Design) -> bool:
    """Whether strata are kept apart and adjusted for."""
    if design.adjust is None:
        return False
    if not any(cell.stratum for cell in moments.cells):
        raise DesignError(f"There are no strata to adjust for ({design.adjust}). Name their columns with --strata.")
    chosen = design.estimator or default_estimator(design)
    if chosen != "callaway-santanna":
        raise DesignError(
            f"The estimator {chosen!r} cannot adjust for strata. Use callaway-santanna, or leave --adjust out."
        )
    return True


def _callaway_santanna(panel: Prepared, design: Design, components: bool) -> Numbers:
    return _averaged(panel.ready.moments, panel.means, panel.effects, design, components)


def _sun_abraham(panel: Prepared, design: Design, components: bool) -> Numbers:
    ready, means, effects = sun_abraham.cohort_effects(panel.moments, design)
    return _averaged(ready.moments, means, effects, design, components)


def _averaged(moments: Moments, means: CellMeans, effects: GroupTime, design: Design, components: bool) -> Numbers:
    found = aggregate(effects, moments, means, design)
    overall = found.overall
    keys = np.c_[effects.cohort, effects.period] if design.aggregation == "simple" else found.keys
    terms = found.terms if components else found.terms.take([])
    full, spread = _spread(moments, means, terms, design)
    return Numbers(
        estimate=None if overall is None else float(overall.estimate[0]),
        std_error=None if overall is None else float(np.sqrt(variances(moments, means, overall)[0])),
        kind=_KINDS[design.aggregation],
        keys=keys,
        terms=terms.estimate,
        variances=spread,
        reference=found.reference,
        covariance=full,
        cautions=_gaps(effects),
    )


def _imputation(panel: Prepared, design: Design, components: bool) -> Numbers:
    whole = panel.scanned if panel.scanned.varying else panel.moments
    ready = comparison(whole, replace(design, control="not-yet-treated"))
    means = cell_means(ready.moments)
    found = imputation.imputed(ready, means, design)
    if not found.treated.any():
        return _nothing(design, ())
    named = imputation.terms_for(found, design, components=components)
    overall = imputation.averages(found, named.overall)
    terms = imputation.averages(found, named.weights)
    full, spread = _spread(ready.moments, means, terms, design)
    return Numbers(
        estimate=float(overall.estimate[0]),
        std_error=float(np.sqrt(variances(ready.moments, means, overall)[0])),
        kind=_KINDS[design.aggregation],
        keys=named.keys,
        terms=terms.estimate,
        variances=spread,
        reference=np.zeros(terms.estimate.size, dtype=bool),
        covariance=full,
    )


def _spread(moments: Moments, means: CellMeans, terms: Linear, design: Design) -> tuple[Floats | None, Floats]:
    if terms.estimate.size > MOST_TERMS and not design.covariance:
        return None, variances(moments, means, terms)
    full = covariance(moments, means, terms)
    return full, np.diag(full)


def _gaps(effects: GroupTime) -> tuple[Caution, ...]:
    if not effects.missing.size:
        return effects.cautions
    text = f"{effects.missing.size} wave-period pairs could not be compared: nobody of the wave or its comparison seen."
    return (Caution(code="pairs-not-seen", text=text), *effects.cautions)


def _roth_santanna(panel: Prepared, design: Design, components: bool) -> Numbers:
    if design.control == "never-treated":
        raise DesignError(
            "The Roth–Sant'Anna estimator compares with those not yet treated; leave --control never-treated out."
        )
    cohorts = roth_santanna.cohorts_of(panel.moments)
    labels, weights = roth_santanna.weights_for(cohorts, design.aggregation)
    if not labels:
        return _nothing(design, cohorts.cautions)
    shares = np.full(len(labels), 1 / len(labels))
    if design.aggregation == "group":
        size = np.array([cohorts.size[cohorts.start == label][0] for label in labels])
        shares = size / size.sum()
    joined = roth_santanna.combine(weights, shares)
    overall = roth_santanna.efficient(cohorts, joined)
    single = design.aggregation == "simple" or not components
    terms = roth_santanna.efficient(cohorts, weights) if not single else overall
    if cohorts.total < roth_santanna.SMALL:
        overall = roth_santanna.of_few(cohorts, joined, overall)
        terms = roth_santanna.of_few(cohorts, weights, terms) if not single else overall
        crowded: tuple[Caution, ...] = (_of_few(cohorts, overall),)
    else:
        overall, terms, crowded = _supported(cohorts, overall, terms)
    refined = float(overall.covariance[0, 0])
    return Numbers(
        estimate=float(overall.estimate[0]),
        std_error=float(np.sqrt(refined)) if refined > 0 else None,
        std_error_neyman=float(np.sqrt(overall.covariance_neyman[0, 0])),
        kind=_KINDS[design.aggregation],
        keys=np.zeros((0, 2), dtype=np.int64) if single else np.array(labels, dtype=np.int64),
        terms=np.zeros(0) if single else terms.estimate,
        variances=np.zeros(0) if single else np.diag(terms.covariance),
        variances_neyman=np.zeros(0) if single else np.diag(terms.covariance_neyman),
        reference=np.zeros(0 if single else len(labels), dtype=bool),
        covariance=np.zeros((0, 0)) if single else terms.covariance,
        df=None if overall.freedom is None else float(overall.freedom[0]),
        cautions=(*cohorts.cautions, *crowded),
    )


def _of_few(cohorts: roth_santanna.Cohorts, found: roth_santanna.Efficient) -> Caution:
    freedom = 0.0 if found.freedom is None else float(found.freedom[0])
    text = (
        f"{cohorts.total:,.0f} people or teams were drawn by lot. Below {roth_santanna.SMALL} the standard error is "
        f"Neyman's, without refinement, and the interval Student's t with {freedom:.0f} degrees of freedom."
    )
    return Caution(code="few-drawn", text=text)


def _supported(
    cohorts: roth_santanna.Cohorts, overall: roth_santanna.Efficient, terms: roth_santanna.Efficient
) -> tuple[roth_santanna.Efficient, roth_santanna.Efficient, tuple[Caution, ...]]:
    """The refined error regresses on every early period within every wave; small waves cannot carry that."""
    early = int((cohorts.times < cohorts.start[0]).sum())
    if cohorts.start.size * early <= MOST_REGRESSORS * cohorts.total:
        return overall, terms, ()
    text = "The waves are small for so many early periods, so the standard error is Neyman's, without refinement."
    plain = [replace(found, covariance=found.covariance_neyman) for found in (overall, terms)]
    return plain[0], plain[1], (Caution(code="neyman-error", text=text),)


def _nothing(design: Design, cautions: tuple[Caution, ...]) -> Numbers:
    return Numbers(
        estimate=None,
        std_error=None,
        kind=_KINDS[design.aggregation],
        keys=np.zeros(0, dtype=np.int64),
        terms=np.zeros(0),
        variances=np.zeros(0),
        reference=np.zeros(0, dtype=bool),
        cautions=cautions,
    )


def _twfe(panel: Prepared, design: Design, _components: bool) -> Numbers:
    means = cell_means(panel.moments)
    linear = two_way_fixed_effects(panel.moments, means)
    text = "Two-way fixed effects can weight some effects negatively when starts are staggered; do not rely on it."
    if below := negative_weight(panel.moments, means):
        text += f" Here the weights below zero add up to {below:.2f} (all weights add up to 1)."
    empty = _nothing(design, (Caution(code="twfe-weights", text=text),))
    return Numbers(
        estimate=float(linear.estimate[0]),
        std_error=float(np.sqrt(variances(panel.moments, means, linear)[0])),
        kind=empty.kind,
        keys=empty.keys,
        terms=empty.terms,
        variances=empty.variances,
        reference=empty.reference,
        cautions=empty.cautions,
    )


_KINDS: dict[str, Kind] = {"simple": "pair", "event": "event_time", "group": "group", "calendar": "period"}

METHODS: dict[str, Callable[[Prepared, Design, bool], Numbers]] = {
    "callaway-santanna": _callaway_santanna,
    "roth-santanna": _roth_santanna,
    "sun-abraham": _sun_abraham,
    "imputation": _imputation,
    "twfe": _twfe,
}
