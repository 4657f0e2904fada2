"""Support for use: what the plan asks of a manager, its minutes, what was recorded, and what that comes to."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Sum

from upshot.plan import Plan
from upshot.plan.costs import cost_lines
from upshot.plan.initiatives import Initiative
from upshot.plan.support import Cost, Manager
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.measures.models import CostLine
from upshot.web.measures.spending import enter, take_back
from upshot.web.teams.models import Barrier, NoCapacity, Support
from upshot.workspace.disclosing import Disclosure

__all__ = ["Given", "Told", "barriers_of", "count_as_cost", "minutes_for", "own_record", "told_of"]

_SOURCE = "support recorded in Upshot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One kind of support over an initiative: how often, for how many people, and minutes."""

    kind: str
    times: int
    people: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What leaders see of the support an initiative got: counts, never whose.

    Parameters
    ----------
    managers
        How many recorded anything; everything below is absent where they are fewer than ``least``.
    planned, recorded
        Hours, planned over the whole audience and recorded so far.
    rate, currency, item
        What an hour costs by the plan, and the plan's line; absent where it has none.
    counted
        Amount that stands in the costs now.
    """

    managers: int | None
    least: int
    planned: float | None
    recorded: float | None
    given: tuple[Given, ...] = ()
    barriers: tuple[tuple[str, int], ...] = ()
    rate: float | None = None
    currency: str = ""
    item: str = ""
    counted: Decimal | None = None
    no_room: int | None = None

    @property
    def amount(self) -> float | None:
        """Recorded hours at the plan's rate."""
        return None if self.rate is None or self.recorded is None else self.rate * self.recorded


def minutes_for(manager: Manager | None) -> Mapping[str, int]:
    """Minutes the plan sets for each kind of support; what it does not set is a quarter of an hour."""
    known = manager or Manager()
    planned = {
        Support.Kind.BEFORE: known.before.minutes,
        Support.Kind.OPPORTUNITY: known.during.minutes,
        Support.Kind.OBSERVATION: known.during.minutes,
        Support.Kind.DEBRIEF: known.after.minutes,
        Support.Kind.PEERS: known.after.minutes,
    }
    return {str(kind): round(minutes) or 15 for kind, minutes in planned.items()}


def own_record(viewer: Viewer) -> list[Support]:
    """What the viewer recorded, newest first."""
    found = Support.objects.filter(organisation=viewer.organisation, manager=viewer.person)
    return list(found.exclude(manager=""))


def told_of(viewer: Viewer, plan: Plan, item: Initiative, on: dt.date) -> Told:
    """Count an initiative's support as far as the viewer may be shown."""
    gate = Disclosure(minimum=viewer.minimum_group)
    found = Support.objects.filter(organisation=viewer.organisation, initiative=item.id)
    rows = found.values("kind").annotate(
        times=Count("pk"), people=Count("person", distinct=True), managers=Count("manager", distinct=True),
        minutes=Sum("minutes"),
    )  # fmt: skip
    by_kind = {row["kind"]: row for row in rows}
    managers = found.values("manager").distinct().count()
    shown = gate.count(managers)
    total = sum(row["minutes"] for row in by_kind.values())
    cost, planned, rate = _line(plan, item)
    counted = _standing(viewer.organisation, item.id)
    return Told(
        managers=shown,
        least=viewer.minimum_group,
        planned=planned,
        recorded=total / 60 if shown is not None else None,
        given=_given(by_kind, gate),
        barriers=barriers_of(viewer, item.id),
        rate=rate,
        currency=plan.currency,
        item=cost.item if cost else "",
        counted=counted.amount if counted else None,
        no_room=_no_room(viewer.organisation, on, gate),
    )


def _given(by_kind: Mapping[str, Mapping[str, Any]], gate: Disclosure) -> tuple[Given, ...]:
    """By kind; none at all where one stands for too few managers or people, since the total would give it away."""
    if any(gate.small(row["managers"]) or gate.small(row["people"]) for row in by_kind.values()):
        return ()
    return tuple(
        Given(kind=str(kind.label), times=row["times"], people=row["people"], minutes=row["minutes"])
        for kind in Support.Kind
        if (row := by_kind.get(kind.value)) is not None
    )


def _no_room(organisation: Organisation, on: dt.date, gate: Disclosure) -> int | None:
    """Managers who said within four weeks that they had no room."""
    said = NoCapacity.objects.filter(organisation=organisation, week__gt=on - dt.timedelta(days=28))
    return gate.count(said.values("manager").distinct().count())


def barriers_of(viewer: Viewer, initiative: str) -> tuple[tuple[str, int], ...]:
    """What managers say is in the way, and how many of them; kinds named by too few are left out."""
    gate = Disclosure(minimum=viewer.minimum_group)
    found = Barrier.objects.filter(organisation=viewer.organisation, initiative=initiative).exclude(manager="")
    rows = found.values("kind").annotate(managers=Count("manager", distinct=True))
    counts = {row["kind"]: row["managers"] for row in rows}
    known = [(str(kind.label), counts[kind.value]) for kind in Barrier.Kind if kind.value in counts]
    return tuple(sorted((one for one in known if not gate.small(one[1])), key=lambda one: -one[1]))


def _line(plan: Plan, item: Initiative) -> tuple[Cost | None, float | None, float | None]:
    """The plan's line for managers' time, with its hours and what an hour costs."""
    pairs = zip(item.costs, cost_lines(plan, item), strict=True)
    cost, line = next(((cost, line) for cost, line in pairs if cost.minutes_from == "manager"), (None, None))
    if cost is None or line is None:
        return None, None, None
    rate = plan.rates.get(cost.rate) if isinstance(cost.rate, str) else cost.rate
    return cost, line.hours, rate


def _standing(organisation: Organisation, initiative: str) -> CostLine | None:
    """The line that stands for recorded support."""
    found = CostLine.objects.filter(organisation=organisation, initiative=initiative, source=_SOURCE, taken_back=None)
    return found.order_by("-pk").first()


@transaction.atomic
def count_as_cost(*, viewer: Viewer, plan: Plan, item: Initiative, on: dt.date, token: UUID) -> CostLine | None:
    """Put the recorded hours at the plan's rate among what was spent, in place of the last such line.

    Somebody decides this, since what is recorded replaces what was planned: where few managers record, planned is
    nearer the truth. ``None`` where there is nothing to count, or it stands already.
    """
    told = told_of(viewer, plan, item, on)
    if told.amount is None or not told.amount:
        return None
    amount = Decimal(str(round(told.amount, 2)))
    before = _standing(viewer.organisation, item.id)
    if before is not None and before.amount == amount:
        return None
    if before is not None:
        take_back(viewer=viewer, initiative=item.id, number=before.pk)
    return enter(
        viewer=viewer, initiative=item.id, item=told.item, amount=amount, day=on, source=_SOURCE,
        token=token,
    )  # fmt: skip
