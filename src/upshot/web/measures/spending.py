"""What was really spent: read and entered line by line, reconciled with the plan by the line's name."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.measures.models import CostLine
from upshot.workspace.costing import ActualCost

__all__ = ["actuals_of", "costs_entered", "enter", "take_back"]


def costs_entered(organisation: Organisation, initiative: str) -> list[CostLine]:
    """Lines that stand, oldest first."""
    found = CostLine.objects.filter(organisation=organisation, initiative=initiative, taken_back=None)
    return list(found.order_by("day", "pk"))


def actuals_of(lines: Iterable[CostLine]) -> list[ActualCost]:
    """The lines as the engine takes them."""
    return [
        ActualCost(item=line.item, amount=float(line.amount), note=f"{line.source}, {line.day.isoformat()}")
        for line in lines
    ]


@transaction.atomic
def enter(
    *, viewer: Viewer, initiative: str, item: str, amount: Decimal, day: dt.date, source: str, token: UUID
) -> CostLine:
    """Store what was spent; the same form sent twice stores one line."""
    line, new = CostLine.objects.get_or_create(
        organisation=viewer.organisation,
        token=token,
        defaults={
            "initiative": initiative,
            "item": item,
            "amount": amount,
            "day": day,
            "source": source,
            "entered_by": viewer.user,
        },
    )
    if new:
        record(viewer, "cost-entered", initiative, line=line.pk)
    return line


@transaction.atomic
def take_back(*, viewer: Viewer, initiative: str, number: int) -> bool:
    """Strike a line out; it stays on file. Whether there was one to strike."""
    lines = CostLine.objects.filter(organisation=viewer.organisation, initiative=initiative, pk=number)
    struck = lines.filter(taken_back=None).update(taken_back=timezone.now())
    if struck:
        record(viewer, "cost-taken-back", initiative, line=number)
    return bool(struck)
