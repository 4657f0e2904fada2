"""A calendar of days as iCalendar text (RFC 5545): escaped, folded, with identifiers that stay."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["AllDay", "icalendar"]

_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})
_MOST = 75
"""Octets of a line, its end left out (RFC 5545, 3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllDay:
    """One event of a whole day; ``uid`` is the same in every export."""

    uid: str
    day: dt.date
    title: str
    text: str
    url: str


def icalendar(name: str, events: Iterable[AllDay], *, now: dt.datetime) -> str:
    """The calendar's text, its lines ended as the standard asks.

    Parameters
    ----------
    now
        With a time zone; written in UTC as the time of export.
    """
    stamp = f"{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Upshot//Reviews//EN", f"X-WR-CALNAME:{_escaped(name)}"]
    for event in events:
        lines += _event(event, stamp)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(event: AllDay, stamp: str) -> list[str]:
    after = event.day + dt.timedelta(days=1)
    return [
        "BEGIN:VEVENT",
        f"UID:{_escaped(event.uid)}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        f"SUMMARY:{_escaped(event.title)}",
        f"DESCRIPTION:{_escaped(event.text)}",
        f"URL:{event.url}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    return text.replace("\r\n", "\n").translate(_ESCAPED)


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, never within a letter; those after the first begin with a space."""
    pieces, piece, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > _MOST:
            pieces.append(piece)
            piece, size = " ", 1
        piece += letter
        size += octets
    return "\r\n".join([*pieces, piece])
