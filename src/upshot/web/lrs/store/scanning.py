"""All of an organisation's statements, in the order they were stored, a bounded number at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from upshot.web.lrs.store.dialect import uuid_of

__all__ = ["CHUNK", "Stored", "statements_after"]

CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Stored:
    """A statement as the scan meets it."""

    stored: int
    id: UUID
    payload: bytes = field(repr=False)
    offset_minutes: int
    voided: bool


def statements_after(organisation: int, after: int, *, chunk: int = CHUNK) -> Iterator[list[Stored]]:
    """Statements stored after an instant, oldest first, in lists of at most ``chunk``.

    Since instants become visible in their order, what is read up to one is complete.
    """
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT stored, statement_id, payload, offset_minutes, voided FROM lrs_statement "
                f"WHERE organisation_id = %s AND stored > %s ORDER BY stored LIMIT {chunk}",
                [organisation, after],
            )
            rows = [
                Stored(int(stored), uuid_of(one), bytes(payload), int(offset), bool(voided))
                for stored, one, payload, offset, voided in cursor.fetchall()
            ]
        if not rows:
            return
        after = rows[-1].stored
        yield rows
