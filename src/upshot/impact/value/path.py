"""How the effect runs over the first year: period by period, with its covariance and the share that lasted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError, InputError, Problem
from upshot.impact.estimate import Term
from upshot.impact.value.fieller import fieller

__all__ = ["Beyond", "EffectPath", "constant_path", "effect_path"]

Floats = npt.NDArray[np.float64]
Beyond = Literal["zero", "hold", "decay"]

_LAST = 3
"""Observed periods averaged when an effect is carried past the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectPath:
    """Effect per unit in each period counted, in KPI units.

    Parameters
    ----------
    effects, covariance
        Shapes (H,) and (H, H), H periods from the start on.
    periods_per_year
        How many periods make a year.
    counted
        Periods that count, in whole-effect periods: those seen, plus what was carried on. The
        break-even effect is spread over these.
    share, share_low, share_high
        Sum of the path over (H times the mean effect seen): the share of the time the effect
        lasted, with Fieller's interval; absent where the mean effect cannot be told from zero.
    """

    effects: Floats
    covariance: Floats
    periods_per_year: int
    counted: float
    share: float | None = None
    share_low: float | None = None
    share_high: float | None = None


def effect_path(
    terms: Sequence[Term],
    covariance: npt.ArrayLike | None = None,
    *,
    periods_per_year: int,
    years: float = 1.0,
    beyond: Beyond = "zero",
    half_life: float | None = None,
    level: float = 0.95,
) -> EffectPath:
    """The path of an event study's terms over the first year (or more).

    Each period takes the estimate at its event time. A period nobody has seen yet counts as
    nothing (``zero``: no data, no improvement), as the mean of the last three seen (``hold``), or
    as that mean halved every ``half_life`` periods (``decay``). All of these are linear in the
    terms, so the covariance carries over exactly; a half-life is taken as known.

    Parameters
    ----------
    terms
        With ``event_time``; those before the start are ignored.
    covariance
        Of ``terms`` in their order. Without it the errors are taken to move together fully, the
        widest case.

    Raises
    ------
    InputError
        If no term at or after the start has an estimate and a standard error.
    DesignError
        If options contradict each other or shapes do not match.

    Examples
    --------
    >>> terms = [Term(term=str(e), event_time=e, estimate=2.0, std_error=0.5) for e in range(6)]
    >>> path = effect_path(terms, periods_per_year=12)
    >>> path.share, float(path.effects.sum())
    (0.5, 12.0)
    """
    _check_options(periods_per_year, years, beyond, half_life)
    H = max(1, round(years * periods_per_year))
    rows = [k for k, t in enumerate(terms) if _counts(t, H)]
    if not rows:
        text = "No period of the time counted has an effect with a standard error, so nothing can be valued."
        raise InputError(Problem(code="no-effect-after-start", text=text))
    seen = {int(terms[k].event_time or 0): j for j, k in enumerate(rows)}
    theta = np.array([terms[k].estimate for k in rows], dtype=float)
    V = _covariance(terms, rows, covariance)
    carry = _carry(seen, H, beyond, half_life)
    mean_row = np.full(len(rows), 1 / len(rows))
    return _path(carry, theta, V, mean_row, periods_per_year, level)


def _path(carry: Floats, theta: Floats, V: Floats, mean_row: Floats, periods_per_year: int, level: float) -> EffectPath:
    H = len(carry)
    total = carry.sum(axis=0)
    top, bottom = float(total @ theta), float(H * mean_row @ theta)
    ends = fieller(
        top,
        bottom,
        float(total @ V @ total),
        float(H**2 * mean_row @ V @ mean_row),
        float(H * total @ V @ mean_row),
        level=level,
    )
    return EffectPath(
        effects=carry @ theta,
        covariance=carry @ V @ carry.T,
        periods_per_year=periods_per_year,
        counted=float(carry.sum()),
        share=top / bottom if ends else None,
        share_low=ends[0] if ends else None,
        share_high=ends[1] if ends else None,
    )


def _counts(term: Term, H: int) -> bool:
    known = term.estimate is not None and term.std_error is not None
    return known and term.event_time is not None and 0 <= term.event_time < H


def _covariance(terms: Sequence[Term], rows: Sequence[int], covariance: npt.ArrayLike | None) -> Floats:
    errors = np.array([terms[k].std_error for k in rows], dtype=float)
    if not (np.isfinite(errors).all() and all(math.isfinite(terms[k].estimate or 0.0) for k in rows)):
        raise InputError(Problem(code="bad-term", text="Every effect and standard error must be finite."))
    if covariance is None:
        return np.outer(errors, errors)
    V = np.asarray(covariance, float)
    if V.shape != (len(terms), len(terms)) or not np.isfinite(V).all():
        raise DesignError("The covariance must be finite, with one row and one column a term.")
    return V[np.ix_(rows, rows)]


def _carry(seen: dict[int, int], H: int, beyond: Beyond, half_life: float | None) -> Floats:
    """Matrix that takes the terms seen to the periods counted, shape (H, terms)."""
    carry = np.zeros((H, len(seen)))
    for e in range(H):
        if e in seen:
            carry[e, seen[e]] = 1.0
            continue
        before = [k for k in sorted(seen) if k < e][-_LAST:]
        if beyond == "zero" or not before:
            continue
        fade = 0.5 ** ((e - before[-1]) / half_life) if beyond == "decay" and half_life else 1.0
        carry[e, [seen[k] for k in before]] = fade / len(before)
    return carry


def _check_options(periods_per_year: int, years: float, beyond: Beyond, half_life: float | None) -> None:
    problems = []
    if periods_per_year < 1:
        problems.append(f"The periods_per_year parameter must be at least 1. Got {periods_per_year!r} instead.")
    if not (math.isfinite(years) and years > 0):
        problems.append(f"The years parameter must be positive. Got {years!r} instead.")
    if beyond not in ("zero", "hold", "decay"):
        problems.append(f"The beyond parameter must be zero, hold or decay. Got {beyond!r} instead.")
    if (beyond == "decay") != (half_life is not None) or (half_life is not None and not half_life > 0):
        problems.append("A positive half_life goes with beyond='decay', and only with it.")
    if problems:
        raise DesignError("\n".join(problems))


def constant_path(
    estimate: float,
    std_error: float,
    *,
    periods_seen: int,
    periods_per_year: int,
    years: float = 1.0,
    beyond: Beyond = "zero",
    half_life: float | None = None,
) -> EffectPath:
    """The path of a single average effect seen for ``periods_seen`` periods.

    Its error is the same in every period. Periods after those seen follow ``beyond``, as in
    `effect_path`.

    Examples
    --------
    >>> constant_path(2.0, 0.5, periods_seen=3, periods_per_year=12).share
    0.25
    """
    if periods_seen < 1 or not (math.isfinite(estimate) and math.isfinite(std_error) and std_error >= 0):
        raise InputError(
            Problem(
                code="no-effect-after-start",
                text="A path needs a finite effect, its standard error, and one period or more in which it was seen.",
            )
        )
    terms = [Term(term=str(e), event_time=e, estimate=estimate, std_error=std_error) for e in range(periods_seen)]
    return effect_path(terms, periods_per_year=periods_per_year, years=years, beyond=beyond, half_life=half_life)
