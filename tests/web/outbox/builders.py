"""Messages and moments for the tests of the outbox."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from upshot.web.accounts.models import Organisation
from upshot.web.outbox.models import Message
from upshot.web.outbox.scheduling import plan_round
from upshot.web.outbox.sending import Sent, send_round
from upshot.web.outbox.services import propose

MONDAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
"""A working day, at nine in the morning."""


def a_message(
    organisation: Organisation, person: str = "p-1", key: str = "a", *, at: dt.datetime = MONDAY, **more: Any
) -> Message:
    """A note, proposed for a moment."""
    said: Mapping[str, Any] = {"heading": f"Note {key}", "text": "Tea is at three."}
    of: dict[str, Any] = {"kind": "note", "why": "You asked for it.", "context": said, "not_before": at, **more}
    return propose(organisation=organisation, person=person, key=key, **of)


def run(organisation: Organisation, now: dt.datetime) -> Sent:
    """What the worker does at a moment: plan all, then send one round."""
    while plan_round(organisation, now):
        continue
    return send_round(organisation, now)


def later(**time: float) -> dt.datetime:
    return MONDAY + dt.timedelta(**time)
