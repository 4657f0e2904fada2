"""Time to event in two arms: difference in restricted mean time, with curves, log-rank and hazard ratio."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import special

from upshot.errors import DesignError
from upshot.impact.design import Registration
from upshot.impact.estimate import Caution, Estimate, Relative, Term
from upshot.impact.spells.arrays import Spells, read_spells
from upshot.impact.spells.contrast import Contrast, contrast, default_horizon, landmark, lone_clusters
from upshot.impact.spells.curve import Curve
from upshot.impact.spells.findings import cautions, checks, few, hazard_ratio, naive

__all__ = ["spells"]

_POINTS = 60


def spells(
    duration: npt.ArrayLike,
    event: npt.ArrayLike,
    treatment: npt.ArrayLike,
    *,
    entry: npt.ArrayLike | None = None,
    horizon: float | None = None,
    strata: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    level: float = 0.95,
    outcome: str = "duration",
    registration: Registration = "exploratory",
) -> Estimate:
    """How much longer (or shorter) it takes until something happens, up to a horizon.

    The difference in restricted mean time between the arms (Royston & Parmar 2013; Uno et al.
    2014): the area between two Kaplan–Meier curves. Spells that have not ended count for as long
    as they were seen. Use it for onboarding days, time to proficiency, or how long a certificate
    lasts; for "new hires only" roll-outs over several intakes, see `new_hires`.

    Parameters
    ----------
    duration
        Length of each spell from its own start, (n,), in any unit, >= 0.
    event
        1 where the spell ended, 0 where it was still running when last seen, (n,).
    treatment
        1 or 0, (n,).
    entry
        When each spell came under observation, counted from its start (left truncation), (n,).
    horizon
        Up to when time is counted. Default: the largest observed time at which both arms still
        have 10 spells at risk.
    strata
        Labels (n,): arms are compared within strata, averaged by the strata's shares of spells.
    cluster
        Labels (n,): people who share a fate (a team, an intake class). Errors hold for them.
    level
        Confidence level, in (0, 1).

    Returns
    -------
    Estimate
        ``rmst-difference``; terms hold both curves (``survival``) and both means (``rmst``), with
        ``group`` ``treated`` or ``comparison`` and the time in ``period``. Without ``estimate``
        when the data cannot say, with a caution that says why.

    Raises
    ------
    InputError
        If the arrays are wrong; every problem is listed.
    DesignError
        If the level or the horizon is out of range.

    Examples
    --------
    >>> days = list(range(1, 41)) + list(range(11, 51))
    >>> answer = spells(days, [1] * 80, [1] * 40 + [0] * 40, horizon=60)
    >>> answer.estimand, round(answer.estimate, 6), round(answer.std_error, 3)
    ('rmst-difference', -10.0, 2.581)
    """
    if not 0 < level < 1:
        raise DesignError(f"The level parameter of spells must be between 0 and 1. Got {level!r} instead.")
    if horizon is not None and not (np.isfinite(horizon) and horizon > 0):
        raise DesignError(f"The horizon parameter of spells must be > 0. Got {horizon!r} instead.")
    data = read_spells(duration, event, treatment, entry=entry, strata=strata, cluster=cluster)
    found = _answer(data, horizon)
    n_clusters = None if data.cluster is None else len(np.unique(data.cluster))
    blank = Estimate(
        method="kaplan-meier",
        estimand="rmst-difference",
        outcome=outcome,
        level=level,
        registration=registration,
        n_units=len(data),
        n_treated=int(data.treated.sum()),
        n_clusters=n_clusters,
        naive=naive(data),
    )
    if isinstance(found, Caution):
        return replace(blank, cautions=(found, *cautions(data, None, horizon is None, 0.0, None)))
    limit, origin, result = found
    return _filled(blank, data, result, limit, origin, horizon is None)


def _answer(data: Spells, horizon: float | None) -> tuple[float, float, Contrast] | Caution:
    treated = int(data.treated.sum())
    if treated in (0, len(data)):
        side = "treated" if treated == 0 else "comparison"
        return Caution(code="one-arm", text=f"There is no {side} spell; nothing is compared.")
    limit = default_horizon(data) if horizon is None else float(horizon)
    if limit is None:
        return few()
    for arm, name in ((~data.treated, "comparison"), (data.treated, "treated")):
        if not (data.event & (data.duration < limit))[arm].any():
            text = (
                f"No {name} spell has ended before {limit:g}, so how long they last is not known. Wait for more to end."
            )
            return Caution(code="no-events", text=text)
    if lone := lone_clusters(data):
        return lone
    origin = landmark(data)
    if limit <= origin:
        text = f"Nobody of one arm is under observation before {origin:g}, which is past the horizon {limit:g}."
        return Caution(code="horizon-before-entry", text=text)
    result = contrast(data, limit, origin)
    return result if isinstance(result, Caution) else (limit, origin, result)


def _filled(blank: Estimate, data: Spells, result: Contrast, limit: float, origin: float, chosen: bool) -> Estimate:
    error = float(np.sqrt(result.variance))
    if not error > 0:
        text = "The spells do not vary enough to give a standard error, so no effect is stated."
        return replace(blank, cautions=(Caution(code="no-variance", text=text),))
    critical = _critical(blank.level, result.n_clusters)
    low, high = result.difference - critical * error, result.difference + critical * error
    ratio = hazard_ratio(data, limit, blank.level)
    return replace(
        blank,
        estimate=result.difference,
        std_error=error,
        statistic=result.difference / error,
        p_value=_p_value(result.difference / error, result.n_clusters),
        conf_low=low,
        conf_high=high,
        baseline=result.means[0],
        relative=_relative(result, critical, data.cluster is not None),
        terms=(*_means(result, limit, critical), *_curve_terms(result, limit, blank.level)),
        checks=checks(data),
        cautions=cautions(data, limit, chosen, origin, result),
        other_estimates=() if ratio is None else (ratio,),
    )


def _relative(result: Contrast, critical: float, clustered: bool) -> Relative | None:
    """Ratio of the means less one; the interval by the delta method on the log scale."""
    base, ours = result.means
    if not (base > 0 and ours > 0):
        return None
    ratio = ours / base
    if clustered:
        return Relative(estimate=ratio - 1)
    spread = critical * float(np.sqrt(result.variances[0] / base**2 + result.variances[1] / ours**2))
    return Relative(estimate=ratio - 1, conf_low=ratio * np.exp(-spread) - 1, conf_high=ratio * np.exp(spread) - 1)


def _critical(level: float, clusters: int | None) -> float:
    tail = (1 + level) / 2
    return float(special.ndtri(tail) if clusters is None else special.stdtrit(max(clusters - 1, 1), tail))


def _p_value(statistic: float, clusters: int | None) -> float:
    size = -abs(statistic)
    return float(2 * (special.ndtr(size) if clusters is None else special.stdtr(max(clusters - 1, 1), size)))


_ARMS = ("comparison", "treated")


def _means(result: Contrast, limit: float, critical: float) -> list[Term]:
    return [
        Term(
            term="rmst",
            group=name,
            period=limit,
            estimate=mean,
            std_error=(error := float(np.sqrt(variance))),
            conf_low=mean - critical * error,
            conf_high=mean + critical * error,
        )
        for name, mean, variance in zip(_ARMS, result.means, result.variances, strict=True)
    ]


def _curve_terms(result: Contrast, limit: float, level: float) -> list[Term]:
    return [
        term for name, curve in zip(_ARMS, result.curves, strict=True) for term in _points(curve, name, limit, level)
    ]


def _points(curve: Curve, name: str, limit: float, level: float) -> list[Term]:
    """At most 60 points a curve; intervals on the log(−log) scale, so they stay within 0 and 1."""
    times = curve.times[curve.times <= limit]
    if len(times) > _POINTS:
        times = times[np.unique(np.linspace(0, len(times) - 1, _POINTS).round().astype(int))]
    share, greenwood = curve.at(times)
    critical = _critical(level, None)
    points = [Term(term="survival", group=name, period=curve.origin, estimate=1.0)]
    for when, alive, variance in zip(times.tolist(), share.tolist(), greenwood.tolist(), strict=True):
        low = high = None
        if 0 < alive < 1:
            width = np.exp(critical * np.sqrt(variance) / abs(np.log(alive)))
            low, high = float(alive**width), float(alive ** (1 / width))
        error = float(alive * np.sqrt(variance)) if alive > 0 else None
        points.append(
            Term(
                term="survival", group=name, period=when, estimate=alive, std_error=error, conf_low=low, conf_high=high
            )
        )
    return points
