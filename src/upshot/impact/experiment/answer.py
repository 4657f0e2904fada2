"""The parts every experiment's answer shares: the headline with its interval, the baseline, a refusal."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from upshot.impact.design import Design
from upshot.impact.estimate import Caution, CheckResult, Estimate, Naive, Relative
from upshot.impact.experiment.covariates import Floats
from upshot.impact.experiment.fit import Fit
from upshot.impact.experiment.intervals import t_interval
from upshot.impact.experiment.rows import Rows

__all__ = ["Counts", "error_caution", "headline", "naive_difference", "refuse", "relative_effect", "std_errors"]

_NO_SPREAD = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Sizes that go into the answer."""

    n_units: int
    n_treated: int
    n_clusters: int | None
    by_arm: tuple[int, ...]

    @classmethod
    def of(cls, rows: Rows) -> "Counts":
        """Count the rows that are analysed."""
        by_arm = np.bincount(rows.arm, minlength=rows.n_arms)
        return cls(
            n_units=int(rows.arm.size),
            n_treated=int(by_arm[1:].sum()),
            n_clusters=len(np.unique(rows.cluster)) if rows.clustered else None,
            by_arm=tuple(int(n) for n in by_arm),
        )

    def fields(self) -> dict[str, Any]:
        """The fields of `Estimate` they fill."""
        return {"n_units": self.n_units, "n_treated": self.n_treated, "n_clusters": self.n_clusters}


def std_errors(fit: Fit, outcome: int = 0) -> Floats | None:
    """Standard error of every contrast, shape (m,); ``None`` if unknown or if arms do not vary inside."""
    if fit.covariance is None:
        return None
    variance = np.einsum("mqmq->mq", fit.covariance)[:, outcome]
    errors: Floats = np.sqrt(np.maximum(variance, 0.0))
    size = max(float(np.abs(fit.effects[: fit.control, outcome]).max()), fit.spread if outcome == 0 else 0.0)
    return errors if (errors[: fit.control] > _NO_SPREAD * size).all() else None


def headline(fit: Fit, contrast: int, level: float, outcome: int = 0) -> dict[str, Any]:
    """Estimate, error, statistic, p-value and interval of one contrast, as fields of `Estimate`."""
    estimate, errors = float(fit.effects[contrast, outcome]), std_errors(fit, outcome)
    if errors is None:
        return {"estimate": estimate}
    interval = t_interval(estimate, float(errors[contrast]), float(fit.df[contrast]), level)
    return {
        "estimate": estimate,
        "std_error": float(errors[contrast]),
        "statistic": interval.statistic,
        "p_value": interval.p_value,
        "conf_low": interval.conf_low,
        "conf_high": interval.conf_high,
    }


def relative_effect(fit: Fit, level: float) -> Relative | None:
    """Effect of all treated arms as a share of the control mean, by the delta method.

    Absent unless the control mean is clearly above 0: a share of nothing has no meaning.
    """
    effect, base = float(fit.effects[fit.pooled, 0]), float(fit.effects[fit.control, 0])
    errors = std_errors(fit)
    if base <= 0 or errors is None or fit.covariance is None:
        return None
    if not fit.baseline_has_error:
        return Relative(estimate=effect / base)
    if base < 3 * float(errors[fit.control]):
        return None
    pick = np.ix_([fit.pooled, fit.control], [0], [fit.pooled, fit.control], [0])
    slope = np.array([1.0, -effect / base]) / base
    variance = float(slope @ fit.covariance[pick].reshape(2, 2) @ slope)
    interval = t_interval(effect / base, float(np.sqrt(variance)), float(fit.df[fit.pooled]), level)
    return Relative(estimate=effect / base, conf_low=interval.conf_low, conf_high=interval.conf_high)


def error_caution(fit: Fit, contrast: int) -> Caution:
    """Which standard errors and which reference distribution were used; or why there are none."""
    if std_errors(fit) is None:
        text = (
            "One block holds half of the people or more, so how effects differ between blocks cannot be judged."
            if fit.covariance is None
            else "Nothing varies within the arms beyond the covariates, so there is no standard error."
        )
        return Caution(code="no-standard-error", text=text)
    text = f"Standard errors: {fit.errors}; intervals use Student's t with {fit.df[contrast]:.1f} degrees of freedom."
    return Caution(code="standard-errors", text=text)


def naive_difference(rows: Rows, took: Floats) -> Naive | None:
    """Raw means of those with ``took`` = 1 less the others, over people with an outcome."""
    if took.min() == took.max():
        return None
    treated, rest = float(rows.outcome[took == 1].mean()), float(rows.outcome[took == 0].mean())
    return Naive(treated_vs_rest=treated - rest, treated_vs_rest_relative=(treated - rest) / rest if rest > 0 else None)


def refuse(
    rows: Rows,
    reason: Caution,
    *,
    estimand: str,
    design: Design,
    checks: tuple[CheckResult, ...],
    cautions: tuple[Caution, ...],
) -> Estimate:
    """The answer when no effect can be estimated: everything but an estimate."""
    too_few = CheckResult(name="identification", status="failed", code=reason.code, text=reason.text)
    return Estimate(
        method="difference-in-means",
        estimand=estimand,
        outcome=design.outcome,
        level=design.level,
        registration=design.registration,
        checks=(too_few, *checks),
        cautions=(reason, *cautions),
        **Counts.of(rows).fields(),
    )
