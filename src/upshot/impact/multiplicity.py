"""Several KPIs at once: Holm and Benjamini–Hochberg p-values, simultaneous intervals, guardrails."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from upshot.errors import DesignError, InputError, Problem

__all__ = [
    "AdjustedTest",
    "GuardrailResult",
    "KpiTest",
    "adjust_kpis",
    "benjamini_hochberg",
    "guardrail",
    "holm",
]

Floats = npt.NDArray[np.float64]


def holm(p_values: npt.ArrayLike) -> Floats:
    """Adjusted p-values of Holm (1979): the chance of any false claim stays at the level.

    Valid under any dependence. Shape (n,) in, shape (n,) out, each in [0, 1].

    Raises
    ------
    InputError
        If a p-value is missing or outside [0, 1].

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    p = _checked(p_values)
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    return _back(np.minimum(steps, 1.0), order)


def benjamini_hochberg(p_values: npt.ArrayLike) -> Floats:
    """Adjusted p-values of Benjamini & Hochberg (1995): the share of claims that are false.

    Valid under independence and positive dependence, the usual case of KPIs that move together.
    Shapes and errors are those of `holm`.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    p = _checked(p_values)
    order = np.argsort(p, kind="stable")
    n = len(p)
    steps = p[order] * n / np.arange(1, n + 1)
    return _back(np.minimum.accumulate(steps[::-1])[::-1].clip(max=1.0), order)


def _checked(p_values: npt.ArrayLike) -> Floats:
    p = np.asarray(p_values, dtype=float)
    if p.ndim != 1 or not (np.isfinite(p).all() and ((p >= 0) & (p <= 1)).all()):
        raise InputError(
            Problem(
                code="bad-p-value",
                text="P-values must be a list of numbers from 0 to 1.",
                fix="Leave out KPIs without a p-value.",
            )
        )
    return p


def _back(values: Floats, order: npt.NDArray[np.intp]) -> Floats:
    out = np.empty(len(values))
    out[order] = values
    return out


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiTest:
    """One KPI's effect as estimated; what could not be estimated has no numbers."""

    name: str
    estimate: float | None = None
    std_error: float | None = None
    p_value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedTest:
    """The same KPI, judged as one of several.

    ``conf_*`` hold for all KPIs of the family together (Bonferroni, which needs no knowledge of
    how they move together); they are a little wider than what `holm` rejects.
    """

    name: str
    estimate: float | None = None
    p_value: float | None = None
    p_holm: float | None = None
    p_benjamini_hochberg: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None


def adjust_kpis(tests: Sequence[KpiTest], *, level: float = 0.95) -> tuple[AdjustedTest, ...]:
    """Judge the KPIs an initiative was meant to move as one family.

    The family is every KPI handed in that has a p-value: hand in all that the plan names, not
    those that came out well. Guardrails are not part of it (see `guardrail`).

    Raises
    ------
    InputError
        If a name stands twice, or a number is not finite.
    """
    _check_tests(tests)
    judged = [t for t in tests if t.p_value is not None]
    p = [t.p_value for t in judged if t.p_value is not None]
    first, second = holm(p), benjamini_hochberg(p)
    reach = float(norm.isf((1 - _level(level)) / 2 / max(len(judged), 1)))
    place = {t.name: k for k, t in enumerate(judged)}
    return tuple(_adjusted(t, place.get(t.name), first, second, reach) for t in tests)


def _adjusted(test: KpiTest, k: int | None, first: Floats, second: Floats, reach: float) -> AdjustedTest:
    if k is None:
        return AdjustedTest(name=test.name, estimate=test.estimate)
    half = reach * test.std_error if test.std_error is not None else None
    known = half is not None and test.estimate is not None
    return AdjustedTest(
        name=test.name,
        estimate=test.estimate,
        p_value=test.p_value,
        p_holm=float(first[k]),
        p_benjamini_hochberg=float(second[k]),
        conf_low=test.estimate - half if known else None,  # type: ignore[operator]
        conf_high=test.estimate + half if known else None,  # type: ignore[operator]
    )


def _check_tests(tests: Sequence[KpiTest]) -> None:
    names = [t.name for t in tests]
    problems = [
        Problem(code="kpi-twice", text="A KPI stands twice in the family.", value=name)
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    problems += [
        Problem(
            code="bad-kpi-number", text="A KPI's estimate must be finite and its standard error positive.", value=t.name
        )
        for t in tests
        if any(v is not None and not math.isfinite(v) for v in (t.estimate, t.std_error))
        or (t.std_error is not None and t.std_error <= 0)
    ]
    if problems:
        raise InputError(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardrailResult:
    """Whether a KPI that must not get worse did: ``harmed``, ``safe`` or ``cannot-tell``.

    ``p_value_harm`` is one-sided, against no harm at all; ``p_value_safe`` one-sided, against harm
    as large as the margin. ``worst`` is the worst change still plausible at the level.
    """

    name: str
    status: Literal["harmed", "safe", "cannot-tell"]
    p_value_harm: float
    p_value_safe: float
    worst: float
    text: str


def guardrail(
    name: str,
    estimate: float,
    std_error: float,
    *,
    worse: Literal["up", "down"],
    margin: float,
    level: float = 0.95,
) -> GuardrailResult:
    """Judge a guardrail KPI one-sided and *without* correction for the number of guardrails.

    A correction protects against false claims of benefit. Here the dear mistake is to miss a harm,
    and correcting would make harm harder to see the more guardrails one keeps; so each stands on
    its own. ``safe`` is non-inferiority: harm as large as the margin is rejected.

    Parameters
    ----------
    worse
        Which way is worse.
    margin
        Largest worsening that is acceptable, in KPI units, >= 0.

    Raises
    ------
    DesignError
        If the margin is negative or the direction unknown.
    InputError
        If the estimate is not finite or its standard error not positive.

    Examples
    --------
    >>> guardrail("discount", 0.002, 0.003, worse="up", margin=0.01).status
    'safe'
    """
    if not (math.isfinite(margin) and margin >= 0) or worse not in ("up", "down"):
        raise DesignError("A guardrail needs worse='up' or 'down' and a margin that is not negative.")
    if not (math.isfinite(estimate) and math.isfinite(std_error) and std_error > 0):
        raise InputError(
            Problem(code="bad-kpi-number", text="A guardrail needs a finite effect and a positive error.", value=name)
        )
    harm = estimate if worse == "up" else -estimate
    p_harm, p_safe = float(norm.sf(harm / std_error)), float(norm.cdf((harm - margin) / std_error))
    worst = harm + float(norm.ppf(_level(level))) * std_error
    status: Literal["harmed", "safe", "cannot-tell"] = (
        "harmed" if p_harm <= 1 - level and p_safe > 1 - level else "safe" if p_safe <= 1 - level else "cannot-tell"
    )
    words = {
        "harmed": "got worse",
        "safe": f"did not get worse by {margin:g} or more",
        "cannot-tell": "may have got worse; these data cannot tell",
    }
    text = f"{name} {words[status]} (worst plausible change {worst:.4g})."
    signed = worst if worse == "up" else -worst
    return GuardrailResult(name=name, status=status, p_value_harm=p_harm, p_value_safe=p_safe, worst=signed, text=text)


def _level(level: float) -> float:
    if not 0 < level < 1:
        raise DesignError(f"The level parameter must be between 0 and 1. Got {level!r} instead.")
    return level
