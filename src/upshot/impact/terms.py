"""Bare numbers to the labelled terms of an answer, with intervals and simultaneous bands."""

from collections.abc import Callable
from typing import Any

import numpy as np

from upshot.impact.design import Design
from upshot.impact.estimate import Label, Term
from upshot.impact.intervals import interval, simultaneous_quantile
from upshot.impact.methods import Numbers

__all__ = ["terms_of"]


def terms_of(
    numbers: Numbers, periods: tuple[int, ...], design: Design, label: Callable[[int], Label]
) -> tuple[Term, ...]:
    """One `Term` per component, in order; time labels are the panel's own."""
    if not numbers.terms.size:
        return ()
    band = None
    if numbers.covariance is not None:
        kept = numbers.covariance[np.ix_(~numbers.reference, ~numbers.reference)]
        band = simultaneous_quantile(kept, design.level, design.seed) if kept.size else None
    return tuple(_term(numbers, row, periods, design, label, band) for row in range(numbers.terms.size))


def _term(
    numbers: Numbers,
    row: int,
    periods: tuple[int, ...],
    design: Design,
    label: Callable[[int], Label],
    band: float | None,
) -> Term:
    effect = float(numbers.terms[row])
    named = _named(numbers, row, periods, label)
    if numbers.reference[row]:
        return Term(estimate=0.0, **named)
    spread = float(np.sqrt(max(numbers.variances[row], 0.0)))
    span = interval(effect, spread, design.level, df=numbers.df)
    if span is None:
        return Term(estimate=effect, **named)
    neyman = None if numbers.variances_neyman is None else float(np.sqrt(max(numbers.variances_neyman[row], 0.0)))
    return Term(
        estimate=effect,
        std_error=spread,
        std_error_neyman=neyman,
        conf_low=span.conf_low,
        conf_high=span.conf_high,
        band_low=None if band is None else effect - band * spread,
        band_high=None if band is None else effect + band * spread,
        **named,
    )


def _named(numbers: Numbers, row: int, periods: tuple[int, ...], label: Callable[[int], Label]) -> dict[str, Any]:
    key = numbers.keys[row]
    if numbers.kind == "event_time":
        return {"term": f"event_time={int(key)}", "event_time": int(key)}
    if numbers.kind == "group":
        return {"term": f"group={label(int(key))}", "group": label(int(key))}
    if numbers.kind == "period":
        return {"term": f"period={label(int(key))}", "period": label(int(key))}
    group, period = label(int(key[0])), label(periods[int(key[1])])
    return {
        "term": f"att({group},{period})",
        "group": group,
        "period": period,
        "event_time": periods[int(key[1])] - int(key[0]),
    }
