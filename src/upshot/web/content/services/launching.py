"""Open a unit for a learner: enrolment, session, launch data, the statement that says so, and the address to go to."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import UUID

from django.conf import settings

from upshot.errors import InputError, Problem
from upshot.web.content.models import Course, Registration, Session
from upshot.web.content.services.closing import abandon_open
from upshot.web.content.services.recording import advance, launch_of, say, structure_of, unattended
from upshot.web.content.services.tidying import files_gone
from upshot.web.lrs.folders import Folder
from upshot.web.lrs.selectors.documents import document
from upshot.web.lrs.services.documents import put_document
from upshot.web.lrs.store.transactions import repeated
from upshot.xapi.cmi5 import LAUNCH_DATA, PREFERENCES, LaunchMode
from upshot.xapi.cmi5_statements import Launch, launch_data, launched
from upshot.xapi.decode import encoded
from upshot.xapi.documents import Document, Kind, Preconditions
from upshot.xapi.identity import identifier
from upshot.xapi.versions import Version

__all__ = ["Opened", "actor_of", "digest", "enrol", "open_unit"]


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was opened, and the address that opens the unit; the address is shown once."""

    session: Session
    url: str


def digest(secret: str) -> str:
    """What is kept of a key or token."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def actor_of(person: str) -> dict[str, object]:
    """A person of the roster as statements name them."""
    return {"objectType": "Agent", "account": {"homePage": settings.ENVIRONMENT.url, "name": person}}


def enrol(
    course: Course, *, person: str, actor: Mapping[str, object] | None = None, number: UUID | None = None
) -> Registration:
    """A person's registration for a course; the one they have, unless another ``number`` is asked for.

    What asks for nothing is satisfied from the start, and said so.

    Raises
    ------
    InputError
        When the registration belongs to somebody else, or the person is not on the roster.
    """
    if not person:
        text = "Your sign-in is not linked to the roster, so a course could not record for you."
        raise InputError(Problem(code="not-on-roster", text=text, fix="Ask an administrator to link it."))

    def work() -> Registration:
        # Two clicks at once must not make two registrations: the course's row is where they queue.
        Course.objects.select_for_update().get(pk=course.pk)
        own = Registration.objects.filter(course=course, person=person)
        known = (own.filter(pk=number) if number else own).order_by("created").last()
        if known is not None:
            return known
        made = Registration(course=course, person=person, actor=dict(actor or actor_of(person)))
        if number:
            if Registration.objects.filter(pk=number).exists():
                raise InputError(Problem(code="registration", text="This registration is somebody else's."))
            made.pk = number
        made.save(force_insert=True)
        advance(made, (), unattended(made), 0)
        return made

    return repeated(work)


def open_unit(
    registration: Registration, place: int, *, base: str, return_url: str, mode: LaunchMode = LaunchMode.NORMAL
) -> Opened:
    """Open a unit.

    Parameters
    ----------
    registration
        Whose.
    place
        The unit's place in the course.
    base
        Address under which this server is reached, without a trailing slash.
    return_url
        Where the unit sends the learner when it ends.
    mode
        Normal, Browse or Review.

    Raises
    ------
    InputError
        When the course has no such unit, or was withdrawn and its files are removed.
    """
    course = registration.course
    if place >= len(structure_of(course).units):
        raise InputError(Problem(code="unit", text="The course has no such unit."))
    if files_gone(course):
        text = "The course is offered no longer, and its files are removed. What you did in it is kept."
        raise InputError(Problem(code="course-gone", text=text))
    key = secrets.token_urlsafe(32)

    def work() -> Opened:
        Registration.objects.select_for_update().get(pk=registration.pk)
        abandon_open(registration, place)
        session = Session.objects.create(registration=registration, place=place, mode=mode, key_digest=digest(key))
        launch = launch_of(session)
        plain = _address(course, launch, base, key)
        if course.kind == Course.Kind.CMI5:
            _tell(course, launch, return_url)
            say(course, [launched(launch, plain)])
            return Opened(session, _with_query(plain, _query(launch, f"{base}/content/{key}")))
        return Opened(session, plain)

    return repeated(work)


def _address(course: Course, launch: Launch, base: str, key: str) -> str:
    url = launch.unit.url
    return url if urlsplit(url).scheme else f"{base}/content/{key}/files/{url.lstrip('/')}"


def _query(launch: Launch, own: str) -> dict[str, str]:
    return {
        "endpoint": f"{own}/lrs/",
        "fetch": f"{own}/fetch",
        "actor": json.dumps(launch.actor),
        "registration": launch.registration,
        "activityId": launch.activity,
    }


def _with_query(url: str, more: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(more)) if part)
    return urlunsplit(parts._replace(query=query))


def _tell(course: Course, launch: Launch, return_url: str) -> None:
    """Leave the launch data where the unit looks for them, and preferences where there are none yet."""
    agent = identifier(launch.actor) or ""
    place = Folder(kind=Kind.STATE, activity=launch.activity, agent=agent, registration=launch.registration)
    _put(course, place, LAUNCH_DATA, launch_data(launch, return_url))
    profile = Folder(kind=Kind.AGENT_PROFILE, agent=agent)
    if document(course.organisation_id, profile, PREFERENCES) is None:
        _put(course, profile, PREFERENCES, {"languagePreference": settings.LANGUAGE_CODE, "audioPreference": "on"})


def _put(course: Course, folder: Folder, name: str, content: Mapping[str, object]) -> None:
    sent = Document(encoded(content), "application/json")
    known = document(course.organisation_id, folder, name)
    expected = Preconditions(None, "*") if known is None else Preconditions(known.etag, None)
    put_document(course.organisation_id, folder, name, sent, expected, Version.V1_0_3)
