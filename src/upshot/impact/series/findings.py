"""What must be said beside an interrupted time series: placebo starts, leftover autocorrelation, cautions."""

from typing import Literal

import numpy as np
from scipy import special

from upshot.impact.estimate import Caution, CheckResult
from upshot.impact.series.arrays import Series
from upshot.impact.series.design import columns, parameters_before
from upshot.impact.series.fit import Fit, fit
from upshot.impact.series.noise import ljung_box

__all__ = ["cautions", "checks"]

Family = Literal["gaussian", "poisson"]

_STRICT = 0.05
_PLACEBOS = 6
_AFTER = 3
_STRONG = 0.5


def checks(series: Series, found: Fit, family: Family, season: int | None, trend: bool) -> tuple[CheckResult, ...]:
    """Placebo starts before the real one, and whether the errors are what they were taken for."""
    return (_placebos(series, family, season, trend), _leftover(found, season))


def _placebos(series: Series, family: Family, season: int | None, trend: bool) -> CheckResult:
    name = "placebo-starts"
    first = max(8, 2 * (season or 0), parameters_before(season, series.control, trend) + 4)
    places = np.arange(first, series.before - _AFTER + 1)
    if len(places) == 0:
        text = f"Too few periods before the start to pretend it came earlier: {first + _AFTER} are needed."
        return CheckResult(name=name, status="not_applicable", code="no-placebo-start", text=text)
    places = places[np.unique(np.linspace(0, len(places) - 1, min(_PLACEBOS, len(places))).round().astype(int))]
    values = [p for place in places if (p := _placebo(series, int(place), family, season, trend)) is not None]
    if not values:
        text = "No line could be fitted to the periods before the start alone."
        return CheckResult(name=name, status="not_applicable", code="no-placebo-start", text=text)
    p_value = min(1.0, min(values) * len(values))
    seen = p_value < _STRICT
    text = (
        f"Pretending the programme had started at {len(values)} earlier times, "
        + ("an 'effect' shows where there was none" if seen else "no effect shows")
        + f" (smallest p-value {p_value:.2g}, Bonferroni)."
    )
    return CheckResult(
        name=name,
        status="failed" if seen else "passed",
        code="placebo-start" if seen else None,
        text=text,
        p_value=p_value,
        details={"starts": [series.timeline.labels[place] for place in places]},
    )


def _placebo(series: Series, place: int, family: Family, season: int | None, trend: bool) -> float | None:
    """p-value of the mean effect of a pretended start, from the periods before the real one."""
    rows = slice(0, series.before)
    control = None if series.control is None else series.control[rows]
    if control is not None and family == "poisson" and (control > 0).all():
        control = np.log(control)
    index = series.timeline.index[rows]
    design = columns(index, place, season, control, trend)
    found = fit(series.outcome[rows], index, place, design, family, series.exposure[rows])
    if found is None or not found.covariance.mean() > 0:
        return None
    statistic = found.effect.mean() / np.sqrt(found.covariance.mean())
    return float(2 * special.stdtr(found.spare, -abs(statistic)))


def _leftover(found: Fit, season: int | None) -> CheckResult:
    n = len(found.whitened)
    lags = int(min(max(season or 0, 6), n // 3))
    if lags < 2 or not np.ptp(found.whitened) > 0:
        text = "The series is too short to test what is left over."
        return CheckResult(name="residual-autocorrelation", status="not_applicable", text=text)
    statistic, p_value = ljung_box(found.whitened, lags)
    left = p_value < _STRICT
    text = (
        f"After taking out an autocorrelation of {found.rho:.2f} from period to period, "
        + ("a pattern in time remains, so the interval may be too short" if left else "no pattern in time remains")
        + f" (Ljung–Box over {lags} lags, p = {p_value:.2g})."
    )
    return CheckResult(
        name="residual-autocorrelation",
        status="failed" if left else "passed",
        code="residual-autocorrelation" if left else None,
        text=text,
        statistic=statistic,
        p_value=p_value,
    )


def cautions(series: Series, found: Fit | None, season: int | None) -> tuple[Caution, ...]:
    """Everything the reader must know; that there is no comparison group comes first."""
    said = [_alone(series), _gaps(series), _seasons(series, season)]
    if found is not None:
        said += [_noise(found), _spread(found), _short(series)]
    return tuple(caution for caution in said if caution is not None)


def _alone(series: Series) -> Caution:
    if series.control is None:
        text = (
            "One series has no comparison group: anything else that happened at the same time is counted as the "
            "programme's effect. This is weak evidence, whatever the interval."
        )
        return Caution(code="no-comparison", text=text)
    text = (
        "The comparison is one control series: the answer holds only if the programme left it untouched and the two "
        "would have gone on moving together. This is weak evidence, whatever the interval."
    )
    return Caution(code="control-series-only", text=text)


def _gaps(series: Series) -> Caution | None:
    missing = series.timeline.n_missing
    if not missing:
        return None
    text = f"{missing} periods between the first and the last are missing; the rest keep their distance in time."
    return Caution(code="gaps-in-time", text=text)


def _seasons(series: Series, season: int | None) -> Caution | None:
    if season is not None:
        how = "an effect for each of its periods" if season <= 7 else "two pairs of harmonics"
        return Caution(code="season", text=f"The season of {season} periods is modelled by {how}.")
    if len(series.outcome) < 2 * 12:
        return None
    text = "No season is modelled. If the outcome has one, name it: a launch in high season looks like an effect."
    return Caution(code="no-season", text=text)


def _noise(found: Fit) -> Caution | None:
    if found.rho < _STRONG:
        return None
    text = f"Neighbouring periods are strongly alike (autocorrelation {found.rho:.2f}), so each adds little news."
    return Caution(code="strong-autocorrelation", text=text)


def _spread(found: Fit) -> Caution | None:
    if found.dispersion is None or found.dispersion < 1.5:
        return None
    text = f"The counts vary {found.dispersion:.1f} times as much as chance alone would; the interval allows for it."
    return Caution(code="overdispersion", text=text)


def _short(series: Series) -> Caution | None:
    if series.after >= _AFTER:
        return None
    text = f"Only {series.after} period{'s' * (series.after > 1)} after the start: a change in slope is not estimated."
    return Caution(code="short-post-period", text=text)
