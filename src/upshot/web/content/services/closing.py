"""Close what did not close itself, and count a unit as done without its being taken."""

import datetime as dt
from uuid import UUID

from django.utils import timezone

from upshot.errors import InputError, Problem
from upshot.web.content.models import Registration, Session
from upshot.web.content.services.recording import (
    SCORM_CATEGORY,
    advance,
    launch_of,
    progress_of,
    say,
    structure_of,
    unattended,
)
from upshot.web.lrs.store.transactions import repeated
from upshot.xapi.cmi5 import ALLOWED_REASONS, WAIVED
from upshot.xapi.cmi5_progress import done
from upshot.xapi.cmi5_statements import abandoned, waived

__all__ = ["LONGEST", "abandon", "abandon_open", "waive"]

LONGEST = dt.timedelta(hours=24)
"""A session is over this long after it was opened."""


def abandon(session_id: UUID) -> None:
    """End a session that is still open, and say so; from then on its token opens nothing."""

    def work() -> None:
        known = Session.objects.get(pk=session_id)
        Registration.objects.select_for_update().get(pk=known.registration_id)
        session = Session.objects.select_related("registration__course").get(pk=session_id)
        if session.ended is None:
            _end(session)

    repeated(work)


def abandon_open(registration: Registration, place: int) -> None:
    """End the sessions of a unit that are still open, before it is opened once more; the registration is locked."""
    found = Session.objects.filter(registration=registration, place=place, ended=None)
    for session in found.select_related("registration__course"):
        _end(session)


def _end(session: Session) -> None:
    now = timezone.now()
    made = abandoned(launch_of(session), min(session.heard, now) - session.opened)
    if session.registration.course.kind == session.registration.course.Kind.CMI5:
        say(session.registration.course, [made])
    session.ended, session.abandoned = now, True
    session.save(update_fields=["ended", "abandoned"])


def waive(registration: Registration, place: int, reason: str) -> None:
    """Count a unit as done without its being taken.

    Raises
    ------
    InputError
        When the reason is none of cmi5's, the course has no such unit, or it is done already.
    """
    if reason not in ALLOWED_REASONS:
        text = "This is no reason for waiving."
        raise InputError(Problem(code="waive-reason", text=text, fix=f"Choose from {', '.join(ALLOWED_REASONS)}."))
    units = structure_of(registration.course).units
    if place >= len(units):
        raise InputError(Problem(code="unit", text="The course has no such unit."))

    def work() -> None:
        locked = Registration.objects.select_for_update().select_related("course").get(pk=registration.pk)
        if done(units[place], place, progress_of(locked)):
            raise InputError(Problem(code="waive-done", text="The unit counts as done already."))
        launch = unattended(locked, place)
        made = waived(launch, reason)
        if locked.course.kind != locked.course.Kind.CMI5:
            made["context"]["contextActivities"]["category"] = [{"objectType": "Activity", "id": SCORM_CATEGORY}]
        say(locked.course, [made])
        advance(locked, (WAIVED,), launch, place)

    repeated(work)
