"""What practice holds of a person: their attempts, answers and thoughts; the statements are the record store's."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from upshot.web.accounts.models import Organisation
from upshot.web.practice.models import Attempt, Case

__all__ = ["PracticeStore"]


class PracticeStore:
    """Attempts at scenarios."""

    name = "practice"
    models = ("practice.Attempt", "practice.Decision", "practice.Case")

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """Every attempt with its answers, score and thoughts, and every case of their own."""
        found = Attempt.objects.filter(scenario__organisation=organisation, person=person).exclude(person="")
        cases = Case.objects.filter(organisation=organisation, person=person).exclude(person="")
        return [
            *(
                {
                    "case": one.title, "situation": one.situation, "did": one.did, "expert": one.expert,
                    "agreed": str(one.agreed), "withdrawn": str(one.withdrawn or "no"),
                }
                for one in cases
            ),
            *_attempts(found),
        ]  # fmt: skip

    def erase(self, organisation: Organisation, person: str) -> int:
        """Delete the attempts and the cases; counts of answers no longer contain them."""
        if not person:
            return 0
        deleted, _ = Attempt.objects.filter(scenario__organisation=organisation, person=person).delete()
        cases, _ = Case.objects.filter(organisation=organisation, person=person).delete()
        return deleted + cases


def _attempts(found: QuerySet[Attempt]) -> list[Mapping[str, Any]]:
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
