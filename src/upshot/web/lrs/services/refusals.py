"""The log of refused requests: which rule, which property, how often; without what was in them."""

import datetime as dt
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import timezone

from upshot.errors import XapiError
from upshot.web.lrs.models import Refusal
from upshot.web.lrs.principal import Principal

__all__ = ["KEPT", "forget_old_refusals", "note_refusal"]

KEPT = dt.timedelta(days=30)
_MOST_PROBLEMS = 10


def note_refusal(
    principal: Principal, *, resource: str, method: str, error: XapiError, statement: UUID | None = None
) -> None:
    """Log a refused request; that the log cannot be written changes nothing for the sender."""
    problems = [
        {"code": problem.code, "property": problem.column or "", "text": problem.text, "fix": problem.fix}
        for problem in error.problems[:_MOST_PROBLEMS]
    ]
    try:
        with transaction.atomic():
            Refusal.objects.create(
                organisation_id=principal.organisation,
                credential=principal.name[:100],
                resource=resource,
                method=method[:10],
                status=error.status,
                statement_id=statement,
                problems=problems,
            )
    except DatabaseError:
        return


def forget_old_refusals() -> int:
    """Delete what is older than the log is kept; how many."""
    return Refusal.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
