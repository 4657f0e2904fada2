"""Figures of surveys: application rate, scrap learning, net impact score, each a mean over people with its interval.

They describe what one source says. No figure joins two sources, and none enters the grade of an answer: see
``two_sources``, which every table of two figures passes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from scipy import stats

from upshot.errors import DesignError
from upshot.impact.ordinal import wilson
from upshot.web.surveys.questionnaire import Answer

__all__ = ["Figure", "Source", "application_rate", "net_impact", "scrap_learning", "two_sources"]

Source = Literal["self", "manager", "observer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure.

    Parameters
    ----------
    value, low, high
        As shares of 1; the net impact score from -1 to 1. The interval is absent where everybody said the same and
        no exact one is known.
    people
        Who answered.
    """

    value: float
    low: float | None
    high: float | None
    people: int


def application_rate(chosen: Sequence[Answer], *, level: float = 0.95) -> Figure | None:
    """Share of people who use any of it, with Wilson's interval (1927).

    Examples
    --------
    >>> from upshot.web.surveys.questionnaire import Answer
    >>> some = Answer(id="some", text="", standard="acceptable", action="", share=0.5)
    >>> none = Answer(id="none", text="", standard="alarming", action="", share=0.0)
    >>> found = application_rate([some] * 8 + [none] * 2)
    >>> round(found.value, 2), round(found.low, 3), round(found.high, 3)
    (0.8, 0.49, 0.943)
    """
    used = [bool(one.share) for one in chosen if one.share is not None]
    if not used:
        return None
    low, high = wilson(sum(used), len(used), level)
    return Figure(value=sum(used) / len(used), low=max(0.0, low), high=min(1.0, high), people=len(used))


def scrap_learning(chosen: Sequence[Answer], *, level: float = 0.95) -> Figure | None:
    """Part of what was learned that is not used: one minus the mean share people say they use."""
    return _mean([1 - one.share for one in chosen if one.share is not None], 0.0, level)


def net_impact(chosen: Sequence[Answer], *, level: float = 0.95) -> Figure | None:
    """Share of superior answers less share of alarming ones."""
    worth = {"superior": 1.0, "alarming": -1.0}
    return _mean([worth.get(one.standard, 0.0) for one in chosen], -1.0, level)


def _mean(values: Sequence[float], least: float, level: float) -> Figure | None:
    """A mean with Student's interval, cut off at what is possible."""
    n = len(values)
    if not n:
        return None
    mean = sum(values) / n
    spread = sum((value - mean) ** 2 for value in values)
    if n < 2 or spread == 0:
        return Figure(value=mean, low=None, high=None, people=n)
    width = float(stats.t.ppf((1 + level) / 2, n - 1)) * sqrt(spread / (n - 1) / n)
    return Figure(value=mean, low=max(least, mean - width), high=min(1.0, mean + width), people=n)


def two_sources(one: Source, other: Source) -> tuple[Source, Source]:
    """The two sources of a comparison, which must not be the same.

    Whoever likes a course says good things in every question: set against each other, their answers agree without
    anything having happened.

    Raises
    ------
    DesignError
        If both come from the same people.
    """
    if one == other:
        text = f"What {one!r} says cannot be held against other things the same people say. Take another source."
        raise DesignError(text)
    return one, other
