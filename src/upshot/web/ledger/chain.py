"""The arithmetic of the ledger: what an entry's seal is, and where a chain breaks."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["Break", "Sealed", "canonical", "first_break", "genesis", "seal"]


class Sealed(Protocol):
    """What a chain is checked from."""

    number: int
    at: dt.datetime
    kind: str
    subject: str
    said: str
    previous: str
    seal: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where and how a chain is broken."""

    number: int
    text: str


def genesis(slug: str) -> str:
    """What the first entry of an organisation follows."""
    return hashlib.sha256(f"upshot-ledger/1:{slug}".encode()).hexdigest()


def canonical(body: Mapping[str, Any]) -> str:
    """A body as canonical JSON: sorted keys, no white space, no NaN.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def seal(*, number: int, at: dt.datetime, kind: str, subject: str, said: str, previous: str) -> str:
    """SHA-256 over everything an entry says, one part a line of JSON."""
    parts = [previous, number, at.astimezone(dt.UTC).isoformat(timespec="microseconds"), kind, subject, said]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def first_break(entries: Iterable[Sealed], slug: str) -> Break | None:
    """The first entry that was changed, removed, added or moved; ``None`` where the chain holds."""
    previous, expected = genesis(slug), 1
    for entry in entries:
        if entry.number != expected:
            return Break(expected, f"Entry {expected} is missing: the next one found is number {entry.number}.")
        if entry.previous != previous:
            return Break(entry.number, f"Entry {entry.number} does not follow the entry before it.")
        told = seal(
            number=entry.number,
            at=entry.at,
            kind=entry.kind,
            subject=entry.subject,
            said=entry.said,
            previous=entry.previous,
        )
        if told != entry.seal:
            return Break(entry.number, f"Entry {entry.number} was changed after it was written.")
        previous, expected = entry.seal, expected + 1
    return None
