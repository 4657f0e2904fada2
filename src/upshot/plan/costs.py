"""What an initiative costs as planned: money where a rate is known, hours where none is."""

from dataclasses import dataclass

from upshot.plan.initiatives import Initiative
from upshot.plan.promise import Plan
from upshot.plan.support import Cost, Manager
from upshot.plan.values import Duration

__all__ = ["CostLine", "cost_lines", "manager_minutes", "path_minutes"]

_DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One line of cost: ``amount`` in the plan's currency and ``hours``, each absent when not known."""

    item: str
    amount: float | None
    hours: float | None
    text: str


def cost_lines(plan: Plan, initiative: Initiative) -> tuple[CostLine, ...]:
    """Every cost of an initiative, for its whole expected audience."""
    return tuple(_line(plan, initiative, cost) for cost in initiative.costs)


def path_minutes(initiative: Initiative) -> float:
    """Minutes one person spends on the path, each step once."""
    return sum(step.minutes or 0.0 for step in initiative.path)


def manager_minutes(manager: Manager | None) -> float:
    """Minutes a manager spends for one person: before, during, and every debrief until the last."""
    if manager is None:
        return 0.0
    after = manager.after
    debriefs = 1.0
    if after.debrief_every and after.until and _days(after.debrief_every):
        debriefs = float(_days(after.until) // _days(after.debrief_every))
    return manager.before.minutes + manager.during.minutes + debriefs * after.minutes


def _days(length: Duration) -> float:
    return length.days + length.months * _DAYS_A_MONTH


def _line(plan: Plan, initiative: Initiative, cost: Cost) -> CostLine:
    people = initiative.audience.expected_size
    if cost.kind == "time":
        return _time(plan, initiative, cost, people)
    money = plan.currency
    if cost.kind == "fixed" or cost.amount is None:
        text = f"{money} {cost.amount:,.0f} once" if cost.amount is not None else "amount not given"
        return CostLine(item=cost.item, amount=cost.amount, hours=None, text=text)
    if people is None:
        return CostLine(item=cost.item, amount=None, hours=None, text=f"{money} {cost.amount:,.6g} a person")
    total = cost.amount * people
    text = f"{money} {cost.amount:,.6g} × {people:,} people = {money} {total:,.0f}"
    return CostLine(item=cost.item, amount=total, hours=None, text=text)


def _time(plan: Plan, initiative: Initiative, cost: Cost, people: int | None) -> CostLine:
    minutes = cost.minutes
    if minutes is None:
        minutes = manager_minutes(initiative.manager) if cost.minutes_from == "manager" else path_minutes(initiative)
    if people is None:
        return CostLine(item=cost.item, amount=None, hours=None, text=f"{minutes:,.6g} min a person")
    hours = minutes * people / 60
    rate = plan.rates.get(cost.rate) if isinstance(cost.rate, str) else cost.rate
    text = f"{minutes:,.6g} min × {people:,} people = {hours:,.0f} hours"
    if rate is None:
        return CostLine(item=cost.item, amount=None, hours=hours, text=text)
    text += f" = {plan.currency} {hours * rate:,.0f}"
    return CostLine(item=cost.item, amount=hours * rate, hours=hours, text=text)
