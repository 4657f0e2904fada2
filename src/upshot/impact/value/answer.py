"""From an `Estimate` straight to its value: the path from its terms, the letter from its grade."""

from collections.abc import Sequence
from typing import Literal

from upshot.errors import InputError, Problem
from upshot.impact.estimate import Estimate
from upshot.impact.value.costs import Cost
from upshot.impact.value.path import Beyond, EffectPath, constant_path, effect_path
from upshot.impact.value.principles import Principles
from upshot.impact.value.returns import Value, ValuePerUnit, ValueRefusal, value_of

__all__ = ["value_estimate"]


def value_estimate(
    answer: Estimate,
    *,
    periods_per_year: int,
    units: float,
    values: Sequence[ValuePerUnit],
    cost: Cost,
    direction: Literal["up", "down"] = "up",
    periods_seen: int | None = None,
    beyond: Beyond = "zero",
    half_life: float | None = None,
    years: float = 1.0,
    hurdle: float = 0.0,
    discount_rate: float = 0.0,
    units_measured: float | None = None,
    principles: Principles = Principles(),  # noqa: B008 - frozen
) -> Value | ValueRefusal:
    """What an answer is worth, or why nothing is said.

    The path comes from the answer's terms by event time, with their covariance where the answer
    holds it. An answer without such terms (an experiment read once) takes its headline for
    ``periods_seen`` periods. The other parameters are those of `value_of`.

    Raises
    ------
    InputError
        If there is no term by event time and ``periods_seen`` is not given, and as in `value_of`.

    Examples
    --------
    >>> from upshot.impact.value import CostItem, load_costs
    >>> answer = Estimate(
    ...     method="ancova", estimand="itt", outcome="deals", level=0.95, registration="as-planned", n_units=90,
    ... )
    >>> cost = load_costs([CostItem(item="All", kind="fixed", amount=1000)])
    >>> found = value_estimate(answer, periods_per_year=12, units=90, values=[ValuePerUnit(amount=5)], cost=cost)
    >>> found.code
    'no-estimate'
    """
    letter = answer.grade.letter if answer.grade else None
    if answer.estimate is None:
        return ValueRefusal(code="no-estimate", text="No return is stated: there is no effect to value.", grade=letter)
    if answer.std_error is None:
        text = "No return is stated: the effect has no standard error, so a return would look surer than it is."
        return ValueRefusal(code="no-standard-error", text=text, grade=letter)
    return value_of(
        _path(answer, periods_per_year, periods_seen, years, beyond, half_life),
        units=units,
        values=values,
        cost=cost,
        grade=letter,
        direction=direction,
        hurdle=hurdle,
        discount_rate=discount_rate,
        level=answer.level,
        units_measured=units_measured,
        principles=principles,
    )


def _path(
    answer: Estimate,
    periods_per_year: int,
    periods_seen: int | None,
    years: float,
    beyond: Beyond,
    half_life: float | None,
) -> EffectPath:
    if any(t.event_time is not None and t.event_time >= 0 for t in answer.terms):
        return effect_path(
            answer.terms,
            answer.covariance,
            periods_per_year=periods_per_year,
            years=years,
            beyond=beyond,
            half_life=half_life,
            level=answer.level,
        )
    if periods_seen is None or answer.estimate is None or answer.std_error is None:
        raise InputError(
            Problem(
                code="no-time-course",
                text="The answer does not say how the effect runs over time.",
                fix="Aggregate it by event time, or give periods_seen: how many periods it was seen for.",
            )
        )
    return constant_path(
        answer.estimate,
        answer.std_error,
        periods_seen=periods_seen,
        periods_per_year=periods_per_year,
        years=years,
        beyond=beyond,
        half_life=half_life,
    )
