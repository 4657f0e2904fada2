"""Dose: what more minutes, or a larger share completed, goes with, and the stronger assumption that needs."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from upshot.errors import DesignError
from upshot.impact.design import Design
from upshot.impact.estimate import Caution, Estimate, Term
from upshot.impact.evidence.grade import graded
from upshot.impact.intervals import interval, simultaneous_quantile
from upshot.impact.moments import Floats, Integers, Moments
from upshot.impact.slice_effects import JointEffects, joint_effects

__all__ = ["STRONGER", "dose_response"]

STRONGER = Caution(
    code="strong-parallel-trends",
    text=(
        "People chose, or were given, their dose. That a higher dose would have done for all what it did for those "
        "who took it is assumed and cannot be tested; each dose against the untrained rests on parallel trends alone."
    ),
)


def dose_response(
    moments: Moments, doses: Mapping[str, float], design: Design, *, column: int = 0, minimum: int = 5
) -> Estimate:
    """Effect of each dose against the untrained, and the slope over doses.

    The effect of a dose on those who took it, ATT(d|d), is a difference-in-differences of its group
    against everyone not yet treated and needs parallel trends only. The slope compares doses, and
    needs strong parallel trends (Callaway, Goodman-Bacon & Sant'Anna 2024, assumption 5 and
    theorem 3): it is the size-weighted least-squares line through the ATT(d|d).

    Parameters
    ----------
    moments
        Of the whole panel, kept by dose group.
    doses
        Mean dose of each dose group, by its stratum; groups left out (the untrained) only compare.
    design
        The question; control group, aggregation and anticipation are used.
    column
        Which stored stratum holds the dose group.
    minimum
        Dose groups with fewer treated or compared people are left out.

    Returns
    -------
    Estimate
        ``method`` "dose-response", ``estimand`` "average-slope" in KPI units per unit of dose; one
        term per dose. Without ``estimate`` if fewer than two doses can be compared.

    Raises
    ------
    DesignError
        If a dose is not finite, or the moments are not kept by such a stratum.

    Examples
    --------
    >>> from upshot.impact.accumulate import moments_of
    >>> from upshot.impact.moments import Cell
    >>> rise = np.repeat([0.0, 1.0, 2.0], 60)
    >>> noise = np.random.default_rng(1).normal(0, 0.1, (180, 4))
    >>> y = noise + rise[:, None] * (np.arange(1, 5) >= 3)
    >>> cells = (Cell(3, ("low",)), Cell(3, ("high",)), Cell(None, ("none",)))
    >>> panel = moments_of(y, np.repeat([2, 0, 1], 60), periods=(1, 2, 3, 4), cells=cells)
    >>> found = dose_response(panel, {"low": 30.0, "high": 60.0}, Design(outcome="calls"))
    >>> round(found.estimate, 2), found.estimand, found.grade.letter
    (0.03, 'average-slope', 'C')
    """
    names = _names(moments, doses, column)
    at = np.array([names.index(cell.stratum[column]) for cell in moments.cells], dtype=np.int64)
    found = joint_effects(moments, at, design, "pooled")
    use = _comparable(names, doses, found, minimum)
    dose = np.array([doses[names[k]] for k in use])
    bare = _bare(moments, design, names, found, use, dose)
    if len(np.unique(dose)) < 2:
        text = "Fewer than two doses could be compared with the untrained, so there is no slope."
        cautions = (*bare.cautions, Caution(code="not-estimable", text=text))
        return graded(replace(bare, cautions=cautions), design)
    slope = _line(dose, found.treated[use].astype(np.float64))
    value = float(slope @ found.estimate[use])
    error = float(np.sqrt(slope @ found.covariance[np.ix_(use, use)] @ slope))
    span = interval(value, error, design.level)
    if span is None:
        return graded(bare, design)
    return graded(
        replace(
            bare,
            estimate=value,
            std_error=error,
            statistic=span.statistic,
            p_value=span.p_value,
            conf_low=span.conf_low,
            conf_high=span.conf_high,
        ),
        design,
    )


def _names(moments: Moments, doses: Mapping[str, float], column: int) -> list[str]:
    if any(len(cell.stratum) <= column for cell in moments.cells):
        raise DesignError("The moments are not kept by dose group; scan the panel with the dose group as a stratum.")
    wrong = sorted(name for name, value in doses.items() if not np.isfinite(value))
    if wrong:
        raise DesignError(f"The doses parameter of dose_response must be finite. Got no number for {', '.join(wrong)}.")
    names = sorted({cell.stratum[column] for cell in moments.cells})
    unknown = sorted(set(doses) - set(names))
    if unknown:
        raise DesignError(f"The panel has no dose group {', '.join(unknown)}; it has {', '.join(names)}.")
    return names


def _comparable(names: list[str], doses: Mapping[str, float], found: JointEffects, minimum: int) -> Integers:
    """Dose groups with an effect of their own and enough people on both sides."""
    spread = np.diag(found.covariance)
    good = np.isfinite(found.estimate) & (spread > 0) & (found.treated >= minimum) & (found.compared >= minimum)
    keep = [k for k, name in enumerate(names) if name in doses and good[k]]
    return np.array(sorted(keep, key=lambda k: doses[names[k]]), dtype=np.int64)


def _line(dose: Floats, size: Floats) -> Floats:
    """Weights of the effects in the slope of a size-weighted line."""
    away = dose - size @ dose / size.sum()
    return np.asarray(size * away / (size @ away**2))


def _bare(
    moments: Moments, design: Design, names: list[str], found: JointEffects, use: Integers, dose: Floats
) -> Estimate:
    covariance = found.covariance[np.ix_(use, use)]
    band = simultaneous_quantile(covariance, design.level, design.seed) if use.size else None
    terms = [_term(names[k], float(value), found, int(k), design, band) for k, value in zip(use, dose, strict=True)]
    left_out = len([name for name in names if name not in {names[k] for k in use}])
    text = f"{left_out} groups have no dose, or too few people, and only serve as comparison where untrained."
    groups = (Caution(code="doses-left-out", text=text),) if left_out else ()
    return Estimate(
        method="dose-response",
        estimand="average-slope",
        aggregation=design.aggregation,
        outcome=design.outcome,
        level=design.level,
        registration=design.registration,
        n_units=moments.n_units,
        n_treated=int(found.treated[use].sum()),
        n_clusters=moments.n_clusters,
        n_periods=len(moments.periods),
        terms=tuple(terms),
        covariance=covariance if design.covariance else None,
        cautions=(STRONGER, *groups),
    )


def _term(name: str, dose: float, found: JointEffects, k: int, design: Design, band: float | None) -> Term:
    effect, error = float(found.estimate[k]), float(np.sqrt(found.covariance[k, k]))
    span = interval(effect, error, design.level)
    return Term(
        term=f"dose={dose:g}",
        group=name,
        estimate=effect,
        std_error=error,
        conf_low=None if span is None else span.conf_low,
        conf_high=None if span is None else span.conf_high,
        band_low=None if band is None else effect - band * error,
        band_high=None if band is None else effect + band * error,
        n_units=int(found.treated[k]),
    )
