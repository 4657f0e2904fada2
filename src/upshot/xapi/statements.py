"""The rules of a whole statement: every property of xAPI 1.0.3 and 2.0, and what must hold between them."""

from upshot.errors import Problem, StatementError
from upshot.xapi.activities import activity
from upshot.xapi.actors import actor, authority, group
from upshot.xapi.contexts import context
from upshot.xapi.references import statement_reference
from upshot.xapi.report import Path, Report, Section
from upshot.xapi.results import result
from upshot.xapi.scalars import is_iri, is_irl, is_media_type, is_sha2, is_uuid
from upshot.xapi.shapes import Check, LanguageMap, ListOf, Rule, Shape, Text, kind_of
from upshot.xapi.times import is_timestamp
from upshot.xapi.versions import Version, allowed_in_statement

__all__ = ["VOIDED", "check_statement", "problems_of"]

#: The verb whose statement voids another.
VOIDED = "http://adlnet.gov/expapi/verbs/voided"

_STATEMENT = Section("2.4", "4.2.2")
_ID = Section("2.4.1", "4.2.4.2")
_VERB = Section("2.4.3", "4.2.2.2")
_OBJECT = Section("2.4.4", "4.2.2.3")
_SUB_STATEMENT = Section("2.4.4.3", "4.2.2.3")
_CONTEXT = Section("2.4.6", "4.2.2.5")
_TIMESTAMP = Section("2.4.7", "4.2.4.2")
_STORED = Section("2.4.8", "4.2.4.2")
_VERSION = Section("2.4.10", "4.2.4.3")
_ATTACHMENT = Section("2.4.11", "4.2.2.6")
_VOIDING = Section("2.3.2", "4.2.5")

_verb = Shape(
    name="a verb",
    section=_VERB,
    properties={
        "id": Text(section=_VERB, test=is_iri, expected="an IRI", example="http://adlnet.gov/expapi/verbs/completed"),
        "display": LanguageMap(_VERB),
    },
    required=("id",),
)


def _whole(value: object, path: Path, report: Report) -> None:
    if type(value) is not int or value < 0:
        report.add(path, _ATTACHMENT, "xapi-type", f"The length must be a whole number, and it is {kind_of(value)}")


_attachment = Shape(
    name="an attachment",
    section=_ATTACHMENT,
    properties={
        "usageType": Text(section=_ATTACHMENT, test=is_iri, expected="an IRI"),
        "display": LanguageMap(_ATTACHMENT),
        "description": LanguageMap(_ATTACHMENT),
        "contentType": Text(section=_ATTACHMENT, test=is_media_type, expected="a media type", example="image/png"),
        "length": _whole,
        "sha2": Text(section=_ATTACHMENT, test=is_sha2, expected="a SHA-2 digest in hexadecimal"),
        "fileUrl": Text(section=_ATTACHMENT, test=is_irl, expected="an IRL"),
    },
    required=("usageType", "display", "contentType", "length", "sha2"),
)


def _timestamp(section: Section) -> Check:
    def check(value: object, path: Path, report: Report) -> None:
        if type(value) is not str or not is_timestamp(value, report.version):
            form = "ISO 8601" if report.version is Version.V1_0_3 else "RFC 3339"
            text = f"The property must be a timestamp ({form}, offset known)"
            shown = value if isinstance(value, str) else None
            report.add(path, section, "xapi-timestamp", text, "Write it like 2026-11-24T08:30:00.000Z.", shown)

    return check


def _version(value: object, path: Path, report: Report) -> None:
    if type(value) is not str or not allowed_in_statement(value, report.version):
        text = f"A statement sent as xAPI {report.version.value} cannot have this version"
        report.add(path, _VERSION, "xapi-version", text, "Leave it out, or write 1.0.0 or the version of the request.")


def _context_fits_object(value: dict[str, object], path: Path, report: Report) -> None:
    about, around = value.get("object"), value.get("context")
    if not isinstance(about, dict) or not isinstance(around, dict):
        return
    if about.get("objectType", "Activity") == "Activity":
        return
    for key in ("revision", "platform"):
        if key in around:
            text = "The property is allowed only where the object is an activity"
            report.add(((path, "context"), key), _CONTEXT, "xapi-context", text)


def _voiding_has_reference(value: dict[str, object], path: Path, report: Report) -> None:
    verb, about = value.get("verb"), value.get("object")
    if not isinstance(verb, dict) or verb.get("id") != VOIDED:
        return
    if not isinstance(about, dict) or about.get("objectType") != "StatementRef":
        text = "A voiding statement must name the statement it voids by a StatementRef"
        report.add((path, "object"), _VOIDING, "xapi-voiding", text)


_SHARED: dict[str, Check] = {
    "actor": actor,
    "verb": _verb,
    "result": result,
    "context": context,
    "timestamp": _timestamp(_TIMESTAMP),
    "attachments": ListOf(_ATTACHMENT, _attachment),
}
_RULES: tuple[Rule, ...] = (_context_fits_object, _voiding_has_reference)
_REQUIRED = ("actor", "verb", "object")


def _object_of(kinds: dict[str, Check]) -> Check:
    def check(value: object, path: Path, report: Report) -> None:
        if type(value) is not dict:
            report.add(path, _OBJECT, "xapi-type", f"The object must be an object, and it is {kind_of(value)}")
            return
        kind = value.get("objectType", "Activity")
        found = kinds.get(kind) if isinstance(kind, str) else None
        if found is None:
            text = f"The object's objectType must be one of {', '.join(kinds)}"
            report.add((path, "objectType"), _OBJECT, "xapi-value", text)
        else:
            found(value, path, report)

    return check


_KINDS: dict[str, Check] = {"Activity": activity, "Agent": actor, "Group": group, "StatementRef": statement_reference}

sub_statement = Shape(
    name="a sub-statement",
    section=_SUB_STATEMENT,
    properties={
        "objectType": Text(section=_SUB_STATEMENT, test=lambda text: text == "SubStatement", expected="SubStatement"),
        "object": _object_of(_KINDS),
        **_SHARED,
    },
    required=("objectType", *_REQUIRED),
    rules=_RULES,
)

_statement = Shape(
    name="a statement",
    section=_STATEMENT,
    properties={
        "id": Text(section=_ID, test=is_uuid, expected="a UUID", example="6690e6c9-3ef0-4ed3-8b37-7f3964730bee"),
        "object": _object_of({**_KINDS, "SubStatement": sub_statement}),
        "stored": _timestamp(_STORED),
        "authority": authority,
        "version": _version,
        **_SHARED,
    },
    required=_REQUIRED,
    rules=_RULES,
)


def problems_of(value: object, version: Version) -> list[Problem]:
    """Everything that is wrong with one decoded statement; empty when it is valid.

    Examples
    --------
    >>> found = problems_of({"actor": {"mbox": "mailto:a@example.com"}, "verb": {"id": "x"}}, Version.V1_0_3)
    >>> [(problem.column, problem.code) for problem in found]
    [('verb.id', 'xapi-value'), ('object', 'xapi-missing')]
    """
    report = Report(version, [])
    _statement(value, None, report)
    return report.problems


def check_statement(value: object, version: Version) -> dict[str, object]:
    """The statement itself, when it is valid.

    Raises
    ------
    StatementError
        With every problem found.
    """
    found = problems_of(value, version)
    if found or not isinstance(value, dict):
        raise StatementError(found)
    return value
