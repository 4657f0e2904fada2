"""What the manager's pages hold of a person: support, weeks without room, barriers, and weekly messages."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from upshot.web.accounts.models import Organisation
from upshot.web.outbox.models import Delivery, Message
from upshot.web.teams.messages import WEEK
from upshot.web.teams.models import Barrier, NoCapacity, Support

__all__ = ["TeamStore"]


class TeamStore:
    """Records of managers and of those they support; weekly messages that name somebody forget their words."""

    name = "teams"
    models = ("teams.Support", "teams.NoCapacity", "teams.Barrier")

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """Support the person gave and got, weeks without room, and barriers they reported."""
        if not person:
            return []
        support = Support.objects.filter(_either(person), organisation=organisation)
        weeks = NoCapacity.objects.filter(organisation=organisation, manager=person)
        barriers = Barrier.objects.filter(organisation=organisation, manager=person)
        return [
            *(
                {
                    "support": one.kind, "on": one.initiative, "day": str(one.day), "minutes": one.minutes,
                    "as": "manager" if one.manager == person else "person",
                }
                for one in support
            ),
            *({"no_capacity": str(one.week)} for one in weeks),
            *({"barrier": one.kind, "on": one.initiative, "at": str(one.at)} for one in barriers),
        ]  # fmt: skip

    def erase(self, organisation: Organisation, person: str) -> int:
        """Delete support and weeks, clear barriers, and blank every weekly message that names the person."""
        if not person:
            return 0
        deleted = Support.objects.filter(_either(person), organisation=organisation).delete()[0]
        deleted += NoCapacity.objects.filter(organisation=organisation, manager=person).delete()[0]
        deleted += Barrier.objects.filter(organisation=organisation, manager=person).update(manager="")
        return deleted + _blank(organisation, person)


def _either(person: str) -> Q:
    return Q(person=person) | Q(manager=person)


def _blank(organisation: Organisation, person: str) -> int:
    weekly = Message.objects.filter(organisation=organisation, kind=WEEK).only("context", "delivery")
    found = [one for one in weekly.iterator() if person in one.context.get("people", ())]
    for message in found:
        message.context = {"text": "–", "people": []}
    Message.objects.bulk_update(found, ["context"], batch_size=500)
    sent = [one.delivery_id for one in found if one.delivery_id]
    Delivery.objects.filter(organisation=organisation, pk__in=sent).update(text="–")
    return len(found)
