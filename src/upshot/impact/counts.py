"""Staggered roll-outs with a multiplicative effect, from cell moments: counts (Poisson), shares near 0 or 1 (logit)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from upshot.errors import DesignError, InputError, Problem
from upshot.impact.cell_likelihood import CellFit, Cells, fit_untreated, leads, usable
from upshot.impact.design import Registration
from upshot.impact.estimate import Caution, CheckResult, Estimate, Label, OtherEstimate, Relative, Term

__all__ = ["counts", "shares"]

Floats = npt.NDArray[np.float64]


def counts(
    cohort_start: Sequence[float | None],
    periods: Sequence[float],
    n: npt.ArrayLike,
    mean: npt.ArrayLike,
    cov: npt.ArrayLike,
    *,
    exposure: bool = False,
    level: float = 0.95,
    outcome: str = "outcome",
    registration: Registration = "exploratory",
) -> Estimate:
    """Effect of a staggered roll-out on counts whose cohorts would have moved by the same per cent.

    Poisson quasi-likelihood with cohort and period effects and a free effect in every treated cell
    (Wooldridge 2023): the counts need not be Poisson, errors are clustered by unit. Everything
    comes from cohort moments, none from rows.

    Parameters
    ----------
    cohort_start
        First treated period of each cohort, ``None`` for never, (C,).
    periods
        Rising, (T,).
    n
        Units a cohort, (C,). A unit may be a cluster; ``mean`` then holds means of cluster sums.
    mean, cov
        Mean (C, T) and covariance (C, T, T; centred cross-product divided by ``n``) of a unit's
        counts. With ``exposure``, of its counts followed by its exposures: (C, 2T), (C, 2T, 2T).
    exposure
        Whether counts are out of something that differs between units and periods.
    level
        Confidence level.

    Returns
    -------
    Estimate
        ``att`` in counts a unit and period (per unit of exposure when there is one); ``relative`` is
        the rate ratio less one, which is also a second answer under ``att-rate-ratio``. Terms by
        event time in both scales; those before the start are ratios to the last period before it.
        Event times count columns of ``mean``.

    Raises
    ------
    InputError
        If the shapes or the values are wrong.
    """
    blank = _blank("poisson-etwfe", level, outcome, registration)
    return _answer(_read(cohort_start, periods, n, mean, cov, exposure, "poisson"), blank, "poisson", periods)


def shares(
    cohort_start: Sequence[float | None],
    periods: Sequence[float],
    n: npt.ArrayLike,
    mean: npt.ArrayLike,
    cov: npt.ArrayLike,
    *,
    level: float = 0.95,
    outcome: str = "outcome",
    registration: Registration = "exploratory",
) -> Estimate:
    """Effect on a yes/no outcome when cohorts would have moved in parallel on the log-odds scale.

    The robustness check for shares near 0 or 1, where a parallel move in percentage points would
    leave the range (Wooldridge 2023, logit). Arguments and result as in `counts`.
    """
    blank = _blank("logit-etwfe", level, outcome, registration)
    return _answer(_read(cohort_start, periods, n, mean, cov, False, "logit"), blank, "logit", periods)


@dataclass(frozen=True, slots=True)
class _Targets:
    """Averages over groups of treated cells: the event time (``None`` for all) and weights (C, T)."""

    event_time: int | None
    weights: Floats
    units: int


def _blank(method: str, level: float, outcome: str, registration: Registration) -> Estimate:
    if not 0 < level < 1:
        raise DesignError(f"The level must be between 0 and 1. Got {level!r} instead.")
    return Estimate(
        method=method,
        estimand="att",
        aggregation="simple",
        outcome=outcome,
        level=level,
        registration=registration,
        n_units=0,
    )


def _read(
    cohort_start: Sequence[float | None],
    periods: Sequence[float],
    n: npt.ArrayLike,
    mean: npt.ArrayLike,
    cov: npt.ArrayLike,
    exposure: bool,
    family: str,
) -> Cells:
    try:
        size, middle, spread = (np.asarray(values, dtype=np.float64) for values in (n, mean, cov))
        starts = np.array([np.inf if start is None else float(start) for start in cohort_start])
        times = np.asarray(periods, dtype=np.float64)
    except (TypeError, ValueError):
        text = "Starts, periods and moments must be numbers, in arrays of full rows."
        raise InputError(Problem(code="not-a-number", text=text)) from None
    C, T = len(cohort_start), len(periods)
    width = 2 * T if exposure else T
    problems = [
        Problem(code="wrong-shape", text=f"{name} must have shape {want}. Got {got}.")
        for name, want, got in (
            ("n", (C,), size.shape),
            ("mean", (C, width), middle.shape),
            ("cov", (C, width, width), spread.shape),
        )
        if want != got
    ]
    if T < 2 or not (np.diff(times) > 0).all():
        problems.append(Problem(code="periods", text="At least two periods, rising, are needed."))
    if not all(np.isfinite(values).all() for values in (size, middle, spread)):
        problems.append(Problem(code="not-finite", text="Some moments are missing or not finite."))
    elif (size < 1).any():
        problems.append(Problem(code="empty-cohort", text="A cohort has no units.", fix="Leave it out."))
    elif (middle < 0).any():
        problems.append(Problem(code="negative-count", text="A mean count or exposure is below 0."))
    elif family == "logit" and (middle > 1).any():
        problems.append(Problem(code="not-a-share", text="The mean of a yes/no outcome is above 1."))
    elif exposure and (middle[:, T:].sum(axis=1) == 0).any():
        problems.append(Problem(code="zero-exposure", text="A cohort has no exposure at all.", fix="Leave it out."))
    if problems:
        raise InputError(problems)
    whole = np.zeros((C, 2 * T, 2 * T))
    whole[:, :width, :width] = spread
    place = np.searchsorted(times, starts)
    return Cells(place.astype(np.int64), size, middle[:, :T], middle[:, T:] if exposure else np.ones((C, T)), whole)


def _answer(cells: Cells, blank: Estimate, family: Literal["poisson", "logit"], periods: Sequence[float]) -> Estimate:
    T = len(periods)
    blank = replace(
        blank,
        n_units=int(cells.n.sum()),
        n_treated=int(cells.n[cells.start < T].sum()),
        n_periods=T,
    )
    cohorts, kept = usable(cells, family)
    used = cells.kept(cohorts, kept)
    said = _left_out(cells, cohorts, kept, periods)
    targets = _targets(used)
    if not targets:
        text = "No treated cohort can be compared with one that is not treated yet in the same period."
        return replace(blank, cautions=(Caution(code="no-comparison", text=text), *said))
    fit = fit_untreated(used, family)
    if fit is None:
        text = "The untreated cells are too few, or hold too few events, to say what would have happened."
        return replace(blank, cautions=(Caution(code="no-fit", text=text), *said))
    return _filled(blank, used, targets, fit, family, said)


def _targets(cells: Cells) -> list[_Targets]:
    """All treated cells, then each event time; weights are shares of unit-exposure."""
    treated = ~cells.untreated & (cells.exposure > 0)
    event = np.arange(cells.outcome.shape[1])[None, :] - cells.start[:, None]
    groups = [(None, treated), *((int(e), treated & (event == e)) for e in np.unique(event[treated]))]
    found = []
    for time, rows in groups:
        mass = np.where(rows, cells.n[:, None] * cells.exposure, 0.0).sum()
        if mass > 0:
            weights = np.where(rows, cells.n[:, None], 0.0) / mass
            found.append(_Targets(time, weights, int(cells.n[rows.any(axis=1)].sum())))
    return found


def _left_out(
    cells: Cells, cohorts: npt.NDArray[np.bool_], kept: npt.NDArray[np.bool_], periods: Sequence[Label]
) -> list[Caution]:
    said = []
    if not cohorts.all():
        lost = int(cells.n[~cohorts].sum())
        text = (
            f"{lost} units are left out: their cohort was treated throughout, or nothing was counted before its start."
        )
        said.append(Caution(code="cohorts-left-out", text=text))
    if not kept.all():
        names = ", ".join(str(period) for period, keep in zip(periods, kept, strict=True) if not keep)
        text = (
            f"Periods {names} are left out: nobody was untreated in them, or nothing was counted among those who were."
        )
        said.append(Caution(code="periods-left-out", text=text))
    return said


def _filled(
    blank: Estimate,
    cells: Cells,
    targets: list[_Targets],
    fit: CellFit,
    family: Literal["poisson", "logit"],
    said: list[Caution],
) -> Estimate:
    weights = np.array([target.weights for target in targets])
    seen = np.einsum("kct,ct->k", weights, cells.outcome)
    base = np.einsum("kct,ct->k", weights, fit.rate)
    covariance = fit.covariance(weights / cells.n[None, :, None], weights)
    K = len(targets)
    variance = np.diag(covariance)[:K] + np.diag(covariance)[K:] - 2 * np.diag(covariance[:K, K:])
    errors = np.sqrt(np.maximum(variance, 0))
    if not errors[0] > 0:
        text = "The outcomes do not vary between units, so no interval can be given."
        return replace(blank, cautions=(Caution(code="no-variance", text=text), *said))
    critical = float(special.ndtri((1 + blank.level) / 2))
    effect, error = float(seen[0] - base[0]), float(errors[0])
    ratios = [
        _ratio(float(s), float(b), covariance[np.ix_([k, K + k], [k, K + k])], critical)
        for k, (s, b) in enumerate(zip(seen, base, strict=True))
    ]
    pre_terms, check = _pre_trend(cells, family, critical)
    return replace(
        blank,
        estimate=effect,
        std_error=error,
        statistic=effect / error,
        p_value=float(2 * special.ndtr(-abs(effect / error))),
        conf_low=effect - critical * error,
        conf_high=effect + critical * error,
        baseline=float(base[0]),
        relative=ratios[0].relative,
        terms=(
            *pre_terms,
            *(
                _level_term(t, float(v), float(e), critical)
                for t, v, e in zip(targets[1:], (seen - base)[1:], errors[1:], strict=True)
            ),
            *(_ratio_term(t, r) for t, r in zip(targets[1:], ratios[1:], strict=True)),
        ),
        checks=(check,),
        cautions=(Caution(code="multiplicative", text=_ASSUMES[family]), *said),
        other_estimates=() if family == "logit" else (_second(blank.method, ratios[0]),),
    )


_ASSUMES = {
    "poisson": "Assumes that without the programme every cohort would have changed by the same per cent each period.",
    "logit": "Assumes that without the programme the odds would have changed by the same factor in every cohort.",
}


@dataclass(frozen=True, slots=True)
class _Ratio:
    relative: Relative
    std_error: float | None


def _ratio(seen: float, base: float, covariance: Floats, critical: float) -> _Ratio:
    """Rate ratio less one; the interval is symmetric on the log scale."""
    if seen <= 0:
        return _Ratio(Relative(estimate=seen / base - 1), None)
    weight = np.array([1 / seen, -1 / base])
    error = float(np.sqrt(max(weight @ covariance @ weight, 0.0)))
    ratio, spread = seen / base, critical * error
    low, high = ratio * float(np.exp(-spread)) - 1, ratio * float(np.exp(spread)) - 1
    return _Ratio(Relative(estimate=ratio - 1, conf_low=low, conf_high=high), ratio * error)


def _second(method: str, ratio: _Ratio) -> OtherEstimate:
    return OtherEstimate(
        method=method,
        estimand="att-rate-ratio",
        estimate=1 + ratio.relative.estimate,
        std_error=ratio.std_error,
        conf_low=None if ratio.relative.conf_low is None else 1 + ratio.relative.conf_low,
        conf_high=None if ratio.relative.conf_high is None else 1 + ratio.relative.conf_high,
        text="Counts seen over counts expected without the programme, all treated cells together.",
    )


def _level_term(target: _Targets, value: float, error: float, critical: float) -> Term:
    return Term(
        term=f"event_time={target.event_time}",
        event_time=target.event_time,
        estimate=value,
        std_error=error,
        conf_low=value - critical * error,
        conf_high=value + critical * error,
        n_units=target.units,
    )


def _ratio_term(target: _Targets, ratio: _Ratio) -> Term:
    found = ratio.relative
    return Term(
        term="rate-ratio",
        event_time=target.event_time,
        estimate=1 + found.estimate,
        std_error=ratio.std_error,
        conf_low=None if found.conf_low is None else 1 + found.conf_low,
        conf_high=None if found.conf_high is None else 1 + found.conf_high,
        n_units=target.units,
    )


def _pre_trend(cells: Cells, family: Literal["poisson", "logit"], critical: float) -> tuple[list[Term], CheckResult]:
    """Joint Wald test of the leads (all event times up to −2)."""
    found = leads(cells, family)
    if found is None:
        text = "No treated cohort has two periods before its start beside an untreated one."
        return [], CheckResult(name="pre-trends", status="not_applicable", code="no-pre-period", text=text)
    times, values, covariance = found
    rank = int(np.linalg.matrix_rank(covariance))
    statistic = float(values @ np.linalg.pinv(covariance, hermitian=True) @ values)
    p_value = float(special.chdtrc(rank, statistic)) if rank else 1.0
    moved = p_value < 0.05
    text = (
        f"Before the start the cohorts {'already moved apart' if moved else 'did not clearly move apart'} on the "
        f"{'log' if family == 'poisson' else 'log-odds'} scale (joint test of {len(times)} leads, p = {p_value:.2g})."
    )
    errors = np.sqrt(np.maximum(np.diag(covariance), 0))
    terms = [
        Term(
            term="rate-ratio" if family == "poisson" else "odds-ratio",
            event_time=int(time),
            estimate=float(np.exp(value)),
            std_error=float(np.exp(value) * error),
            conf_low=float(np.exp(value - critical * error)),
            conf_high=float(np.exp(value + critical * error)),
        )
        for time, value, error in zip(times, values, errors, strict=True)
    ]
    return terms, CheckResult(
        name="pre-trends",
        status="failed" if moved else "passed",
        code="pre-trend" if moved else None,
        text=text,
        statistic=statistic,
        p_value=p_value,
    )
