"""Bring enrolments in step with their records: begun, done, waived, and the certificates that follow."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from upshot.plan.certificates import Given, given, validity
from upshot.plan.progress import Fact, progress
from upshot.web.paths.models import Certificate, Enrolment
from upshot.web.paths.walking import facts_of, path_of

__all__ = ["Settled", "settle", "settled"]

State = Enrolment.State
_COLUMNS = ("state", "begun", "done", "waived")


def settle(enrolment: Enrolment, *, on: dt.date | None = None) -> None:
    """Write down what follows from one enrolment's records. Runs in the caller's transaction."""
    settled([enrolment], {enrolment.pk: facts_of(enrolment)}, on=on).store()


@dataclass(frozen=True, slots=True)
class Settled:
    """What follows from facts: enrolments that changed, and certificates that were earned."""

    changed: list[Enrolment]
    earned: list[Certificate]

    def store(self) -> None:
        """Write it down, in few statements however much it is."""
        Enrolment.objects.bulk_update(self.changed, _COLUMNS, batch_size=500)
        Certificate.objects.bulk_create(self.earned, batch_size=500, ignore_conflicts=True)


def settled(
    enrolments: Sequence[Enrolment], facts: Mapping[object, Sequence[Fact]], *, on: dt.date | None = None
) -> Settled:
    """Change each enrolment to what follows from its facts; what is stored already is to be stored again.

    A paused or withdrawn enrolment stays so: what was done counts, and comes back with it. A certificate is never
    taken back here.
    """
    day = on or timezone.localdate()
    found = Settled([], [])
    for enrolment in enrolments:
        own, there = facts[enrolment.pk], list(enrolment.certificates.all())
        if _settled(enrolment, own, there, day) and not enrolment._state.adding:
            found.changed.append(enrolment)
        found.earned.extend(_earned(enrolment, own, there))
    return found


def _settled(enrolment: Enrolment, facts: Sequence[Fact], there: Sequence[Certificate], day: dt.date) -> bool:
    """Change the enrolment to what the facts say; whether that is anything new."""
    before = [getattr(enrolment, name) for name in _COLUMNS]
    reached = progress(path_of(enrolment.version), facts, starts=enrolment.starts)
    by_hand = min((one.given for one in there if one.by_hand and one.revoked is None), default=None)
    enrolment.begun, enrolment.waived = reached.begun, reached.waived
    enrolment.done = reached.done or by_hand
    enrolment.state = _state(enrolment, day)
    return before != [getattr(enrolment, name) for name in _COLUMNS]


def _state(enrolment: Enrolment, day: dt.date) -> str:
    if enrolment.state in (State.PAUSED, State.WITHDRAWN):
        return enrolment.state
    if enrolment.done is not None:
        return State.DONE
    if enrolment.begun is None and enrolment.starts is not None and enrolment.starts > day:
        return State.WAITING
    return State.ACTIVE


def _earned(enrolment: Enrolment, facts: Sequence[Fact], there: Sequence[Certificate]) -> list[Certificate]:
    """Certificates that follow from the facts and are not there yet."""
    if not facts and not there:
        return []
    path, days = path_of(enrolment.version), {one.given for one in there}
    kept = [
        Given(
            day=one.given, by_hand=one.by_hand, revoked=timezone.localdate(one.revoked) if one.revoked else None
        )
        for one in there
    ]  # fmt: skip
    new = [validity(day, path.recertify) for day in given(path, facts, kept) if day not in days]
    return [
        Certificate(
            enrolment=enrolment, version=enrolment.version, given=one.given, expires=one.expires, opens=one.opens,
            grace=one.grace,
        )
        for one in new
    ]  # fmt: skip
