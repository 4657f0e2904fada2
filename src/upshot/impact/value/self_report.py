"""The participants' self-estimate: improvement × share due to the programme × confidence, nothing for silence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from upshot.errors import InputError, Problem
from upshot.impact.estimate import Caution
from upshot.impact.value.principles import Principles

__all__ = ["SelfReport", "self_estimate"]

Floats = npt.NDArray[np.float64]

EXTREME = 3.0
"""Quartile distances above the upper quartile past which an improvement counts as extreme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfReport:
    """What participants believe the programme brought, in money.

    ``evidence`` is always ``self-report``: it has no letter, never becomes one, and raises no
    other answer's. Numbers are absent where fewer people answered than may be shown.
    ``roi, bcr`` are present only with a cost, and are beliefs too.
    """

    evidence: Literal["self-report"] = field(default="self-report", init=False)
    asked: int
    answered: int
    total: float | None = None
    per_person: float | None = None
    left_out_extremes: int = 0
    bcr: float | None = None
    roi: float | None = None
    text: str = ""
    cautions: tuple[Caution, ...] = ()


def self_estimate(
    improvement: Sequence[float],
    isolation: Sequence[float],
    confidence: Sequence[float],
    *,
    asked: int,
    cost: float | None = None,
    minimum_group: int = 5,
    principles: Principles = Principles(),  # noqa: B008 - frozen
) -> SelfReport:
    """Phillips' participant estimate, as careful as it can be made; it stays an opinion.

    Each answer counts improvement × isolation × confidence. Who did not answer counts as no
    improvement, so the mean is over everyone asked. Improvements more than three quartile
    distances above the upper quartile are left out, from ten answers on.

    Parameters
    ----------
    improvement
        Yearly money value of the improvement each respondent claims. Negative claims count.
    isolation, confidence
        Shares in [0, 1]: due to the programme, and how sure of it.
    asked
        Everyone who was asked, answering or not.
    cost
        Fully loaded cost, for the ratios.
    minimum_group
        Answers below which no number is shown.

    Raises
    ------
    InputError
        With everything wrong: lengths, shares outside [0, 1] (percentages are divided by 100
        first), more answers than people asked, a cost that is not positive.

    Examples
    --------
    >>> found = self_estimate([10_000] * 6, [0.5] * 6, [0.8] * 6, asked=8, cost=12_000)
    >>> found.total, found.per_person, found.evidence
    (24000.0, 3000.0, 'self-report')
    """
    claims = [np.asarray(x, dtype=float) for x in (improvement, isolation, confidence)]
    _check(claims, asked, cost)
    money, share, sure = claims
    answered = len(money)
    if answered < minimum_group:
        text = f"{answered} people answered; fewer than {minimum_group} are not shown."
        return SelfReport(
            asked=asked, answered=answered, text=text, cautions=(Caution(code="too-few-to-show", text=text),)
        )
    kept = ~_extreme(money) if principles.no_extremes else np.ones(answered, bool)
    worth = money * np.where(principles.isolate, share, 1.0) * np.where(principles.adjust_for_error, sure, 1.0)
    total = float(worth[kept].sum())
    people = asked if principles.no_data_no_improvement else int(kept.sum())
    scaled = total if principles.no_data_no_improvement else total / people * asked
    return SelfReport(
        asked=asked,
        answered=answered,
        total=scaled,
        per_person=total / people,
        left_out_extremes=int((~kept).sum()),
        bcr=scaled / cost if cost else None,
        roi=scaled / cost - 1 if cost else None,
        text=f"Participants believe the programme brought {scaled:,.0f} ({answered} of {asked} answered). "
        "This is self-report: it shows no effect and carries no grade.",
        cautions=(
            Caution(code="self-report", text="Self-report never raises a grade and stands beside no headline."),
            *principles.cautions,
        ),
    )


def _extreme(money: Floats) -> npt.NDArray[np.bool_]:
    if len(money) < 10:
        return np.zeros(len(money), bool)
    lower, upper = np.quantile(money, [0.25, 0.75])
    found: npt.NDArray[np.bool_] = money > upper + EXTREME * (upper - lower)
    return found


def _check(claims: Sequence[Floats], asked: int, cost: float | None) -> None:
    money, share, sure = claims
    shares = np.concatenate([share.ravel(), sure.ravel()])
    rules = [
        (
            money.ndim == 1 and money.shape == share.shape == sure.shape,
            "There must be one number of each kind a person.",
        ),
        (bool(np.isfinite(money).all()), "Improvements must be finite; leave out those who did not answer."),
        (bool(((shares >= 0) & (shares <= 1)).all()), "Isolation and confidence must be shares from 0 to 1."),
        (money.size <= asked, "More people answered than were asked."),
        (cost is None or (np.isfinite(cost) and cost > 0), "The cost must be positive."),
    ]
    problems = [Problem(code="self-report-input", text=text) for fine, text in rules if not fine]
    if problems:
        raise InputError(problems)
