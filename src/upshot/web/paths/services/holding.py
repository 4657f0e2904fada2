"""Live sessions as whoever holds them sees them: planned, cancelled, and who was there."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.paths.models import LiveSession, SignUp, StepRecord
from upshot.web.paths.services.recording import record_step, take_back

__all__ = ["cancel_session", "note_attendance", "plan_session"]


def plan_session(
    *, viewer: Viewer, initiative: str, step: str, starts: dt.datetime, minutes: int, place: str, seats: int
) -> LiveSession:
    """Plan a date; the same step at the same time and place again is the date there is."""
    made, new = LiveSession.objects.get_or_create(
        organisation=viewer.organisation,
        initiative=initiative,
        step=step,
        starts=starts,
        place=place.strip(),
        cancelled=None,
        defaults={"minutes": minutes, "seats": seats, "planned_by": viewer.user},
    )
    if new:
        record(viewer, "session-planned", f"{initiative}/{step}", seats=seats)
    return made


def cancel_session(*, viewer: Viewer, session: LiveSession) -> None:
    """Cancel a date; whoever has a seat chooses another.

    Raises
    ------
    InputError
        If somebody's presence is noted already: then it was held.
    """
    if session.sign_ups.filter(attended=True).exists():
        raise InputError(Problem(code="held", text=_("This session was held; its list says who was there.")))
    if session.cancelled is None:
        LiveSession.objects.filter(pk=session.pk).update(cancelled=timezone.now())
        record(viewer, "session-cancelled", f"session {session.pk}")


def note_attendance(*, viewer: Viewer, session: LiveSession, present: Collection[int]) -> int:
    """Write down who was there, by the sign-ups' numbers; how many were. The step counts for them from that day.

    Noted again it is corrected: who was not there after all loses the record that this session gave.

    Raises
    ------
    InputError
        If the session has not begun, or was cancelled.
    """
    if session.cancelled is not None or session.starts > timezone.now():
        text = _("Presence is noted once a session has begun.")
        raise InputError(Problem(code="not-begun", text=text, fix=_("Come back when it is held.")))
    ends = session.starts + dt.timedelta(minutes=session.minutes)
    with transaction.atomic():
        taken = SignUp.objects.filter(session=session).select_related("enrolment__version", "enrolment__organisation")
        for one in taken.select_for_update(of=("self",)):
            there = one.pk in present
            if one.attended != there:
                SignUp.objects.filter(pk=one.pk).update(attended=there)
                _follow(viewer, one, ends, there)
    record(viewer, "attendance-noted", f"session {session.pk}", present=len(present))
    return len(present)


def _follow(viewer: Viewer, one: SignUp, ends: dt.datetime, there: bool) -> None:
    step = one.session.step
    if there:
        record_step(
            enrolment=one.enrolment, step=step, at=ends, seconds=one.session.minutes * 60.0,
            source=StepRecord.Source.HAND, by=viewer.user,
        )  # fmt: skip
    else:
        take_back(enrolment=one.enrolment, step=step, verb=StepRecord.Verb.COMPLETED, at=ends)
