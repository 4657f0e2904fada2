"""What competencies hold of a person: their evidence and their requests; levels are computed and kept nowhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from upshot.web.accounts.models import Organisation
from upshot.web.competencies.models import Ask, Evidence

__all__ = ["CompetencyStore"]


class CompetencyStore:
    """The evidence log."""

    name = "competencies"
    models = ("competencies.Evidence", "competencies.Ask")

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """Every entry, and what was asked of the manager."""
        entries = Evidence.objects.filter(organisation=organisation, person=person).exclude(person="")
        asks = Ask.objects.filter(organisation=organisation, person=person).exclude(person="")
        return [
            *(
                {
                    "competency": one.competency, "kind": one.kind, "at": str(one.at), "what": one.what,
                    "why": one.why, "about": one.about, "share": one.share, "level": one.level,
                }
                for one in entries
            ),
            *(
                {"asked": one.competency, "level": one.level, "at": str(one.at), "seen": one.seen, "note": one.note}
                for one in asks
            ),
        ]  # fmt: skip

    def erase(self, organisation: Organisation, person: str) -> int:
        """Delete the log and the requests, and clear the person from requests that were put to them."""
        if not person:
            return 0
        entries, _ = Evidence.objects.filter(organisation=organisation, person=person).delete()
        asks, _ = Ask.objects.filter(organisation=organisation, person=person).delete()
        return (
            entries + asks + Ask.objects.filter(organisation=organisation, manager=person).update(manager="", note="")
        )
