"""One turn of a writer: a transaction on the organisation's clock, repeated when the database asks for it."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import OperationalError, connection, transaction

from upshot.web.lrs.store.dialect import now_expression, postgres, rows
from upshot.web.lrs.store.turnstile import ADVISORY, nobody_writes, turnstile

__all__ = ["CONSISTENT_LAG", "LONGEST_TURN", "StoreBusy", "Turn", "consistent_through", "in_turn", "repeated"]

_Result = TypeVar("_Result")

ATTEMPTS = 6
_FIRST_WAIT = 0.02

CONSISTENT_LAG = 10_000_000
"""Microseconds: a turn that takes longer between its instant and its end is given up, so that no statement appears
with an instant before what readers were told is complete."""
LONGEST_TURN = CONSISTENT_LAG // 2


class StoreBusy(Exception):  # noqa: N818 - it names a state the caller waits out, not a mistake
    """The database could not take the write now; the same request may succeed a little later."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a writer got: the first of its instants, in microseconds since 1970, and the age of what may be cached."""

    organisation: int
    first: int
    names: int
    definitions: int


def repeated(work: Callable[[], _Result]) -> _Result:
    """Do ``work`` in one transaction; again, a little later, when the database reports a lock or a lost race.

    Raises
    ------
    StoreBusy
        When it did not work out in time.
    """
    if connection.in_atomic_block:
        return work()
    wait = _FIRST_WAIT
    for attempt in range(ATTEMPTS):
        try:
            with turnstile(), transaction.atomic():
                return work()
        except OperationalError as error:
            if attempt == ATTEMPTS - 1:
                raise StoreBusy("The database is busy.") from error
        time.sleep(wait * (0.5 + random.random()))  # noqa: S311 - spreads writers, guards nothing
        wait *= 2
    raise StoreBusy("The database is busy.")


def in_turn(organisation: int, instants: int, work: Callable[[Turn], _Result]) -> _Result:
    """Do ``work`` in the organisation's turn, with so many instants of its own.

    Writers of an organisation follow each other: the row of its clock is locked until the end of the transaction. So
    ``stored`` increases in the order in which statements become visible, and two batches cannot wait for each other.
    A turn without instants, to delete, may take longer: no statement of its own can appear late.
    """

    def turn() -> _Result:
        started = time.monotonic_ns()
        result = work(_advance(organisation, instants))
        if instants and (time.monotonic_ns() - started) // 1000 > LONGEST_TURN:
            raise OperationalError("The turn took too long.")
        return result

    return repeated(turn)


def _advance(organisation: int, instants: int) -> Turn:
    now, parameters = now_expression()
    waits = f" AND pg_advisory_xact_lock({ADVISORY}, organisation_id::int)::text IS NOT NULL" if postgres() else ""
    update = (
        f"UPDATE lrs_clock SET last = CASE WHEN last >= {now} THEN last ELSE {now} END + %s "
        f"WHERE organisation_id = %s{waits} RETURNING last, names, definitions"
    )
    advanced = rows(update, [*parameters, *parameters, instants, organisation])
    if not advanced:
        rows(
            "INSERT INTO lrs_clock (organisation_id, last, names, definitions) VALUES (%s, 0, %s, 0) "
            "ON CONFLICT DO NOTHING",
            [organisation, time.time_ns() // 1000],
        )
        advanced = rows(update, [*parameters, *parameters, instants, organisation])
    ((last, names, definitions),) = advanced
    return Turn(organisation, int(last) - instants + 1, int(names), int(definitions))


def consistent_through(organisation: int) -> int:
    """The instant, in microseconds, up to which every statement that is or will be stored can be read.

    It is now when no writer is at work: whoever begins after this moment gets a later instant. Else it is the last
    instant that was given out and finished, or a moment so long ago that no turn can have lasted until here.
    """
    now, parameters = now_expression()
    quiet = f"pg_try_advisory_xact_lock_shared({ADVISORY}, %s)" if postgres() else "%s"
    asked = organisation if postgres() else nobody_writes()
    ((moment, free, last),) = rows(
        f"SELECT {now}, {quiet}, coalesce((SELECT last FROM lrs_clock WHERE organisation_id = %s), 0)",
        [*parameters, asked, organisation],
    )
    return max(int(last), int(moment) - (0 if free else CONSISTENT_LAG))
