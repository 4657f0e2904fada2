"""A valid statement as the store keeps it: ids in lower case, context activities in arrays, and what it must add."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from upshot.xapi.times import in_utc, written
from upshot.xapi.versions import Version

__all__ = ["completed", "normalised"]

_VERSIONS: Mapping[Version, str] = {Version.V1_0_3: "1.0.0", Version.V2_0_0: "2.0.0"}


def normalised(statement: Mapping[str, object], version: Version) -> dict[str, object]:
    """A valid statement with UUIDs in lower case, context activities as arrays and, under 2.0, timestamps in UTC.

    Everything else stays as it was sent. The argument is not changed.

    Examples
    --------
    >>> normalised({"context": {"contextActivities": {"parent": {"id": "a:b"}}}}, Version.V1_0_3)
    {'context': {'contextActivities': {'parent': [{'id': 'a:b'}]}}}
    """
    changed = dict(statement)
    _lower(changed, "id")
    around = changed.get("context")
    if isinstance(around, dict):
        changed["context"] = _context(around)
    about = changed.get("object")
    if isinstance(about, dict):
        kind = about.get("objectType")
        if kind == "StatementRef":
            changed["object"] = _reference(about)
        elif kind == "SubStatement":
            changed["object"] = normalised(about, version)
    when = changed.get("timestamp")
    if version is Version.V2_0_0 and isinstance(when, str):
        changed["timestamp"] = in_utc(when)
    return changed


def _lower(value: dict[str, object], key: str) -> None:
    text = value.get(key)
    if isinstance(text, str):
        value[key] = text.lower()


def _reference(value: dict[str, object]) -> dict[str, object]:
    changed = dict(value)
    _lower(changed, "id")
    return changed


def _context(value: dict[str, object]) -> dict[str, object]:
    changed = dict(value)
    _lower(changed, "registration")
    other = changed.get("statement")
    if isinstance(other, dict):
        changed["statement"] = _reference(other)
    groups = changed.get("contextActivities")
    if isinstance(groups, dict):
        changed["contextActivities"] = {
            key: entry if isinstance(entry, list) else [entry] for key, entry in groups.items()
        }
    return changed


def completed(
    statement: Mapping[str, object],
    *,
    statement_id: UUID | None,
    authority: Mapping[str, object],
    received: datetime,
    version: Version,
) -> dict[str, object]:
    """A normalised statement with all that a store sets but ``stored``: id, timestamp, version and authority.

    Parameters
    ----------
    statement
        As :func:`normalised` returns it.
    statement_id
        The id to give it when it has none; None where it has one.
    authority
        Who vouches for it; replaces what the statement says.
    received
        The instant to use where the statement says none.
    version
        The version of the request.
    """
    whole = dict(statement)
    if "id" not in whole:
        whole["id"] = str(statement_id)
    if "timestamp" not in whole:
        whole["timestamp"] = written(received)
    whole.setdefault("version", _VERSIONS[version])
    whole["authority"] = dict(authority)
    whole.pop("stored", None)
    return whole
