"""What the outbox holds of a person: messages to them, how they want to be written to, when they are away."""

from collections.abc import Mapping, Sequence
from typing import Any

from upshot.web.accounts.models import Organisation
from upshot.web.outbox.models import Delivery, Leave, Message, Preference

__all__ = ["OutboxStore"]

_MESSAGE = ("kind", "about", "why", "state", "note", "proposed", "at")
_DELIVERY = ("day", "carrier", "state", "sent", "subject", "text")
_PREFERENCE = ("carrier", "zone", "quiet_from", "quiet_until", "cap", "stopped")


class OutboxStore:
    """Messages with why they were sent, deliveries as they went out, preferences and leave."""

    name = "messages"
    models = ("outbox.Message", "outbox.Delivery", "outbox.Preference", "outbox.Leave", "outbox.Channel")

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """Every row that is about the person, in plain values; addresses of webhooks stay secret."""
        of = {"organisation": organisation, "person": person}
        tables: Sequence[tuple[str, Sequence[Mapping[str, Any]]]] = (
            ("message", list(Message.objects.filter(**of).values(*_MESSAGE))),
            ("delivery", list(Delivery.objects.filter(**of).values(*_DELIVERY))),
            ("preference", list(Preference.objects.filter(**of).values(*_PREFERENCE))),
            ("leave", list(Leave.objects.filter(**of).values("first", "last"))),
        )
        return [
            {"table": table, **{name: str(value) for name, value in row.items() if value not in (None, "")}}
            for table, rows in tables
            for row in rows
        ]

    def erase(self, organisation: Organisation, person: str) -> int:
        """Delete them all."""
        of = {"organisation": organisation, "person": person}
        return sum(model.objects.filter(**of).delete()[0] for model in (Message, Delivery, Preference, Leave))
