"""What must be said beside a difference in restricted means: checks, cautions, the naive figure, the hazard ratio."""

import numpy as np
from scipy import special

from upshot.impact.estimate import Caution, CheckResult, Naive, OtherEstimate
from upshot.impact.spells.arrays import Spells
from upshot.impact.spells.contrast import ENOUGH, Contrast
from upshot.impact.spells.hazard import discrete_hazard
from upshot.impact.spells.logrank import LogRank, logrank
from upshot.impact.spells.table import EventTable

__all__ = ["cautions", "checks", "few", "hazard_ratio", "naive"]

_PERIODS = 60
_FEW_CLUSTERS = 40
_STRICT = 0.05


def few() -> Caution:
    """The refusal when an arm never has enough spells at risk."""
    text = f"At no time do both arms have {ENOUGH} spells at risk. Collect more spells, or state a horizon yourself."
    return Caution(code="too-few-spells", text=text)


def naive(data: Spells) -> Naive | None:
    """Mean of the completed spells of the treated less that of the others, and as a share of it."""
    ours, others = (data.duration[data.event & (data.treated == side)] for side in (True, False))
    if not len(ours) or not len(others):
        return None
    gap = float(ours.mean() - others.mean())
    base = float(others.mean())
    return Naive(treated_vs_rest=gap, treated_vs_rest_relative=gap / base if base > 0 else None)


def checks(data: Spells) -> tuple[CheckResult, ...]:
    """The log-rank test of the outcome, and the same test of being cut off."""
    return (_outcome_test(data), _censoring_test(data))


def _outcome_test(data: Spells) -> CheckResult:
    if data.cluster is not None:
        text = "The log-rank test takes people as independent; with clusters it is not run."
        return CheckResult(name="log-rank", status="not_applicable", text=text)
    return _result("log-rank", logrank(data.duration, data.event, data.treated, data.entry, data.strata))


def _result(name: str, found: LogRank | None) -> CheckResult:
    if found is None:
        return CheckResult(name=name, status="not_applicable", text="The curves do not vary; there is nothing to test.")
    text = f"The whole curves are compared, not only their means up to the horizon: p = {found.p_value:.3g}."
    return CheckResult(name=name, status="informative", text=text, statistic=found.statistic, p_value=found.p_value)


def _censoring_test(data: Spells) -> CheckResult:
    cut = ~data.event
    if not cut.any():
        return CheckResult(name="differential-censoring", status="passed", text="Every spell ended; none is cut off.")
    found = logrank(data.duration, cut, data.treated, data.entry)
    if found is None:
        return CheckResult(name="differential-censoring", status="not_applicable", text="Being cut off does not vary.")
    shares = [100 * float(cut[data.treated == side].mean()) for side in (True, False)]
    said = f"{shares[0]:.0f} % of treated and {shares[1]:.0f} % of comparison spells had not ended when last seen"
    differs = found.p_value < _STRICT
    text = (
        f"{said}, and they are cut off at different times (p = {found.p_value:.2g}). That is harmless when one arm "
        "was simply followed for less time, and not when people leave for a reason tied to the outcome."
        if differs
        else f"{said}; the times at which they are cut off do not differ (p = {found.p_value:.2g})."
    )
    return CheckResult(
        name="differential-censoring",
        status="informative" if differs else "passed",
        code="differential-censoring" if differs else None,
        text=text,
        statistic=found.statistic,
        p_value=found.p_value,
    )


def hazard_ratio(data: Spells, horizon: float, level: float) -> OtherEstimate | None:
    """Ratio of hazards from the event table up to the horizon, by complementary log-log."""
    whole = horizon <= _PERIODS and bool(np.all(data.duration == np.round(data.duration)))
    width = 1.0 if whole else horizon / _PERIODS
    seen = (data.duration > 0) & (data.entry < horizon)
    inside = data.event & (data.duration <= horizon)
    table = EventTable.from_spells(
        np.minimum(data.duration, horizon)[seen],
        inside[seen],
        data.treated[seen].astype(int).tolist(),
        entry=np.maximum(data.entry, 0)[seen],
        width=width,
    )
    fit = discrete_hazard(table, [bool(group) for group in table.groups])
    if fit is None:
        return None
    text = "Assumes one ratio at all times; a ratio above 1 means the spells end sooner."
    if data.cluster is not None or data.strata is not None:
        text += " Not adjusted for strata or clusters, so it carries no interval."
        return OtherEstimate(
            method="complementary-log-log", estimand="hazard-ratio", estimate=float(np.exp(fit.log_ratio)), text=text
        )
    spread = float(special.ndtri((1 + level) / 2)) * fit.std_error
    ratio = float(np.exp(fit.log_ratio))
    return OtherEstimate(
        method="complementary-log-log",
        estimand="hazard-ratio",
        estimate=ratio,
        std_error=ratio * fit.std_error,
        conf_low=ratio * float(np.exp(-spread)),
        conf_high=ratio * float(np.exp(spread)),
        text=text,
    )


def cautions(
    data: Spells, horizon: float | None, chosen: bool, origin: float, result: Contrast | None
) -> tuple[Caution, ...]:
    """Everything the reader must know to read the number rightly."""
    said = [_horizon(horizon, chosen), _cut_off(data), _completed(data, result), _late(data, origin)]
    if result is not None:
        said += [_strata(data, result), _clusters(result)]
    return tuple(caution for caution in said if caution is not None)


def _horizon(horizon: float | None, chosen: bool) -> Caution | None:
    if horizon is None:
        return None
    if not chosen:
        return Caution(
            code="restricted-mean", text=f"Time is counted up to {horizon:g}; what happens later is left out."
        )
    text = (
        f"Time is counted up to {horizon:g}, the largest time at which both arms still have {ENOUGH} spells at risk. "
        "The data chose it; name a horizon in the plan to settle it before they are seen."
    )
    return Caution(code="horizon-from-data", text=text)


def _cut_off(data: Spells) -> Caution | None:
    running = int((~data.event).sum())
    if not running:
        return None
    text = (
        f"{running} of {len(data)} spells had not ended when last seen. They count for as long as they were seen, "
        "which is right only if being cut off has nothing to do with how soon the spell would have ended. Someone who "
        "leaves because it goes badly breaks this, and so does an end of another kind that rules this one out."
    )
    return Caution(code="censoring-uninformative", text=text)


def _completed(data: Spells, result: Contrast | None) -> Caution | None:
    figure = naive(data)
    if data.event.all() or result is None or figure is None or figure.treated_vs_rest is None:
        return None
    text = (
        f"The average of completed spells only would have said {figure.treated_vs_rest:+.4g} instead of "
        f"{result.difference:+.4g}: it leaves out the spells that take longest."
    )
    return Caution(code="completed-spells-only", text=text)


def _late(data: Spells, origin: float) -> Caution | None:
    late = int((data.entry > 0).sum())
    if not late:
        return None
    text = f"{late} spells came under observation after their start and count from then on."
    if origin > 0:
        text += (
            f" Nobody of one arm was seen before {origin:g}, so the means hold for spells that last at least that long."
        )
    return Caution(code="late-entry", text=text)


def _strata(data: Spells, result: Contrast) -> Caution | None:
    lost = len(data) - result.n_used
    if not lost:
        return None
    text = f"{lost} spells are in strata with one arm only and are not compared."
    return Caution(code="strata-without-comparison", text=text)


def _clusters(result: Contrast) -> Caution | None:
    if result.n_clusters is None:
        return None
    text = f"The interval uses {result.n_clusters} clusters and Student's t with one degree of freedom less."
    if result.n_clusters < _FEW_CLUSTERS:
        return Caution(code="few-clusters", text=f"{text} Below {_FEW_CLUSTERS} clusters it may still be too short.")
    return Caution(code="clustered-interval", text=text)
