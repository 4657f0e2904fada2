"""Fully loaded costs: fixed, per person, and the time of participants and managers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from upshot.errors import InputError, Problem
from upshot.impact.value.principles import Principles

__all__ = ["Cost", "CostItem", "CostKind", "load_costs"]

CostKind = Literal["fixed", "per-person", "time"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostItem:
    """One line of cost.

    Parameters
    ----------
    item
        As it is printed.
    kind
        ``fixed``: ``amount`` once; ``per-person``: ``amount`` for each of ``people``; ``time``:
        ``minutes`` a person, of ``people``, at the loaded ``hourly_rate``.
    amount, minutes, hourly_rate, people
        Not negative.
    std_error
        Of ``amount``, or of ``minutes`` for time, when it is an estimate.
    rate_std_error
        Of ``hourly_rate``.
    """

    item: str
    kind: CostKind
    amount: float | None = None
    minutes: float | None = None
    hourly_rate: float | None = None
    people: float | None = None
    std_error: float = 0.0
    rate_std_error: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Total and standard error in money; ``lines`` are (item, amount) in the order given."""

    total: float
    std_error: float
    lines: tuple[tuple[str, float], ...]
    left_out: tuple[str, ...] = ()


def load_costs(items: Sequence[CostItem], principles: Principles = Principles()) -> Cost:  # noqa: B008 - frozen
    """Add up every cost; lines vary independently, a product's variance is exact.

    Parameters
    ----------
    items
        Every line, development and evaluation included.
    principles
        Without ``load_all_costs`` the time of participants and managers is left out, and named.

    Raises
    ------
    InputError
        With every line that lacks a number it needs, or has one that is negative or not finite;
        when there is no line, or nothing costs anything.

    Examples
    --------
    >>> design = CostItem(item="Design", kind="fixed", amount=48000)
    >>> time = CostItem(item="Learner time", kind="time", minutes=240, hourly_rate=60, people=100)
    >>> load_costs([design, time]).total
    72000.0
    """
    problems = [problem for item in items for problem in _problems(item)]
    if not items:
        problems.append(Problem(code="no-cost", text="There is no cost.", fix="Name at least the participants' time."))
    if problems:
        raise InputError(problems)
    counted = [i for i in items if principles.load_all_costs or i.kind != "time"]
    sums = [_line(i) for i in counted]
    total = math.fsum(amount for amount, _ in sums)
    if not total > 0:
        raise InputError(Problem(code="no-cost", text="The costs counted add up to nothing; a return needs a cost."))
    return Cost(
        total=total,
        std_error=math.sqrt(math.fsum(variance for _, variance in sums)),
        lines=tuple((i.item, amount) for i, (amount, _) in zip(counted, sums, strict=True)),
        left_out=tuple(i.item for i in items if i not in counted),
    )


_NEEDS: dict[CostKind, tuple[str, ...]] = {
    "fixed": ("amount",),
    "per-person": ("amount", "people"),
    "time": ("minutes", "hourly_rate", "people"),
}


def _problems(item: CostItem) -> list[Problem]:
    if item.kind not in get_args(CostKind):
        text = f"The kind of a cost must be one of {', '.join(get_args(CostKind))}."
        return [Problem(code="cost-kind", text=text, column=item.item, value=str(item.kind))]
    missing = [
        Problem(code="cost-missing", text=f"A {item.kind} cost needs its {name}.", column=item.item)
        for name in _NEEDS[item.kind]
        if getattr(item, name) is None
    ]
    numbers = (*_NEEDS[item.kind], "std_error", "rate_std_error")
    return missing + [
        Problem(code="cost-number", text=f"The {name} of a cost must not be negative.", column=item.item, value=str(v))
        for name in numbers
        if (v := getattr(item, name)) is not None and not (math.isfinite(v) and v >= 0)
    ]


def _line(item: CostItem) -> tuple[float, float]:
    """Amount and variance of one line."""
    if item.kind == "time":
        minutes, rate, scale = item.minutes or 0.0, item.hourly_rate or 0.0, (item.people or 0.0) / 60
        s, r = item.std_error, item.rate_std_error
        return scale * minutes * rate, scale**2 * (minutes**2 * r**2 + rate**2 * s**2 + s**2 * r**2)
    scale = 1.0 if item.kind == "fixed" else item.people or 0.0
    return scale * (item.amount or 0.0), scale**2 * item.std_error**2
