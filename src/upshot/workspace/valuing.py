"""What an answer is worth: its effect in money against planned and actual costs, or why nothing is said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from upshot.impact.influence import cell_means
from upshot.impact.value import (
    PRINCIPLES,
    Cost,
    Principles,
    Quantity,
    Value,
    ValuePerUnit,
    ValueRefusal,
    constant_path,
    load_costs,
    value_estimate,
)
from upshot.impact.value.flows import break_even, flows_of
from upshot.panel.readings import is_ratio
from upshot.plan.costs import manager_minutes, path_minutes
from upshot.plan.kpis import Kpi
from upshot.report.findings import Range, ValueFacts
from upshot.workspace.answers import Answer
from upshot.workspace.costing import ActualCost, Costs, costs_of
from upshot.workspace.dynamics import PERIODS_A_YEAR, path_after_start
from upshot.workspace.refusing import refused, too_few

__all__ = ["value_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reach:
    """Whose effect is counted: ``people`` units, each with ``each`` opportunities a period, over ``periods``.

    ``once`` says that the effect is one amount a person (a time to an event), not one a period.
    """

    people: int
    each: float
    periods: int
    once: bool

    @property
    def units(self) -> float:
        """KPI units a period that an effect of one stands for."""
        return self.people * self.each


def value_of(
    answer: Answer,
    *,
    actuals: Sequence[ActualCost] = (),
    hurdle: float = 0.0,
    discount_rate: float = 0.0,
    alternatives: Sequence[ValuePerUnit] = (),
    principles: Principles = Principles(),  # noqa: B008 - frozen
) -> ValueFacts:
    """Value an answer as Phillips' principles ask, or say why it is not valued.

    Effect × people × value per unit × share of the first year it lasted, less fully loaded costs.
    Costs are the plan's, each replaced by its actual amount where one is given. The break-even
    effect is stated whatever the grade, for it rests on costs and value alone.

    Parameters
    ----------
    answer
        With its plan, which holds costs and the value per unit.
    actuals
        What lines really cost.
    hurdle
        ROI to be beaten, 0.25 for 25 %.
    alternatives
        Other values per unit somebody proposed; the one that makes the benefit smallest is used.

    Raises
    ------
    InputError
        With every amount that is negative, missing or not finite.
    """
    costs = costs_of(answer.plan, answer.initiative, actuals)
    known = _known(answer, costs, hurdle)
    price, reach = _price(answer.kpi), _reach(answer)
    withheld = _withheld(answer, costs, price, reach)
    if costs.counted is None or price is None or reach is None or too_few(answer):
        return replace(known, withheld=withheld)
    cost = load_costs(costs.items, principles)
    known = replace(
        known,
        units=reach.people,
        break_even=_signed(_break_even(cost, price, reach, answer.estimate.level), answer.kpi),
    )
    if withheld:
        return replace(known, withheld=withheld)
    found = value_estimate(
        replace(answer.estimate, terms=(), covariance=None)
        if reach.once
        else path_after_start(answer) or answer.estimate,
        periods_per_year=1 if reach.once else PERIODS_A_YEAR[answer.initiative.design.period],
        periods_seen=reach.periods,
        units=reach.units,
        values=[price, *alternatives],
        cost=cost,
        direction="down" if answer.kpi.direction == "down" else "up",
        hurdle=hurdle,
        discount_rate=discount_rate,
        principles=principles,
    )
    if isinstance(found, ValueRefusal):
        return replace(known, withheld=found.text)
    return _filled(known, found, answer, reach)


def _known(answer: Answer, costs: Costs, hurdle: float) -> ValueFacts:
    """Everything that is known before the effect is looked at."""
    worth = answer.kpi.value_per_unit
    total = None if costs.counted is None else Range(estimate=costs.counted)
    return ValueFacts(
        currency=answer.plan.currency,
        costs=costs.rows,
        planned_total=costs.planned,
        actual_total=costs.actual,
        cost=total,
        hurdle=hurdle,
        value_per_unit=None if worth is None else worth.amount,
        per="" if worth is None or worth.per is None else worth.per.replace("_", " "),
        agreed_by=_agreed_by(answer),
        agreed_on=None if worth is None else worth.date,
        source="" if worth is None else worth.source or "",
        level=answer.estimate.level,
    )


def _agreed_by(answer: Answer) -> str:
    worth = answer.kpi.value_per_unit
    if worth is None or worth.agreed_by is None:
        return ""
    owner = answer.plan.owners.get(worth.agreed_by)
    return owner.role if owner and owner.role else worth.agreed_by


def _price(kpi: Kpi) -> ValuePerUnit | None:
    worth = kpi.value_per_unit
    if worth is None or not worth.amount > 0:
        return None
    return ValuePerUnit(
        amount=worth.amount,
        agreed_by=worth.agreed_by,
        agreed_on=None if worth.date is None else worth.date.isoformat(),
        source=worth.source,
    )


def _reach(answer: Answer) -> _Reach | None:
    """Whose effect counts; ``None`` where nobody started."""
    found, a_year = answer.estimate, PERIODS_A_YEAR[answer.initiative.design.period]
    people = found.n_treated if found.n_treated is not None else sum(n for _, n in answer.built.starts)
    if not people:
        return None
    if answer.event_study is None and answer.scanned is None:
        return _Reach(people=people, each=1.0, periods=1, once=True)
    each, periods = _after_start(answer)
    return _Reach(people=people, each=each, periods=max(1, min(periods, a_year)), once=False)


def _after_start(answer: Answer) -> tuple[float, int]:
    """Opportunities of one unit in one period after its start (1 unless the KPI is a ratio), and periods seen."""
    if answer.scanned is None:
        return 1.0, 1
    moments = answer.scanned.moments
    means, last = cell_means(moments), moments.periods[-1]
    started = [(row, cell.cohort) for row, cell in enumerate(moments.cells) if cell.cohort is not None]
    started = [(row, cohort) for row, cohort in started if moments.periods[0] < cohort <= last]
    periods = max((last - cohort + 1 for _, cohort in started), default=0)
    if not is_ratio(answer.kpi):
        return 1.0, periods
    taken = [(means.den[row, np.array(moments.periods) >= cohort], moments.people[row]) for row, cohort in started]
    exposed = sum(float(people) * len(found) for found, people in taken)
    return (sum(float(found.sum()) for found, _ in taken) / exposed if exposed else 1.0), periods


def _withheld(answer: Answer, costs: Costs, price: ValuePerUnit | None, reach: _Reach | None) -> str:
    """Why there is no return; empty where there is one. What the plan lacks comes first."""
    kpi = answer.kpi.spoken
    if price is None:
        return f"No return is stated: nobody has agreed what a unit of {kpi} is worth."
    if costs.unknown:
        return f"No return is stated: the cost of {', '.join(costs.unknown)} is not known in money."
    if costs.counted is None:
        return "No return is stated: the plan names no cost, and a return needs one."
    if too_few(answer):
        return f"No return is stated: fewer than {answer.kpi.min_cell} people are in one of the groups."
    if reach is None:
        return "No return is stated: nobody has started yet."
    if answer.kpi.direction == "hold-within":
        return f"No return is stated: {kpi} should hold within a range, so more of it is neither gain nor loss."
    if answer.estimate.estimate is None:
        return "No return is stated: there is no effect to value."
    if refused(answer.estimate) and (answer.estimate.grade is None or answer.estimate.grade.letter != "D"):
        return "No return is stated: the answer may not be claimed."
    return ""


def _break_even(cost: Cost, price: ValuePerUnit, reach: _Reach, level: float) -> Range:
    """The mean effect that would just pay the cost, over the periods that count."""
    a_year = 1 if reach.once else max(reach.periods, 1)
    path = constant_path(0.0, 0.0, periods_seen=reach.periods, periods_per_year=a_year)
    flows = flows_of(
        path,
        scale=reach.units,
        price=price.amount,
        price_error=price.std_error,
        cost=cost.total,
        cost_error=cost.std_error,
        discount_rate=0.0,
    )
    found, low, high = break_even(flows, path, level)
    return _range(Quantity(estimate=found, conf_low=low, conf_high=high))


def _filled(known: ValueFacts, found: Value, answer: Answer, reach: _Reach) -> ValueFacts:
    return replace(
        known,
        cost=_range(found.cost),
        benefit=_range(found.benefit),
        net=_range(found.net),
        roi=_range(found.roi),
        bcr=_range(found.bcr),
        payback_periods=None if found.payback_periods is None else _range(found.payback_periods),
        break_even=_signed(_range(found.break_even_effect), answer.kpi),
        chance_above_hurdle=found.chance_above_hurdle,
        chance_of_profit=found.chance_of_profit,
        share=None if found.share is None else _range(found.share),
        value_per_unit=found.value_per_unit.amount,
        text=found.text,
        assumptions=_assumptions(known, found, answer, reach),
    )


def _range(found: Quantity) -> Range:
    exact = found.conf_low == found.conf_high
    return Range(
        estimate=found.estimate, low=None if exact else found.conf_low, high=None if exact else found.conf_high
    )


def _signed(found: Range, kpi: Kpi) -> Range:
    """A change in the better direction as a change of the KPI."""
    if kpi.direction != "down":
        return found
    ends = (None if end is None else -end for end in (found.high, found.low))
    return Range(estimate=-found.estimate, low=next(ends), high=next(ends))


def _assumptions(known: ValueFacts, found: Value, answer: Answer, reach: _Reach) -> tuple[str, ...]:
    """Everything the figures rest on, in words."""
    period, kpi = answer.initiative.design.period, answer.kpi.spoken
    kept = [_capital(text) for name, text in PRINCIPLES.items() if name in _HERE and name not in found.principles_off]
    said = [f"{text}." for text in kept] + [caution.text for caution in found.cautions]
    if reach.once:
        said.append(f"The effect counts once for each of the {reach.people:,} who started.")
    else:
        said.append(
            f"{reach.people:,} started and have readings; those who start later are taken to gain as the earlier did."
        )
    if is_ratio(answer.kpi):
        said.append(
            f"The value is that of one more in the numerator; each of them had {reach.each:,.3g} opportunities "
            f"a {period} after the start."
        )
    elif not reach.once:
        said.append(f"The value is that of one unit of {kpi}, for one of them in one {period}.")
    if known.actual_total is not None:
        said.append("Costs are what was spent where that was entered, and as planned otherwise.")
    elif any(row.kind != "fixed" for row in known.costs):
        said.append(f"Costs are as planned, for the {answer.initiative.audience.expected_size or 0:,} people expected.")
    return (*said, *_unloaded(answer))


def _unloaded(answer: Answer) -> tuple[str, ...]:
    """Time that the plan asks of people and no cost line pays for."""
    initiative = answer.initiative
    times = [cost for cost in initiative.costs if cost.kind == "time"]
    asked = (
        ("participants'", path_minutes(initiative), any(cost.minutes_from != "manager" for cost in times)),
        ("managers'", manager_minutes(initiative.manager), any(cost.minutes_from == "manager" for cost in times)),
    )
    return tuple(
        f"No line counts {whose} time, though the plan asks {minutes:,.6g} minutes a person: the return is too high."
        for whose, minutes, counted in asked
        if minutes and not counted
    )


_HERE = ("conservative_alternative", "isolate", "no_data_no_improvement", "first_year_only", "load_all_costs")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
