"""What a launched unit may ask of the store: its own documents, its own registration, statements that keep to cmi5."""

import hmac
import secrets
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from typing import Final

from django.utils import timezone

from upshot.errors import Problem, RequestError
from upshot.web.content.models import Course, Registration, Session
from upshot.web.content.services.closing import LONGEST
from upshot.web.content.services.launching import digest
from upshot.web.content.services.recording import advance, launch_of, progress_of
from upshot.web.lrs.store.reading import one_statement
from upshot.web.lrs.views.call import Call
from upshot.xapi.attachments import split_request
from upshot.xapi.cmi5 import COMPLETED, LAUNCH_DATA, PASSED, PREFERENCES, TERMINATED
from upshot.xapi.cmi5_rules import Standing, preference_problems, statement_problems, verb_that_counts
from upshot.xapi.decode import as_object, decoded
from upshot.xapi.identity import identifier
from upshot.xapi.scalars import is_uuid

__all__ = ["authorised", "fetch_token", "locked", "new_verbs", "problems_of_call", "session_by_key", "took"]

_PREPARATION: Final = frozenset({LAUNCH_DATA, PREFERENCES})
_WRITES: Final = frozenset({"PUT", "POST", "DELETE"})


def session_by_key(key: str) -> Session | None:
    """The session whose addresses carry this key, while they hold."""
    found = Session.objects.select_related("registration__course__organisation").filter(key_digest=digest(key)).first()
    return found if found is not None and timezone.now() < found.opened + LONGEST else None


def locked(session: Session) -> Session:
    """The session as it is now, with its registration locked until the end of the transaction."""
    Registration.objects.select_for_update().get(pk=session.registration_id)
    return Session.objects.select_related("registration__course").get(pk=session.pk)


def fetch_token(session: Session) -> str | None:
    """The token that opens the store for a session: given out once, and only while the session is open."""
    secret = secrets.token_hex(32)
    open_ = Session.objects.filter(pk=session.pk, token_digest="", ended=None)
    if session.registration.course.kind != Course.Kind.CMI5 or not open_.update(token_digest=digest(secret)):
        return None
    return b64encode(f"{session.pk}:{secret}".encode()).decode()


def authorised(session: Session, header: str | None) -> bool:
    """Whether an ``Authorization`` header carries the session's token."""
    scheme, _, value = (header or "").partition(" ")
    try:
        name, _, secret = b64decode(value.strip(), validate=True).decode().partition(":")
    except (Base64Error, UnicodeDecodeError, ValueError):
        return False
    known = bool(session.token_digest) and scheme.lower() == "basic" and name == str(session.pk)
    return known and hmac.compare_digest(session.token_digest, digest(secret))


def problems_of_call(session: Session, resource: str, call: Call) -> list[Problem]:
    """Why a request of a unit is refused with 403; empty when the store may see it."""
    if session.ended is not None:
        return [_no("The session has ended.", "Open the unit again.")]
    if resource == "statements":
        return _sent(session, call) if call.method in ("PUT", "POST") else _read(session, call)
    return [*_whose(session, call), *_document(resource, call)]


def _read(session: Session, call: Call) -> list[Problem]:
    asked = _one(call, "registration").lower()
    if asked == str(session.registration_id) and not {"statementId", "voidedStatementId"} & set(call.parameters):
        return []
    return [_no("A unit reads statements of its own registration.", "Set the parameter registration.")]


def _whose(session: Session, call: Call) -> list[Problem]:
    """Whether agent, activity and registration, where they are named, are those of the launch."""
    launch, problems = launch_of(session), []
    agent = _one(call, "agent")
    if agent and _key(agent) != identifier(launch.actor):
        problems.append(_no("A unit works with documents of its own learner.", "", "agent"))
    activity = _one(call, "activityId")
    if activity and activity != launch.activity:
        problems.append(_no("A unit works with documents of its own activity.", "", "activityId"))
    registration = _one(call, "registration")
    if registration and registration.lower() != launch.registration:
        problems.append(_no("A unit works with documents of its own registration.", "", "registration"))
    return problems


def _document(resource: str, call: Call) -> list[Problem]:
    if call.method not in _WRITES:
        return []
    state, profile = _one(call, "stateId"), _one(call, "profileId")
    if resource == "state" and (state == LAUNCH_DATA or not state):
        return [_no("A unit may read its launch data, not change them.", "Name another document.", "stateId")]
    if resource == "agents/profile" and profile == PREFERENCES and _one(call, "agent") and call.method != "DELETE":
        return preference_problems(_lenient(call.body), call.content_type)
    return []


def _sent(session: Session, call: Call) -> list[Problem]:
    launch, standing = launch_of(session), _standing(session)
    problems: list[Problem] = []
    for statement in _statements(call):
        if not _stored(session, statement):
            problems += statement_problems(statement, launch, standing)
            standing = standing.then(verb_that_counts(statement))
    return problems


def _standing(session: Session) -> Standing:
    progress = progress_of(session.registration)
    return Standing(
        verbs=frozenset(session.verbs),
        completed=session.place in progress.completed,
        passed=session.place in progress.passed,
        prepared=set(session.read) >= _PREPARATION,
    )


def _statements(call: Call) -> list[object]:
    """What was sent, with the id of a PUT; whatever the store will refuse anyway is passed on as it is."""
    body, _ = split_request(call.content_type, call.body)
    value = decoded(body, "The statements")
    if isinstance(value, dict) and call.method == "PUT":
        return [{"id": _one(call, "statementId"), **value}]
    return value if isinstance(value, list) else [value]


def _stored(session: Session, statement: object) -> bool:
    """Whether it is there already: a unit that did not hear the answer repeats itself, and the store decides."""
    own = statement.get("id") if isinstance(statement, Mapping) else None
    if not isinstance(own, str) or not is_uuid(own):
        return False
    return one_statement(session.registration.course.organisation_id, own, voided=False) is not None


def new_verbs(session: Session, call: Call) -> list[str]:
    """Verbs of cmi5 in what is sent, of statements that are not stored yet."""
    found = (verb_that_counts(one) for one in _statements(call) if not _stored(session, one))
    return [verb for verb in found if verb is not None]


def took(session: Session, resource: str, call: Call, verbs: list[str]) -> None:
    """Note what the store answered well: what was read, what was done, what that satisfies."""
    named = {_one(call, "stateId"), _one(call, "profileId")} & _PREPARATION
    if call.method == "GET" and resource in ("state", "agents/profile") and named:
        session.read = sorted({*session.read, *named})
    session.heard = timezone.now()
    if verbs:
        session.verbs = sorted({*session.verbs, *verbs})
        if TERMINATED in verbs:
            session.ended = session.heard
    session.save(update_fields=["read", "heard", "verbs", "ended"])
    counting = [verb for verb in verbs if verb in (COMPLETED, PASSED)]
    if counting:
        advance(session.registration, counting, launch_of(session), session.place)


def _one(call: Call, name: str) -> str:
    return next(iter(call.parameters.get(name, ())), "")


def _key(agent: str) -> str | None:
    try:
        return identifier(as_object(agent, "The agent"))
    except RequestError:
        return None


def _lenient(body: bytes) -> object:
    try:
        return decoded(body)
    except RequestError:
        return None


def _no(text: str, fix: str, column: str | None = None) -> Problem:
    return Problem(code="cmi5-access", text=text, fix=fix, column=column)
