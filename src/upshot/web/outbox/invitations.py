"""Calendar entries that go with a message: the same UID for ever, a higher SEQUENCE at every change."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from icalendar import Calendar, Event, vCalAddress

from upshot.web.accounts.models import Organisation
from upshot.web.outbox.models import Message

__all__ = ["entry", "ics", "method_of", "next_sequence"]

_QUARTER_HOUR = dt.timedelta(minutes=15)


def entry(
    *,
    uid: str,
    title: str,
    start: dt.date | dt.datetime,
    sequence: int = 0,
    end: dt.date | dt.datetime | None = None,
    text: str = "",
    place: str = "",
    cancelled: bool = False,
) -> dict[str, Any]:
    """A calendar entry as a message keeps it, in plain JSON.

    Parameters
    ----------
    uid
        What makes it the same entry in the person's calendar.
    start, end
        A day for a whole day (the last one included in ``end``), or moments with a time zone.
    sequence
        From `next_sequence`: calendars take the highest they have seen.
    cancelled
        It is taken out of the calendar.
    """
    said = {"uid": uid, "title": title, "start": start.isoformat(), "sequence": sequence, "text": text, "place": place}
    return {**said, "end": None if end is None else end.isoformat(), "cancelled": cancelled}


def next_sequence(organisation: Organisation, person: str, uid: str) -> int:
    """The sequence of the next word about an entry: 0 where nothing was said of it yet."""
    said = Message.objects.filter(organisation=organisation, person=person, invitation__uid=uid)
    return max((int(kept["sequence"]) + 1 for kept in said.values_list("invitation", flat=True) if kept), default=0)


def method_of(kept: Mapping[str, Any]) -> str:
    """What the entry asks of the calendar (RFC 5546)."""
    return "CANCEL" if kept["cancelled"] else "REQUEST"


def ics(kept: Mapping[str, Any], *, organiser: str, attendee: str, now: dt.datetime) -> bytes:
    """An entry as a calendar file (RFC 5545).

    Parameters
    ----------
    organiser, attendee
        E-mail addresses.
    now
        With a time zone; the entry's stamp.
    """
    event = Event()
    event.add("uid", kept["uid"])
    event.add("sequence", kept["sequence"])
    event.add("dtstamp", now.astimezone(dt.UTC))
    start, end = _span(kept)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", kept["title"])
    for name, value in (("description", kept["text"]), ("location", kept["place"])):
        if value:
            event.add(name, value)
    event.add("status", "CANCELLED" if kept["cancelled"] else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{organiser}"))
    event.add("attendee", vCalAddress(f"mailto:{attendee}"))
    calendar = Calendar()
    calendar.add("prodid", "-//Upshot//Outbox//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method_of(kept))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _span(kept: Mapping[str, Any]) -> tuple[dt.date, dt.date]:
    """Start and end as calendars count: the end of whole days is the day after."""
    if "T" not in kept["start"]:
        start = dt.date.fromisoformat(kept["start"])
        last = dt.date.fromisoformat(kept["end"]) if kept["end"] else start
        return start, last + dt.timedelta(days=1)
    begin = dt.datetime.fromisoformat(kept["start"]).astimezone(dt.UTC)
    return begin, dt.datetime.fromisoformat(kept["end"]).astimezone(dt.UTC) if kept["end"] else begin + _QUARTER_HOUR
