"""State and profile documents: entity tags, what a change needs to know, and how JSON objects merge."""

import hashlib
import re
from dataclasses import dataclass
from enum import Enum

from upshot.errors import ConflictError, PreconditionError, Problem, RequestError
from upshot.xapi.decode import decoded, encoded
from upshot.xapi.versions import Version

__all__ = ["Document", "Kind", "Preconditions", "etag", "merged"]

_CONCURRENCY = "xAPI 1.0.3 Communication 3.1; IEEE 9274.1.1 4.1.4"
_DOCUMENTS = "xAPI 1.0.3 Communication 2.2; IEEE 9274.1.1 4.1.6"
_TAG = re.compile(r'\s*(?:W/)?("[^"]*")\s*')


class Kind(Enum):
    """The three resources that keep documents."""

    STATE = "state"
    AGENT_PROFILE = "agent_profile"
    ACTIVITY_PROFILE = "activity_profile"


@dataclass(frozen=True, slots=True)
class Document:
    """A stored or sent document; the store does not look inside unless it is JSON and to be merged."""

    content: bytes
    content_type: str

    @property
    def is_json(self) -> bool:
        """Whether it says it is JSON."""
        return self.content_type.partition(";")[0].strip().lower() == "application/json"


def etag(content: bytes) -> str:
    """The entity tag of a document: its SHA-1 digest in quotes.

    Examples
    --------
    >>> etag(b"")
    '"da39a3ee5e6b4b0d3255bfef95601890afd80709"'
    """
    return f'"{hashlib.sha1(content, usedforsecurity=False).hexdigest()}"'


@dataclass(frozen=True, slots=True)
class Preconditions:
    """What the caller says about the document it means to change, from If-Match and If-None-Match."""

    if_match: str | None = None
    if_none_match: str | None = None

    def check(self, current: str | None) -> None:
        """Refuse a change of a document that is not as the caller thinks; ``current`` is its entity tag.

        Raises
        ------
        PreconditionError
            When a header does not hold.
        """
        if self.if_match is not None and (current is None or not _names(self.if_match, current)):
            raise PreconditionError(_changed("The document is not the one that If-Match names"))
        if self.if_none_match is not None and current is not None and _names(self.if_none_match, current):
            raise PreconditionError(_changed("The document is there, and If-None-Match asks that it is not"))

    def check_put(self, current: str | None, kind: Kind, version: Version) -> None:
        """Refuse a PUT that would overwrite blindly.

        Raises
        ------
        ConflictError
            When the document exists and neither header was sent (States of 1.0.3 excepted).
        RequestError
            When a profile of 1.0.3 is put without either header.
        PreconditionError
            When a header does not hold.
        """
        state_of_1_0 = kind is Kind.STATE and version is Version.V1_0_3
        if self.if_match is None and self.if_none_match is None and not state_of_1_0:
            if current is not None:
                raise ConflictError(
                    _unguarded("The document exists, and the request does not say which one it replaces")
                )
            if version is Version.V1_0_3:
                raise RequestError(_unguarded("A profile is put with If-Match or If-None-Match"))
        self.check(current)


def _names(header: str, current: str) -> bool:
    if header.strip() == "*":
        return True
    return any(found[1] == current for part in header.split(",") if (found := _TAG.fullmatch(part)) is not None)


def _changed(text: str) -> Problem:
    return Problem(
        code="xapi-precondition", text=f"{text} ({_CONCURRENCY}).", fix="Read it again, and repeat the change."
    )


def _unguarded(text: str) -> Problem:
    fix = "Send If-Match with the entity tag last read, or If-None-Match: * to create it."
    return Problem(code="xapi-concurrency", text=f"{text} ({_CONCURRENCY}).", fix=fix)


def merged(stored: Document | None, sent: Document) -> Document:
    """The document after a POST: JSON objects merge by their top-level properties, a first document is kept as it is.

    Raises
    ------
    RequestError
        When what is sent says it is JSON and is not an object, or when one of two documents is not a JSON object.

    Examples
    --------
    >>> merged(Document(b'{"a":1,"b":2}', "application/json"), Document(b'{"b":3}', "application/json")).content
    b'{"a":1,"b":3}'
    """
    new = _object(sent, "The document sent") if sent.is_json else None
    if stored is None:
        return sent
    old = _object(stored, "The document stored") if stored.is_json else None
    if old is None or new is None:
        text = f"Only JSON objects can be merged, and one of the documents is none ({_DOCUMENTS})."
        raise RequestError(Problem(code="xapi-merge", text=text, fix="Replace the document with PUT."))
    return Document(encoded({**old, **new}), stored.content_type)


def _object(document: Document, what: str) -> dict[str, object]:
    value = decoded(document.content, what)
    if not isinstance(value, dict):
        text = f"{what} is JSON, but not an object ({_DOCUMENTS})."
        raise RequestError(Problem(code="xapi-merge", text=text, fix="Replace the document with PUT."))
    return value
