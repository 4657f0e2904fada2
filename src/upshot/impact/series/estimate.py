"""Interrupted time series: the average gap between what was seen and the line carried on."""

import datetime as dt
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from upshot.errors import DesignError
from upshot.impact.design import Registration
from upshot.impact.estimate import Caution, Estimate, Label, Naive, OtherEstimate, Relative, Term
from upshot.impact.series.arrays import Series, read_series
from upshot.impact.series.design import columns, parameters_before
from upshot.impact.series.findings import cautions, checks
from upshot.impact.series.fit import Fit, fit

__all__ = ["interrupted_time_series"]

Family = Literal["gaussian", "poisson"]

_LEAST_BEFORE = 8
_SPARE = 4


def interrupted_time_series(
    outcome: npt.ArrayLike,
    time: npt.ArrayLike,
    start: Label | dt.date | np.datetime64,
    *,
    exposure: npt.ArrayLike | None = None,
    season: int | None = None,
    family: Family = "gaussian",
    control: npt.ArrayLike | None = None,
    trend: bool = True,
    level: float = 0.95,
    outcome_name: str = "outcome",
    registration: Registration = "exploratory",
) -> Estimate:
    """Average effect after a start against the line the series was on.

    Segmented regression with a change in level and slope (Bernal, Cummins & Gasparrini 2017).
    The errors follow AR(1): Newey–West intervals are far too short for series of this length
    (Turner et al. 2021), so they are only the second opinion. Autocorrelation is averaged over its
    restricted likelihood. Counts use a log link, an offset and an estimated overdispersion. The
    interval holds the noise of the periods after the start, not only that of the line.

    Parameters
    ----------
    outcome
        One value a period, (T,).
    time
        Numbers, dates or period labels, (T,); gaps are allowed, repeats are not.
    start
        First time the programme could act.
    exposure
        What the count is out of (hours, orders, people), (T,), > 0. With ``gaussian`` the outcome
        is divided by it.
    season
        Periods in a cycle: 12 for months, 7 for days, 4 for quarters.
    family
        ``gaussian`` for means and rates, ``poisson`` for counts.
    control
        One or more series that the programme cannot have touched, (T,) or (T, K).
    trend
        Whether the line may rise or fall before the start.
    level
        Confidence level, in (0, 1).

    Returns
    -------
    Estimate
        ``average-effect``. Terms: ``effect`` by period after the start (their mean is the
        estimate), ``level-change`` and ``slope-change`` (a period), and ``observed`` and
        ``counterfactual`` in every period. Without ``estimate`` when the periods before the start
        are too few, with the reason.

    Raises
    ------
    InputError
        If the arrays are wrong; every problem is listed.
    DesignError
        If an option is out of range.

    Examples
    --------
    >>> months = list(range(24))
    >>> calls = [50 + m + (m % 3) - 8 * (m >= 16) for m in months]
    >>> answer = interrupted_time_series(calls, months, 16)
    >>> round(answer.estimate), answer.cautions[0].code
    (-8, 'no-comparison')
    """
    _refuse_options(level, season, family)
    series = read_series(outcome, time, start, exposure, control, family == "poisson")
    if family == "gaussian":
        series = replace(series, outcome=series.outcome / series.exposure, exposure=np.ones(len(series.outcome)))
    blank = Estimate(
        method="interrupted-time-series",
        estimand="average-effect",
        aggregation="simple",
        outcome=outcome_name,
        level=level,
        registration=registration,
        n_units=1,
        n_treated=1,
        n_periods=len(series.outcome),
        naive=_naive(series),
    )
    reason = _too_little(series, season, trend, family)
    if reason is None:
        design = columns(series.timeline.index, series.before, season, _controls(series, family), trend)
        found = fit(series.outcome, series.timeline.index, series.before, design, family, series.exposure)
        if found is not None:
            return _filled(blank, series, found, family, season, trend)
        reason = _no_fit(series)
    return replace(blank, cautions=(reason, *cautions(series, None, season)))


def _refuse_options(level: float, season: int | None, family: str) -> None:
    where = "parameter of interrupted_time_series must be"
    problems = []
    if not 0 < level < 1:
        problems.append(f"The level {where} between 0 and 1. Got {level!r} instead.")
    if season is not None and season < 2:
        problems.append(f"The season {where} at least 2 periods. Got {season!r} instead.")
    if family not in ("gaussian", "poisson"):
        problems.append(f"The family {where} gaussian or poisson. Got {family!r} instead.")
    if problems:
        raise DesignError("\n".join(problems))


def _controls(series: Series, family: Family) -> npt.NDArray[np.float64] | None:
    if series.control is None:
        return None
    positive = family == "poisson" and bool((series.control > 0).all())
    return np.log(series.control) if positive else series.control


def _too_little(series: Series, season: int | None, trend: bool, family: Family) -> Caution | None:
    least = max(_LEAST_BEFORE, 2 * (season or 0), parameters_before(season, series.control, trend) + _SPARE)
    if series.before < least:
        why = f", two whole seasons of {season}" if season and least == 2 * season else ""
        text = (
            f"There are {series.before} periods before the start; a line needs at least {least}{why}. "
            "Add earlier periods, or find teams that start later to compare with."
        )
        return Caution(code="too-few-pre-periods", text=text)
    before = series.outcome[: series.before]
    if np.ptp(before) <= 1e-12 * max(1.0, float(np.abs(before).max())):
        text = "The outcome is the same in every period before the start, so its noise is not known."
        return Caution(code="constant-outcome", text=text)
    if family == "poisson" and series.outcome[series.before :].sum() == 0:
        text = "Nothing was counted after the start; a ratio of 0 has no interval. State the count itself."
        return Caution(code="no-events", text=text)
    return None


def _no_fit(series: Series) -> Caution:
    if series.control is not None:
        text = "A control series is constant, a straight line or a copy of another. Leave it out."
        return Caution(code="collinear-control", text=text)
    return Caution(code="no-fit", text="The counts are too sparse for a line to be fitted; use longer periods.")


def _naive(series: Series) -> Naive | None:
    if series.before == 0:
        return None
    scale = series.exposure.mean()
    before = float((series.outcome / series.exposure)[: series.before].mean() * scale)
    gap = float((series.outcome / series.exposure)[series.before :].mean() * scale) - before
    return Naive(before_after=gap, before_after_relative=gap / before if before > 0 else None)


def _filled(blank: Estimate, series: Series, found: Fit, family: Family, season: int | None, trend: bool) -> Estimate:
    effect, error = float(found.effect.mean()), float(np.sqrt(found.covariance.mean()))
    if not error > 1e-12 * max(float(np.abs(series.outcome).max()), 1e-300):
        text = "The series follows its line exactly, so its noise is not known and no interval can be given."
        return replace(blank, cautions=(Caution(code="no-noise", text=text), *cautions(series, None, season)))
    critical = float(special.stdtrit(found.spare, (1 + blank.level) / 2))
    base = float(found.counterfactual[series.before :].mean())
    return replace(
        blank,
        estimate=effect,
        std_error=error,
        statistic=effect / error,
        p_value=float(2 * special.stdtr(found.spare, -abs(effect / error))),
        conf_low=effect - critical * error,
        conf_high=effect + critical * error,
        baseline=base,
        relative=_relative(effect, base, found.relative_error, critical),
        terms=(*_effects(series, found, critical), *_changes(found, critical), *_lines(series, found)),
        checks=checks(series, found, family, season, trend),
        cautions=cautions(series, found, season),
        other_estimates=(_second(found, blank.level),),
    )


def _relative(effect: float, base: float, error: float | None, critical: float) -> Relative | None:
    if base <= 0 or error is None:
        return None
    share = effect / base
    return Relative(estimate=share, conf_low=share - critical * error, conf_high=share + critical * error)


def _second(found: Fit, level: float) -> OtherEstimate:
    spread = float(special.ndtri((1 + level) / 2)) * found.hac_error
    return OtherEstimate(
        method="segmented-newey-west",
        estimand="average-effect",
        estimate=found.least_squares,
        std_error=found.hac_error,
        conf_low=found.least_squares - spread,
        conf_high=found.least_squares + spread,
        text=f"Newey–West with {found.lags} lags, 4 (T / 100)^(2/9) rounded down; too short for few periods.",
    )


def _effects(series: Series, found: Fit, critical: float) -> list[Term]:
    index, labels, first = series.timeline.index, series.timeline.labels, series.before
    errors = np.sqrt(np.diag(found.covariance))
    return [
        Term(
            term="effect",
            event_time=int(index[first + k] - index[first]),
            period=labels[first + k],
            estimate=float(value),
            std_error=float(error),
            conf_low=float(value - critical * error),
            conf_high=float(value + critical * error),
        )
        for k, (value, error) in enumerate(zip(found.effect, errors, strict=True))
    ]


def _changes(found: Fit, critical: float) -> list[Term]:
    names = ("level-change", "slope-change")[: len(found.changes)]
    return [
        Term(
            term=name,
            estimate=float(value),
            std_error=float(error),
            conf_low=float(value - critical * error),
            conf_high=float(value + critical * error),
        )
        for name, value, error in zip(names, found.changes, found.changes_error, strict=True)
    ]


def _lines(series: Series, found: Fit) -> list[Term]:
    return [
        Term(term=name, period=label, estimate=float(value))
        for name, values in (("observed", series.outcome), ("counterfactual", found.counterfactual))
        for label, value in zip(series.timeline.labels, values, strict=True)
    ]
