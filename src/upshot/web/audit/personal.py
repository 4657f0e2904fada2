"""What the logs hold of a person: who looked at their data."""

from collections.abc import Mapping, Sequence
from typing import Any

from upshot.web.accounts.models import Organisation
from upshot.web.audit.models import Access

__all__ = ["AuditStore"]


class AuditStore:
    """The access log; what a person did themselves stays in the audit log without their name."""

    name = "access log"
    models = ("audit.Access", "audit.Event")

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """When their data was looked at, what, and for what purpose; not by whom, who has rights of their own."""
        found = Access.objects.filter(organisation=organisation, person=person).exclude(person="")
        return [
            {"at": str(row["at"]), "what": row["what"], "purpose": row["purpose"]}
            for row in found.values("at", "what", "purpose")
        ]

    def erase(self, organisation: Organisation, person: str) -> int:
        """Clear the identifier; that somebody looked at somebody stays on record."""
        return Access.objects.filter(organisation=organisation, person=person).exclude(person="").update(person="")
