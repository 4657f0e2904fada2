"""Finance's page: what each initiative cost against its plan, what it was worth, and what finance has not agreed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.report.beside import money
from upshot.web.accounts.viewer import Viewer
from upshot.web.measures.models import CostLine
from upshot.web.measures.selectors import AnswerSummary, newest_answers
from upshot.web.plans.models import Function
from upshot.web.reviews.promises import Change, changes_of, since_of, unsigned_by
from upshot.web.reviews.selectors import plan_of
from upshot.web.reviews.worked import spent_on
from upshot.workspace.costing import ActualCost, costs_of

__all__ = ["SEEN", "Account", "Finances", "Worth", "finances_of"]

SEEN = "finance-page-seen"
"""The audit's word for a look at this page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One initiative in money, as printed.

    Parameters
    ----------
    planned, actual, difference
        Over the lines of which both amounts are known for the difference; empty where unknown.
    over
        Whether it cost more than planned.
    open
        Lines without any amount.
    worth, worth_reason
        Net value with its range, or why none is stated.
    """

    initiative: str
    title: str
    planned: str = ""
    actual: str = ""
    difference: str = ""
    over: bool = False
    open: tuple[str, ...] = ()
    worth: str = ""
    worth_reason: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one unit of a KPI is worth by the plan, and whether anybody agreed to it."""

    kpi: str
    amount: str
    per: str
    agreed: bool
    day: dt.date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finances:
    """The page: accounts by name, values of a unit, promises without finance's signature, and what changed."""

    accounts: tuple[Account, ...]
    worths: tuple[Worth, ...]
    to_sign: tuple[tuple[str, str], ...]
    planned: str
    entered: int
    entered_sum: str
    changes: tuple[Change, ...]
    since: dt.date

    @property
    def not_agreed(self) -> tuple[Worth, ...]:
        """Values that nobody agreed to."""
        return tuple(one for one in self.worths if not one.agreed)

    @property
    def over(self) -> tuple[Account, ...]:
        """Initiatives that cost more than planned."""
        return tuple(one for one in self.accounts if one.over)


def finances_of(viewer: Viewer) -> Finances | None:
    """Everything the page shows; ``None`` while the plan does not load."""
    document = plan_of(viewer)
    if document is None:
        return None
    plan, since = document.plan, since_of(viewer, SEEN)
    spent, answers = spent_on(viewer.organisation), newest_answers(viewer)
    priced = [item for item in plan.initiatives if item.is_training and (item.costs or item.id in spent)]
    costs = {item.id: costs_of(plan, item, spent.get(item.id, ())).planned or 0.0 for item in priced}
    new = CostLine.objects.filter(organisation=viewer.organisation, taken_back=None, entered__date__gte=since)
    amounts = [float(amount) for amount in new.values_list("amount", flat=True)]
    accounts = [_account(plan, item, spent.get(item.id, ()), answers) for item in priced]
    return Finances(
        accounts=tuple(sorted(accounts, key=lambda one: one.title.casefold())),
        worths=_worths(plan),
        to_sign=tuple((item.id, item.title or item.id) for item in unsigned_by(viewer, plan, Function.FINANCE)),
        planned=money(sum(costs.values()), plan.currency),
        entered=len(amounts),
        entered_sum=money(sum(amounts), plan.currency),
        changes=changes_of(viewer, {item.id: item.title or item.id for item in plan.initiatives}, since),
        since=since,
    )


def _account(
    plan: Plan, item: Initiative, spent: Sequence[ActualCost], answers: Mapping[str, AnswerSummary]
) -> Account:
    costs, found = costs_of(plan, item, spent), answers.get(item.id)
    both = [row for row in costs.rows if row.planned is not None and row.actual is not None]
    more = sum((row.actual or 0) - (row.planned or 0) for row in both)
    proven = found is not None and found.proven
    return Account(
        initiative=item.id,
        title=item.title or item.id,
        planned="" if costs.planned is None else money(costs.planned, plan.currency),
        actual="" if costs.actual is None else money(costs.actual, plan.currency),
        difference=money(more, plan.currency) if both else "",
        over=bool(both) and round(more) > 0,
        open=costs.unknown,
        worth=found.money if found is not None and proven else "",
        worth_reason=found.money_reason if found is not None else "",
        grade=found.grade if found is not None else "",
    )


def _worths(plan: Plan) -> tuple[Worth, ...]:
    """Values of a unit that the plan states, by KPI."""
    return tuple(
        Worth(
            kpi=kpi.label or kpi.id,
            amount=f"{plan.currency} {value.amount:,.2f}".removesuffix(".00"),
            per=value.per or "",
            agreed=bool(value.agreed_by),
            day=value.date,
            source=value.source or "",
        )
        for kpi in plan.kpis
        if (value := kpi.value_per_unit) is not None
    )
