"""What reviews hold of a person: decisions they took and actions they own."""

from collections.abc import Mapping, Sequence
from typing import Any

from upshot.web.accounts.models import Membership, Organisation
from upshot.web.reviews.models import Action, Review

__all__ = ["ReviewStore"]


class ReviewStore:
    """Links from reviews and actions to the person's sign-in; what was decided stays without them."""

    name = "reviews"
    models = ("reviews.Review", "reviews.Action")

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """Decisions the person took, and actions that are theirs."""
        users = _users(organisation, person)
        decided = Review.objects.filter(organisation=organisation, decided_by__in=users)
        owned = Action.objects.filter(review__organisation=organisation, owner__in=users)
        return [
            *(
                {"decided": row.decision, "on": row.initiative, "as": row.function, "at": str(row.held)}
                for row in decided
            ),
            *({"action": row.what, "due": str(row.due), "done": str(row.done or "no")} for row in owned),
        ]

    def erase(self, organisation: Organisation, person: str) -> int:
        """Clear the links, also where the sign-in stays because it opens other organisations."""
        users = _users(organisation, person)
        decided = Review.objects.filter(organisation=organisation, decided_by__in=users).update(decided_by=None)
        owned = Action.objects.filter(review__organisation=organisation, owner__in=users).update(owner=None)
        return decided + owned


def _users(organisation: Organisation, person: str) -> list[int]:
    if not person:
        return []
    found = Membership.objects.filter(organisation=organisation, person=person)
    return list(found.values_list("user", flat=True))
