"""Intention to treat: every arm against the control arm, with bands that hold for all arms at once."""

from dataclasses import replace
from typing import Any, Literal

import numpy as np

from upshot.impact.design import Design
from upshot.impact.estimate import CheckResult, Estimate, Term
from upshot.impact.experiment.answer import (
    Counts,
    error_caution,
    headline,
    naive_difference,
    relative_effect,
    std_errors,
)
from upshot.impact.experiment.fit import Fit, fit_from_moments, fit_rows
from upshot.impact.experiment.intervals import band_factor, joint_test, t_interval
from upshot.impact.experiment.moments import ExperimentMoments
from upshot.impact.experiment.prepare import Prepared
from upshot.impact.experiment.second import few_unit_opinions, unadjusted_opinion

__all__ = ["experiment_from_moments", "itt_answer", "itt_from_rows"]


def itt_from_rows(prepared: Prepared, design: Design, kind: Literal["HC2", "HC3"]) -> Estimate:
    """Intention-to-treat answer from prepared rows, without the checks of the whole sample."""
    rows, y = prepared.rows, prepared.rows.outcome[:, None]
    fit = fit_rows(rows, y, prepared.covariates, kind)
    answer = itt_answer(fit, rows.arms, Counts.of(rows), design, adjusted=prepared.adjusted)
    others = list(few_unit_opinions(prepared, design))
    if prepared.adjusted:
        plain = fit_rows(rows, y, np.empty((rows.arm.size, 0)), "HC2")
        others.insert(0, unadjusted_opinion(plain, design.level, answer.std_error))
    return replace(
        answer,
        naive=naive_difference(rows, (rows.arm > 0).astype(float)),
        other_estimates=tuple(others),
        cautions=(*answer.cautions, *prepared.cautions),
    )


def experiment_from_moments(moments: ExperimentMoments, *, design: Design | None = None) -> Estimate:
    """Intention-to-treat answer from moments alone, as an engine or a warehouse can compute them.

    Rows must be unweighted and assigned one by one; variances may differ between arms and blocks.
    The point estimates are those of `experiment`; without covariates so are the standard errors.

    Parameters
    ----------
    moments
        With the outcome as the first of ``outcomes``, the control arm first, and at least two
        rows in every block and arm.
    design
        Outcome name, level, seed and registration.

    Examples
    --------
    >>> import numpy as np
    >>> from upshot.impact.experiment import experiment_moments
    >>> moments = experiment_moments(np.empty((4, 0)), [[1.0], [3.0], [5.0], [9.0]], [0, 0, 1, 1], arms=[0, 1])
    >>> answer = experiment_from_moments(moments)
    >>> answer.estimate, round(answer.std_error, 3)
    (5.0, 2.236)
    """
    chosen = design or Design()
    by_arm = moments.n.sum(axis=0)
    counts = Counts(
        n_units=int(by_arm.sum()),
        n_treated=int(by_arm[1:].sum()),
        n_clusters=None,
        by_arm=tuple(int(n) for n in by_arm),
    )
    fit, adjusted = fit_from_moments(moments), bool(moments.covariates)
    answer = itt_answer(fit, moments.arms, counts, chosen, adjusted=adjusted)
    if not adjusted:
        return answer
    plain = fit_from_moments(moments, adjust=False)
    return replace(answer, other_estimates=(unadjusted_opinion(plain, chosen.level, answer.std_error),))


def itt_answer(
    fit: Fit, arms: tuple[int | float | str, ...], counts: Counts, design: Design, *, adjusted: bool
) -> Estimate:
    """Put a fit into words and numbers; the headline is the mean effect over treated arms by their size."""
    several = len(arms) > 2
    return Estimate(
        method="ancova" if adjusted else "difference-in-means",
        estimand="itt",
        aggregation="all-arms" if several else None,
        outcome=design.outcome,
        level=design.level,
        registration=design.registration,
        baseline=float(fit.effects[fit.control, 0]),
        relative=relative_effect(fit, design.level),
        terms=_terms(fit, arms, counts, design),
        covariance=_covariance(fit) if design.covariance else None,
        checks=(_arms_check(fit),) if several else (),
        cautions=(error_caution(fit, fit.pooled),),
        **headline(fit, fit.pooled, design.level),
        **counts.fields(),
    )


def _covariance(fit: Fit) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None:
    return None if fit.covariance is None else fit.covariance[: fit.pooled, 0, : fit.pooled, 0]


def _terms(fit: Fit, arms: tuple[int | float | str, ...], counts: Counts, design: Design) -> tuple[Term, ...]:
    errors, covariance = std_errors(fit), _covariance(fit)
    if errors is None or covariance is None:
        return tuple(
            Term(term=str(arm), group=arm, estimate=float(fit.effects[i, 0]), n_units=counts.by_arm[i + 1])
            for i, arm in enumerate(arms[1:])
        )
    factor = band_factor(covariance, float(fit.df[: fit.pooled].min()), design.level, design.seed)
    return tuple(
        Term(term=str(arm), group=arm, n_units=counts.by_arm[i + 1], **_term_numbers(fit, i, errors[i], factor, design))
        for i, arm in enumerate(arms[1:])
    )


def _term_numbers(fit: Fit, i: int, error: float, factor: float, design: Design) -> dict[str, Any]:
    estimate = float(fit.effects[i, 0])
    interval = t_interval(estimate, float(error), float(fit.df[i]), design.level)
    return {
        "estimate": estimate,
        "std_error": float(error),
        "conf_low": interval.conf_low,
        "conf_high": interval.conf_high,
        "band_low": estimate - max(factor * float(error), estimate - interval.conf_low),
        "band_high": estimate + max(factor * float(error), interval.conf_high - estimate),
    }


def _arms_check(fit: Fit) -> CheckResult:
    """Joint tests: that no arm has an effect, and that all treated arms have the same."""
    covariance = _covariance(fit)
    df, effects = float(fit.df[: fit.pooled].min()), fit.effects[: fit.pooled, 0]
    none = None if covariance is None else joint_test(effects, covariance, df)
    apart = np.eye(len(effects))[1:] - np.eye(len(effects))[0]
    same = None if covariance is None else joint_test(apart @ effects, apart @ covariance @ apart.T, df)
    if none is None or same is None:
        text = "There are too few units to test the arms jointly."
        return CheckResult(name="arms", status="not_applicable", text=text)
    return CheckResult(
        name="arms",
        status="informative",
        text=f"That no arm has an effect: p = {none[1]:.3g}. That the treated arms have the same effect: "
        f"p = {same[1]:.3g}.",
        statistic=none[0],
        p_value=none[1],
        details={"same_effect_statistic": same[0], "same_effect_p_value": same[1]},
    )
