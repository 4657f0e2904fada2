"""Statements that the product itself makes about a registration, and what they satisfy."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.conf import settings

from upshot.web.content.models import Course, Registration, Session
from upshot.web.lrs.principal import Principal, Scope
from upshot.web.lrs.services.receiving import receive_all
from upshot.xapi.cmi5 import LaunchMode
from upshot.xapi.cmi5_course import Course as Structure
from upshot.xapi.cmi5_course import course_from_plain
from upshot.xapi.cmi5_progress import Progress, after, newly_satisfied
from upshot.xapi.cmi5_statements import Launch, satisfied
from upshot.xapi.decode import encoded
from upshot.xapi.identity import identifier
from upshot.xapi.versions import Version

__all__ = [
    "SCORM_CATEGORY",
    "activity_of",
    "advance",
    "launch_of",
    "principal_of",
    "progress_of",
    "say",
    "structure_of",
]

SCORM_CATEGORY = "https://w3id.org/xapi/scorm"


def structure_of(course: Course) -> Structure:
    """The course as its package describes it."""
    return course_from_plain(course.structure)


def activity_of(course: Course, publisher: str) -> str:
    """The identifier under which statements name a unit or block: ours, since a publisher's may be anywhere twice."""
    return f"{settings.ENVIRONMENT.url}/activities/{uuid5(UUID(str(course.pk)), publisher)}"


def principal_of(organisation: int) -> Principal:
    """In whose name launched courses write to the store."""
    authority: dict[str, object] = {
        "objectType": "Agent",
        "name": "Courses",
        "account": {"homePage": settings.ENVIRONMENT.url, "name": "courses"},
    }
    return Principal(
        organisation=organisation,
        name="Courses",
        scopes=frozenset({Scope.ALL}),
        authority=authority,
        authority_key=identifier(authority) or "",
        account="courses",
    )


def launch_of(session: Session) -> Launch:
    """A session as cmi5's rules see it."""
    registration = session.registration
    return _launch(registration, session.place, str(session.pk), LaunchMode(session.mode))


def _launch(registration: Registration, place: int, session: str, mode: LaunchMode) -> Launch:
    unit = structure_of(registration.course).units[place]
    return Launch(
        actor=registration.actor,
        activity=activity_of(registration.course, unit.id),
        registration=str(registration.pk),
        session=session,
        mode=mode,
        unit=unit,
    )


def unattended(registration: Registration, place: int = 0) -> Launch:
    """A session of nobody, for statements that no launch belongs to."""
    return _launch(registration, place, str(uuid4()), LaunchMode.NORMAL)


def progress_of(registration: Registration) -> Progress:
    """How far a registration has come."""
    kept = registration.progress
    names = ("completed", "passed", "waived", "satisfied")
    return Progress(**{name: frozenset(kept.get(name, ())) for name in names})


def say(course: Course, statements: Sequence[Mapping[str, Any]]) -> None:
    """Store statements of the product; part of the transaction under way."""
    receive_all(principal_of(course.organisation_id), Version.V1_0_3, encoded(list(statements)), {})


def advance(registration: Registration, verbs: Sequence[str], launch: Launch, place: int) -> Progress:
    """Note what happened to a unit, and say what is satisfied by it; the registration must be locked.

    Parameters
    ----------
    registration
        Whose progress.
    verbs
        What happened: completed, passed, waived; empty when a registration begins.
    launch
        The session it happened in.
    place
        The unit's place.
    """
    course = registration.course
    structure, progress = structure_of(course), progress_of(registration)
    for verb in verbs:
        progress = after(progress, verb, place)
    blocks = newly_satisfied(structure, progress)
    if blocks:
        say(course, [_satisfied(course, structure, launch, block) for block in blocks])
    registration.progress = {
        "completed": sorted(progress.completed),
        "passed": sorted(progress.passed),
        "waived": sorted(progress.waived),
        "satisfied": sorted(progress.satisfied | {block.id for block in blocks}),
    }
    registration.save(update_fields=["progress"])
    return progress_of(registration)


def _satisfied(course: Course, structure: Structure, launch: Launch, block: Any) -> dict[str, Any]:
    made = satisfied(launch, block, activity_of(course, block.id), course=block.id == structure.root.id)
    if course.kind != Course.Kind.CMI5:
        made["context"]["contextActivities"]["category"] = [{"objectType": "Activity", "id": SCORM_CATEGORY}]
    return made
