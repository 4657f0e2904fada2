"""The answer: one frozen record, `upshot-estimate/1`, with the same names everywhere."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from upshot.impact.design import Registration

__all__ = [
    "SCHEMA",
    "Caution",
    "CheckResult",
    "Estimate",
    "Grade",
    "Label",
    "Naive",
    "OtherEstimate",
    "Provenance",
    "Relative",
    "Status",
    "Term",
]

SCHEMA = "upshot-estimate/1"

Label = int | float | str
"""A period or cohort as the panel itself writes it."""


Status = Literal["passed", "failed", "informative", "not_applicable"]
"""What a check came to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """The effect as a share of the baseline; 0.05 is five per cent."""

    estimate: float
    conf_low: float | None = None
    conf_high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One component of the answer: an event time, a cohort, a calendar period, a cell or an arm.

    ``conf_*`` hold for this term alone; ``band_*`` hold for all terms at once (sup-t). A reference
    term (the universal base period) has estimate 0 and no standard error.
    """

    term: str
    event_time: int | None = None
    group: Label | None = None
    period: Label | None = None
    estimate: float | None = None
    std_error: float | None = None
    std_error_neyman: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    band_low: float | None = None
    band_high: float | None = None
    n_units: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What one check found, in numbers and in a plain sentence.

    ``failed`` is evidence against the design, ``informative`` is worth reading but decides
    nothing or could not have seen a problem, ``not_applicable`` says why it was not run.
    ``code`` is the stable reason the grade table refers to.
    """

    name: str
    status: Status
    text: str
    code: str | None = None
    statistic: float | None = None
    p_value: float | None = None
    details: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A to D, with the codes of the rules that decided it and a sentence."""

    letter: Literal["A", "B", "C", "D"]
    codes: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """Something the reader must know to read the number rightly."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEstimate:
    """The same question by another method: a second opinion, never the headline."""

    method: str
    estimand: str
    estimate: float
    std_error: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Naive:
    """What a dashboard would say; labelled weak wherever it is shown.

    ``before_after`` is the mean after less the mean before, over the treated; ``treated_vs_rest``
    the mean of treated person-periods less the mean of all others, over the periods in which there
    are both. ``*_relative`` divide by the mean before, and by the mean of the others.
    """

    before_after: float | None = None
    before_after_relative: float | None = None
    treated_vs_rest: float | None = None
    treated_vs_rest_relative: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What the answer can be computed again from."""

    data_fingerprint: str
    design_hash: str
    version: str
    seed: int
    plan_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """An answer. What could not be computed is ``None`` here and absent in JSON, with a caution.

    Parameters
    ----------
    method, estimand, aggregation
        The estimator's name (`Design.estimator`'s words, or ``ancova``, ``synthetic-did`` …), what
        it estimates (``att``, ``itt``, ``late``, ``rmst-difference`` …) and how it was averaged.
    estimate, std_error, statistic, p_value, conf_low, conf_high, level
        The headline number in KPI units; a two-sided normal interval unless a caution says else.
    std_error_neyman
        Roth & Sant'Anna (2023) only: the conservative one, where ``std_error`` is the refined one.
    baseline, relative
        Mean outcome the treated would have had, and the effect as a share of it.
    n_units, n_treated, n_clusters, n_periods
        Sampling units in the panel, those ever treated within it, clusters, and periods.
    terms, covariance
        Components; covariance of ``terms`` in their order, shape (len(terms), len(terms)).
    checks, grade, registration, claimable, claim, cautions
        What was checked, how far the answer may be trusted, and the sentence that may be printed.
        ``claimable`` is false at grade D.
    """

    method: str
    estimand: str
    outcome: str
    level: float
    registration: Registration
    n_units: int
    n_periods: int | None = None
    n_treated: int | None = None
    n_clusters: int | None = None
    aggregation: str | None = None
    estimate: float | None = None
    std_error: float | None = None
    std_error_neyman: float | None = None
    statistic: float | None = None
    p_value: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    baseline: float | None = None
    relative: Relative | None = None
    terms: tuple[Term, ...] = ()
    covariance: npt.NDArray[np.float64] | None = None
    checks: tuple[CheckResult, ...] = ()
    grade: Grade | None = None
    claimable: bool = False
    claim: str | None = None
    cautions: tuple[Caution, ...] = ()
    other_estimates: tuple[OtherEstimate, ...] = ()
    naive: Naive | None = None
    provenance: Provenance | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types by the schema's names; absent means not computable.

        Raises
        ------
        AssertionError
            If a number is not finite: that is a bug, never an answer.
        """
        return {"schema": SCHEMA, **_plain(self)}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        pairs = ((f.name, getattr(value, f.name)) for f in fields(value))
        return {name: _plain(item) for name, item in pairs if item is not None}
    if isinstance(value, np.ndarray | tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        raise AssertionError(f"an answer held {value!r}")
    return value
