"""What practice holds of a person: their attempts, answers and thoughts; the statements are the record store's."""

from collections.abc import Mapping, Sequence
from typing import Any

from upshot.web.accounts.models import Organisation
from upshot.web.practice.models import Attempt

__all__ = ["PracticeStore"]


class PracticeStore:
    """Attempts at scenarios."""

    name = "practice"
    models = ("practice.Attempt", "practice.Decision")

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """Every attempt with its answers, its score, and what the person wrote afterwards."""
        found = Attempt.objects.filter(scenario__organisation=organisation, person=person).exclude(person="")
        return [
            {
                "scenario": attempt.scenario.slug,
                "version": attempt.version.number,
                "attempt": attempt.number,
                "started": str(attempt.started),
                "finished": str(attempt.finished or "not yet"),
                "ending": attempt.ending,
                "score": attempt.scaled,
                "answers": [f"{one.step}: {one.choice}" for one in attempt.decisions.all()],
                "reflection": attempt.reflection,
            }
            for attempt in found.select_related("scenario", "version").prefetch_related("decisions")
        ]

    def erase(self, organisation: Organisation, person: str) -> int:
        """Delete the attempts; counts of answers no longer contain them."""
        if not person:
            return 0
        deleted, _ = Attempt.objects.filter(scenario__organisation=organisation, person=person).delete()
        return deleted
