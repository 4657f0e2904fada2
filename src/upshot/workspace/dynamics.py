"""How an answer's effect runs after the start, and how wrong parallel trends may be before the answer changes."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from upshot.errors import InputError
from upshot.impact.checks.event_study import event_study_of
from upshot.impact.estimate import CheckResult, Estimate
from upshot.impact.honest import breakdown, relative_magnitudes
from upshot.impact.methods import METHODS, prepare
from upshot.impact.terms import terms_of
from upshot.impact.value import effect_path
from upshot.report.findings import Persistence, PersistencePoint, Range, SensitivityCurve, SensitivityPoint
from upshot.workspace.answers import Answer
from upshot.workspace.refusing import refused, too_few

__all__ = ["PERIODS_A_YEAR", "SLIDER", "path_after_start", "persistence_of", "sensitivity_of"]

PERIODS_A_YEAR = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}
"""Panel periods that make the first year."""

SLIDER = tuple(round(0.25 * step, 2) for step in range(13))
"""Multiples of the largest earlier change that the sensitivity slider offers, 0 to 3."""


def path_after_start(answer: Answer) -> Estimate | None:
    """The answer's effect by time since start, over all periods seen, with the covariance of its terms.

    The grade is the headline's. An answer that keeps no moments gives its own event study, without
    a covariance; one that has no event study gives ``None``.
    """
    study = answer.event_study
    if study is None or answer.design is None or answer.scanned is None:
        return None if study is None else replace(study, grade=answer.estimate.grade)
    design = replace(answer.design, aggregation="event", estimator="callaway-santanna", event_window=None)
    panel = prepare(answer.scanned.moments, design)
    numbers = METHODS["callaway-santanna"](panel, design, True)
    terms = terms_of(numbers, panel.moments.periods, design, answer.scanned.scale.label)
    return replace(study, terms=terms, covariance=numbers.covariance, grade=answer.estimate.grade)


def persistence_of(answer: Answer) -> Persistence | None:
    """Whether the effect lasts: every period after the start, the half-life where it fades, the share of a year.

    ``None`` where nothing may be claimed, too few people are in the answer, or there is no path.
    """
    if refused(answer.estimate) or too_few(answer):
        return None
    study = path_after_start(answer)
    after = [] if study is None else [t for t in study.terms if t.event_time is not None and t.event_time >= 0]
    known = [t for t in after if t.estimate is not None and t.std_error is not None]
    if study is None or not known:
        return None
    points = tuple(
        PersistencePoint(
            event_time=int(t.event_time or 0),
            effect=Range(estimate=float(t.estimate or 0.0), low=t.conf_low, high=t.conf_high),
            people=t.n_units,
        )
        for t in known
    )
    a_year = PERIODS_A_YEAR[answer.initiative.design.period]
    check = next((found for found in answer.estimate.checks if found.name == "persistence"), None)
    return Persistence(
        points=points,
        grain=answer.initiative.design.period,
        half_life=_half_life(check),
        share=_share(study, a_year),
        periods_seen=len([point for point in points if point.event_time < a_year]),
        periods_counted=a_year,
        text="" if check is None else check.text,
    )


def _half_life(check: CheckResult | None) -> Range | None:
    if check is None or check.details is None or "half_life" not in check.details:
        return None
    found = check.details
    return Range(estimate=found["half_life"], low=found.get("low"), high=found.get("high"))


def _share(study: Estimate, a_year: int) -> Range | None:
    try:
        path = effect_path(study.terms, study.covariance, periods_per_year=a_year, level=study.level)
    except InputError:
        return None
    if path.share is None:
        return None
    return Range(estimate=path.share, low=path.share_low, high=path.share_high)


def sensitivity_of(answer: Answer, bounds: Sequence[float] = SLIDER) -> SensitivityCurve | None:
    """Intervals that hold if trends went apart after launch by up to ``m`` times the most seen before it.

    The curve is that of the answer's sensitivity check (Rambachan & Roth 2023, relative magnitudes,
    the average over the periods near the start), read at every ``m`` of ``bounds``. ``None`` where
    nothing may be claimed, too few people are in the answer, or no earlier change could be seen.
    """
    if refused(answer.estimate) or too_few(answer) or answer.design is None or answer.scanned is None:
        return None
    design = answer.design
    panel = prepare(answer.scanned.moments, design)
    study = event_study_of(panel.ready, panel.means, design)
    if study is None or not study.after.any():
        return None
    n_pre = int(study.before.sum())
    after = study.event_time[n_pre:] >= 0
    shape = {
        "weights": after / after.sum(),
        "anticipation": study.anticipation,
        "event_times": [int(e) for e in study.event_time],
        "level": design.level,
    }
    split = (study.estimate, study.covariance, n_pre, study.estimate.size - n_pre)
    try:
        found = relative_magnitudes(*split, bounds=tuple(bounds), **shape)
        largest = breakdown(*split, **shape)
    except InputError:
        return None
    ends = zip(found.bounds, found.conf_low, found.conf_high, strict=True)
    return SensitivityCurve(
        points=tuple(SensitivityPoint(m=m, low=_finite(low), high=_finite(high)) for m, low, high in ends),
        breakdown=None if largest.beyond else largest.value,
        level=design.level,
        text=_said(largest.value, largest.beyond, n_pre),
    )


def _finite(end: float) -> float | None:
    return end if np.isfinite(end) else None


def _said(value: float | None, beyond: bool, n_pre: int) -> str:
    if value is None:
        return "Zero lies inside the interval even if trends would have been parallel."
    seen = "the largest change seen before the start" if n_pre > 1 else "the one change seen before the start"
    digits = 1 if value >= 1 else 2
    times = f"{math.floor(value * 10**digits) / 10**digits:g}"
    if beyond:
        return f"The answer keeps its sign even if trends after the start differed by {times} times {seen}."
    return f"The answer keeps its sign unless trends after the start differed by more than {times} times {seen}."
