"""Bring an enrolment in step with its records: begun, done, waived, and the certificates that follow."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from upshot.plan.certificates import Given, given, validity
from upshot.plan.progress import Fact, progress
from upshot.web.paths.models import Certificate, Enrolment
from upshot.web.paths.walking import facts_of, path_of

__all__ = ["settle"]

State = Enrolment.State


def settle(enrolment: Enrolment, *, facts: Sequence[Fact] | None = None, on: dt.date | None = None) -> bool:
    """Write down what follows from the records; whether anything changed. Runs in the caller's transaction.

    A paused or withdrawn enrolment stays so: what was done counts, and comes back with it.
    """
    path, day = path_of(enrolment.version), on or timezone.localdate()
    found = facts_of(enrolment) if facts is None else facts
    reached = progress(path, found, starts=enrolment.starts)
    before = (enrolment.state, enrolment.begun, enrolment.done, enrolment.waived)
    enrolment.begun, enrolment.waived = reached.begun, reached.waived
    enrolment.done = reached.done or _by_hand(enrolment)
    enrolment.state = _state(enrolment, day)
    changed = before != (enrolment.state, enrolment.begun, enrolment.done, enrolment.waived)
    if changed:
        enrolment.save(update_fields=["state", "begun", "done", "waived"])
    return _certify(enrolment, found) or changed


def _by_hand(enrolment: Enrolment) -> dt.date | None:
    """The day somebody said by hand that it is done; absent when that was taken back."""
    found = enrolment.certificates.filter(by_hand=True, revoked=None).order_by("given")
    return found.values_list("given", flat=True).first()


def _state(enrolment: Enrolment, day: dt.date) -> str:
    if enrolment.state in (State.PAUSED, State.WITHDRAWN):
        return enrolment.state
    if enrolment.done is not None:
        return State.DONE
    if enrolment.begun is None and enrolment.starts is not None and enrolment.starts > day:
        return State.WAITING
    return State.ACTIVE


def _certify(enrolment: Enrolment, facts: Sequence[Fact]) -> bool:
    """Give the certificates that were earned and are not there yet; none is ever taken back here."""
    path = path_of(enrolment.version)
    if not facts and enrolment.done is None:
        return False
    there = {one.given: one for one in enrolment.certificates.all()}
    kept = [
        Given(day=day, by_hand=one.by_hand, revoked=timezone.localdate(one.revoked) if one.revoked else None)
        for day, one in there.items()
    ]
    new = [day for day in given(path, facts, kept) if day not in there]
    for day in new:
        dates = validity(day, path.recertify)
        Certificate.objects.create(
            enrolment=enrolment, version=enrolment.version, given=day, expires=dates.expires, opens=dates.opens,
            grace=dates.grace,
        )  # fmt: skip
    return bool(new)
