"""Planned and actual costs side by side, line by line, and the total that is counted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from upshot.errors import InputError, Problem
from upshot.impact.value import CostItem
from upshot.plan import Plan
from upshot.plan.costs import cost_lines
from upshot.plan.initiatives import Initiative
from upshot.report.findings import CostRow

__all__ = ["ActualCost", "Costs", "costs_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualCost:
    """What one line really cost, as entered afterwards.

    Parameters
    ----------
    item
        The plan's line it belongs to, by name; a name the plan does not have is a line of its own.
        Several entries of one name add up.
    amount
        Money in the plan's currency, not negative.
    hours
        Hours of people's time in it, if any.
    note
        Where it is written down.
    """

    item: str
    amount: float
    hours: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Every line with what is counted of it.

    Parameters
    ----------
    rows
        In the plan's order, then lines only the actuals name.
    planned, actual
        Sums of the amounts that are known; ``None`` where none is.
    counted
        Actual where known, planned otherwise; ``None`` while ``unknown`` is not empty or nothing costs anything.
    unknown
        Lines without any amount.
    """

    rows: tuple[CostRow, ...]
    planned: float | None
    actual: float | None
    counted: float | None
    unknown: tuple[str, ...]

    @property
    def items(self) -> tuple[CostItem, ...]:
        """The lines that are counted, for the engine; each is taken as known exactly."""
        return tuple(_item(row, row.counted) for row in self.rows if row.counted is not None)


def _item(row: CostRow, amount: float) -> CostItem:
    """Time stays time, so that leaving it out leaves it out; its amount is one hour of one person here."""
    if row.kind == "time":
        return CostItem(item=row.item, kind="time", minutes=60, hourly_rate=amount, people=1)
    return CostItem(item=row.item, kind="fixed", amount=amount)


def costs_of(plan: Plan, initiative: Initiative, actuals: Sequence[ActualCost] = ()) -> Costs:
    """Put planned and actual costs side by side.

    Lines are matched by name, without regard to case and spaces around it.

    Raises
    ------
    InputError
        With every actual line that has no name, or an amount or hours that are negative or not finite.
    """
    _check(actuals)
    spent: dict[str, list[ActualCost]] = {}
    for entry in actuals:
        spent.setdefault(_key(entry.item), []).append(entry)
    rows = []
    for cost, line in zip(initiative.costs, cost_lines(plan, initiative), strict=True):
        found = spent.pop(_key(line.item), [])
        row = CostRow(item=line.item, kind=cost.kind, planned=line.amount, hours=line.hours, note=line.text)
        rows.append(_with_actual(row, found))
    rows += [
        _with_actual(CostRow(item=found[0].item.strip(), kind="fixed", note="not in the plan"), found)
        for found in spent.values()
    ]
    return _summed(tuple(rows))


def _key(item: str) -> str:
    return item.strip().casefold()


def _with_actual(row: CostRow, found: Sequence[ActualCost]) -> CostRow:
    actual = math.fsum(entry.amount for entry in found) if found else None
    hours = [entry.hours for entry in found if entry.hours is not None]
    notes = [row.note, *(entry.note for entry in found)]
    return CostRow(
        item=row.item,
        kind=row.kind,
        planned=row.planned,
        actual=actual,
        hours=math.fsum(hours) if hours else row.hours,
        counted=row.planned if actual is None else actual,
        note="; ".join(note for note in notes if note),
    )


def _summed(rows: tuple[CostRow, ...]) -> Costs:
    unknown = tuple(row.item for row in rows if row.counted is None)
    counted = _total([row.counted for row in rows])
    return Costs(
        rows=rows,
        planned=_total([row.planned for row in rows]),
        actual=_total([row.actual for row in rows]),
        counted=None if unknown or not counted else counted,
        unknown=unknown,
    )


def _total(amounts: Sequence[float | None]) -> float | None:
    known = [amount for amount in amounts if amount is not None]
    return math.fsum(known) if known else None


def _check(actuals: Sequence[ActualCost]) -> None:
    problems = []
    for entry in actuals:
        if not entry.item.strip():
            problems.append(Problem(code="cost-name", text="An actual cost has no name.", fix="Say what it paid for."))
        for name, number in (("amount", entry.amount), ("hours", entry.hours)):
            if number is not None and not (math.isfinite(number) and number >= 0):
                text = f"The {name} of an actual cost must be a number that is not negative."
                problems.append(Problem(code="cost-number", text=text, column=entry.item, value=str(number)))
    if problems:
        raise InputError(problems)
