"""Encouragement designs: the effect on those who take part because they were offered to."""

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy import stats

from upshot.impact.design import Design
from upshot.impact.estimate import Caution, CheckResult, Estimate, OtherEstimate, Relative, Term
from upshot.impact.experiment.answer import Counts, error_caution, headline, naive_difference, std_errors
from upshot.impact.experiment.checks import first_stage_check
from upshot.impact.experiment.covariates import Floats
from upshot.impact.experiment.fit import Fit, fit_rows
from upshot.impact.experiment.intervals import t_interval
from upshot.impact.experiment.prepare import Prepared

__all__ = ["AndersonRubin", "anderson_rubin", "encouragement_outcomes", "late_answer", "late_from_rows"]

_ASSUMPTIONS = Caution(
    code="late-assumptions",
    text="This is the effect on those who take part because of the offer. It holds if the offer works only through "
    "taking part and keeps nobody away.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AndersonRubin:
    """Effects the Anderson–Rubin test does not reject.

    Parameters
    ----------
    shape
        ``interval``; ``outside`` for everything up to ``low`` and from ``high``; ``line`` for all.
    low, high
        Its ends.
    """

    shape: Literal["interval", "outside", "line"]
    low: float | None = None
    high: float | None = None


def anderson_rubin(reduced: float, first: float, covariance: Floats, critical: float) -> AndersonRubin:
    """Solve (ρ − βπ)² ≤ c² Var(ρ̂ − βπ̂) for β (Anderson & Rubin 1949), right however weak the offer.

    Parameters
    ----------
    reduced, first
        ρ and π: effects of the offer on the outcome and on take-up.
    covariance
        Of the two, shape (2, 2).
    critical
        c, the quantile of the t-statistic.

    Examples
    --------
    >>> region = anderson_rubin(2.0, 0.5, np.array([[0.01, 0.0], [0.0, 0.0]]), 2.0)
    >>> region.shape, round(region.low, 6), round(region.high, 6)
    ('interval', 3.6, 4.4)
    """
    size = math.sqrt(max(float(covariance[0, 0]), reduced**2)) or 1.0
    r, v_yy, v_yd = reduced / size, covariance[0, 0] / size**2, covariance[0, 1] / size
    a = float(first**2 - critical**2 * covariance[1, 1])
    b = float(r * first - critical**2 * v_yd)
    g = float(r**2 - critical**2 * v_yy)
    spread = math.sqrt(max(b * b - a * g, 0.0))
    if abs(a) <= 1e-14 * first**2 or (a < 0 and b * b <= a * g):
        return AndersonRubin(shape="line")
    ends = sorted(((b - spread) / a * size, (b + spread) / a * size))
    return AndersonRubin(shape="interval" if a > 0 else "outside", low=ends[0], high=ends[1])


def encouragement_outcomes(outcome: Floats, take_up: Floats) -> Floats:
    """Columns y, d, y(1 − d) and y d, whose effects by offer give everything, shape (n, 4)."""
    return np.column_stack([outcome, take_up, outcome * (1 - take_up), outcome * take_up])


def late_from_rows(prepared: Prepared, design: Design, kind: Literal["HC2", "HC3"]) -> Estimate:
    """Answer for the offered-against-not design from prepared rows, without the checks of the whole sample."""
    rows = prepared.rows
    took = rows.take_up if rows.take_up is not None else np.zeros(rows.arm.size)
    middle = float(np.average(rows.outcome, weights=rows.weights))
    outcomes = encouragement_outcomes(rows.outcome - middle, took)
    fit = fit_rows(rows, outcomes, prepared.covariates, kind)
    answer = late_answer(fit, Counts.of(rows), design, centre=middle, adjusted=prepared.adjusted)
    if prepared.adjusted:
        plain = fit_rows(rows, outcomes, np.empty((rows.arm.size, 0)), "HC2")
        answer = replace(answer, other_estimates=(*answer.other_estimates, *_wald(plain, design.level, "wald")))
    return replace(answer, naive=naive_difference(rows, took), cautions=(*answer.cautions, *prepared.cautions))


def late_answer(fit: Fit, counts: Counts, design: Design, *, centre: float = 0.0, adjusted: bool) -> Estimate:
    """Wald's ratio of the two intention-to-treat effects (Imbens & Angrist 1994) with Anderson & Rubin's interval.

    The p-value is that of the intention-to-treat effect: an offer without effect is a programme
    without effect on those who took it up.

    Parameters
    ----------
    fit
        Of the columns of `encouragement_outcomes`, two arms.
    centre
        What was taken off the outcome before, given back to the means.
    """
    itt = headline(fit, 0, design.level)
    first, first_error = float(fit.effects[0, 1]), _error(fit, 1)
    shared = Estimate(
        method="two-stage-least-squares",
        estimand="late",
        outcome=design.outcome,
        level=design.level,
        registration=design.registration,
        terms=_terms(fit, design.level),
        checks=(_take_up_check(fit, first_error, centre),),
        cautions=(_ASSUMPTIONS, error_caution(fit, 0)),
        other_estimates=(_itt_opinion(itt, adjusted=adjusted),),
        **counts.fields(),
    )
    if first == 0 or (first_error is not None and abs(first) <= 1e-12):
        text = "Take-up was the same with and without the offer, so the effect of taking part cannot be known."
        return replace(shared, cautions=(Caution(code="no-first-stage", text=text), *shared.cautions))
    return _with_ratio(shared, fit, itt, design, centre)


def _with_ratio(shared: Estimate, fit: Fit, itt: dict[str, Any], design: Design, centre: float) -> Estimate:
    ratio = float(fit.effects[0, 0] / fit.effects[0, 1])
    untreated = _complier_means(fit, centre)[0]
    error = _ratio_error(fit, ratio)
    numbers: dict[str, Any] = {"estimate": ratio, "baseline": untreated}
    if untreated > 0:
        numbers["relative"] = Relative(estimate=ratio / untreated)
    if error is None or fit.covariance is None or "p_value" not in itt:
        return replace(shared, **numbers)
    critical = float(stats.t.ppf((1 + design.level) / 2, fit.df[0]))
    effects, covariance = fit.effects[0], fit.covariance[0, :2, 0, :2]
    region = anderson_rubin(float(effects[0]), float(effects[1]), covariance, critical)
    numbers |= {"std_error": error, "statistic": itt["statistic"], "p_value": itt["p_value"]}
    if region.shape == "interval":
        numbers |= {"conf_low": region.low, "conf_high": region.high}
    others = (*shared.other_estimates, *_wald(fit, design.level, "wald-normal-interval"))
    return replace(shared, **numbers, cautions=(*shared.cautions, _region_caution(region)), other_estimates=others)


def _region_caution(region: AndersonRubin) -> Caution:
    if region.shape == "interval":
        text = (
            "The interval is Anderson & Rubin's: it holds however strong or weak the offer, and need not be symmetric."
        )
        return Caution(code="anderson-rubin", text=text)
    which = (
        "no size of effect can be ruled out"
        if region.shape == "line"
        else f"only effects between {region.low:.4g} and {region.high:.4g} are ruled out"
    )
    text = f"The offer moved take-up too little for an interval: {which}."
    return Caution(code="anderson-rubin-unbounded", text=text)


def _error(fit: Fit, outcome: int) -> float | None:
    if fit.covariance is None:
        return None
    return math.sqrt(max(float(fit.covariance[0, outcome, 0, outcome]), 0.0))


def _ratio_error(fit: Fit, ratio: float) -> float | None:
    if fit.covariance is None or std_errors(fit) is None:
        return None
    turn = np.array([1.0, -ratio])
    variance = float(turn @ fit.covariance[0, :2, 0, :2] @ turn)
    return math.sqrt(max(variance, 0.0)) / abs(float(fit.effects[0, 1])) if variance > 0 else None


def _wald(fit: Fit, level: float, method: str) -> tuple[OtherEstimate, ...]:
    if fit.effects[0, 1] == 0:
        return ()
    ratio = float(fit.effects[0, 0] / fit.effects[0, 1])
    error = _ratio_error(fit, ratio)
    if error is None:
        return (OtherEstimate(method=method, estimand="late", estimate=ratio),)
    interval = t_interval(ratio, error, float(fit.df[0]), level)
    text = {
        "wald": "Without covariates.",
        "wald-normal-interval": "The same estimate with a symmetric interval, which trusts a strong first stage.",
    }[method]
    return (
        OtherEstimate(
            method=method,
            estimand="late",
            estimate=ratio,
            std_error=error,
            conf_low=interval.conf_low,
            conf_high=interval.conf_high,
            text=text,
        ),
    )


def _itt_opinion(itt: dict[str, Any], *, adjusted: bool) -> OtherEstimate:
    return OtherEstimate(
        method="ancova" if adjusted else "difference-in-means",
        estimand="itt",
        estimate=itt["estimate"],
        std_error=itt.get("std_error"),
        conf_low=itt.get("conf_low"),
        conf_high=itt.get("conf_high"),
        text="The effect of the offer on everyone it was made to, whether or not they took it up.",
    )


def _terms(fit: Fit, level: float) -> tuple[Term, ...]:
    terms = []
    for outcome, name in enumerate(("itt", "first-stage")):
        numbers = headline(fit, 0, level, outcome)
        numbers.pop("statistic", None)
        numbers.pop("p_value", None)
        terms.append(Term(term=name, **numbers))
    return tuple(terms)


def _complier_means(fit: Fit, centre: float) -> tuple[float, float]:
    """Mean outcome of compliers without and with the programme (Imbens & Rubin 1997)."""
    first = float(fit.effects[0, 1])
    return centre - float(fit.effects[0, 2]) / first, centre + float(fit.effects[0, 3]) / first


def _take_up_check(fit: Fit, first_error: float | None, centre: float) -> CheckResult:
    first, without = float(fit.effects[0, 1]), float(fit.effects[fit.control, 1])
    details: dict[str, Any] = {
        "complier_share": first,
        "always_taker_share": without,
        "never_taker_share": 1 - without - first,
        "compliance": "full" if first == 1 else "one-sided" if without == 0 else "two-sided",
    }
    if first != 0:
        details["complier_mean_untreated"], details["complier_mean_treated"] = _complier_means(fit, centre)
    if first_error is None:
        text = "Too few blocks to judge how firmly the offer moved take-up."
        return CheckResult(name="first-stage", status="informative", text=text, details=details)
    return first_stage_check(first, first_error, details)
