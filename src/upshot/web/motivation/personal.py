"""What motivation holds of a person: choices with their changes, goals, sentences, badges."""

from collections.abc import Mapping, Sequence
from typing import Any

from upshot.web.accounts.models import Organisation
from upshot.web.motivation.models import Badge, Choice, ChoiceChange, Goal, Recognition

__all__ = ["MotivationStore"]


class MotivationStore:
    """Everything that belongs to one person alone."""

    name = "motivation"
    models = (
        "motivation.Choice",
        "motivation.ChoiceChange",
        "motivation.Goal",
        "motivation.Recognition",
        "motivation.Badge",
    )

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """Choices and their changes, goals, sentences received and written, badges with the signed text."""
        if not person:
            return []
        mine = {"organisation": organisation, "person": person}
        badges = Badge.objects.filter(**mine).select_related("achievement")
        written = Recognition.objects.filter(organisation=organisation, writer=person)
        return [
            *({"chosen": one.element, "since": str(one.since)} for one in Choice.objects.filter(**mine)),
            *(
                {"change": one.element, "on": one.on, "at": str(one.at)}
                for one in ChoiceChange.objects.filter(**mine)
            ),
            *(
                {"goal": one.text, "by": str(one.by or ""), "set": str(one.set), "reached": str(one.reached or "")}
                for one in Goal.objects.filter(**mine)
            ),
            *({"received": one.text, "at": str(one.at)} for one in Recognition.objects.filter(**mine)),
            *({"written": one.text, "at": str(one.at)} for one in written),
            *(
                {
                    "badge": one.achievement.name, "earned": str(one.earned), "until": str(one.until or ""),
                    "taken": str(one.accepted or ""), "revoked": str(one.revoked or ""), "credential": one.token,
                }
                for one in badges
            ),
        ]  # fmt: skip

    def erase(self, organisation: Organisation, person: str) -> int:
        """Delete all of it, and clear the person from sentences they wrote."""
        if not person:
            return 0
        mine = {"organisation": organisation, "person": person}
        deleted = sum(
            model.objects.filter(**mine).delete()[0] for model in (Choice, ChoiceChange, Goal, Recognition, Badge)
        )
        return deleted + Recognition.objects.filter(organisation=organisation, writer=person).update(writer="")
