"""What surveys hold of a person: that they were asked; their answers name nobody."""

from collections.abc import Mapping, Sequence
from typing import Any

from upshot.web.accounts.models import Organisation
from upshot.web.surveys.models import Ask

__all__ = ["SurveyStore"]


class SurveyStore:
    """Who was asked by which survey."""

    name = "surveys"
    models = ("surveys.Ask",)

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """Every survey the person was asked by, and whether they answered."""
        found = Ask.objects.filter(use__organisation=organisation, person=person).exclude(person="")
        return [
            {"survey": one.use.text.name, "initiative": one.use.initiative, "answered": one.answered}
            for one in found.select_related("use__text")
        ]

    def erase(self, organisation: Organisation, person: str) -> int:
        """Delete that they were asked; answers cannot be told apart and stay."""
        found = Ask.objects.filter(use__organisation=organisation, person=person).exclude(person="")
        return found.delete()[0]
