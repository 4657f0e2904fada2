"""What spaced practice holds of a person: their cards with every answer, and what was claimed."""

from collections.abc import Mapping, Sequence
from typing import Any

from upshot.web.accounts.models import Organisation
from upshot.web.spacing.models import Card, Claim

__all__ = ["SpacingStore"]


class SpacingStore:
    """Cards, answers and claims."""

    name = "spacing"
    models = ("spacing.Card", "spacing.Review", "spacing.Claim")

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """Every decision that is asked again, with its answers; every tier that was claimed."""
        cards = Card.objects.filter(organisation=organisation, person=person).exclude(person="")
        claims = Claim.objects.filter(organisation=organisation, person=person).exclude(person="")
        return [
            *(
                {
                    "scenario": card.scenario.slug, "step": card.step, "due": str(card.due), "memory": card.memory,
                    "answers": [f"{one.at}: {one.choice} ({one.success})" for one in card.reviews.all()],
                }
                for card in cards.select_related("scenario").prefetch_related("reviews")
            ),
            *(
                {"scenario": one.scenario.slug, "tier": one.tier, "at": str(one.at), "days": one.days}
                for one in claims.select_related("scenario")
            ),
        ]  # fmt: skip

    def erase(self, organisation: Organisation, person: str) -> int:
        """Delete the cards with their answers, and the claims."""
        if not person:
            return 0
        cards, _ = Card.objects.filter(organisation=organisation, person=person).delete()
        claims, _ = Claim.objects.filter(organisation=organisation, person=person).delete()
        return cards + claims
