"""What rules hold of a person: that something happened to them on which a rule acted."""

from collections.abc import Mapping, Sequence
from typing import Any

from upshot.web.accounts.models import Organisation
from upshot.web.automation.models import Occurrence

__all__ = ["AutomationStore"]


class AutomationStore:
    """Occurrences; the messages that came of them are in the outbox."""

    name = "rules"
    models = ("automation.Occurrence",)

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """Which rule acted, and for which day."""
        found = Occurrence.objects.filter(organisation=organisation, person=person).exclude(person="")
        return [{"rule": row["rule"], "day": str(row["day"])} for row in found.values("rule", "day")]

    def erase(self, organisation: Organisation, person: str) -> int:
        """Delete them."""
        return Occurrence.objects.filter(organisation=organisation, person=person).exclude(person="").delete()[0]
