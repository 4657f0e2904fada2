"""When two statements are the same one: what a store may add or reorder is left out of the comparison."""

import hashlib
from collections.abc import Mapping

from upshot.xapi.decode import encoded
from upshot.xapi.times import comparable_duration, instant, parse_timestamp

__all__ = ["comparable", "fingerprint", "same"]

#: Set by the store, or by transport; never part of what a statement says (xAPI 1.0.3 Data 2.3.1).
_STORE_SETS = ("id", "stored", "timestamp", "authority", "version", "attachments")
_ANY_ORDER = ("parent", "grouping", "category", "other", "member")


def comparable(statement: Mapping[str, object]) -> dict[str, object]:
    """What a statement says, in a form in which equal statements are equal values.

    Left out: what a store sets (id, stored, timestamp, authority, version, attachments), activity definitions and verb
    displays. Brought to one form: the order of group members and context activities, a single context activity, default
    object types, the case of UUIDs, instants, and durations finer than a hundredth of a second.
    """
    kept = {key: value for key, value in statement.items() if key not in _STORE_SETS}
    return {key: _part(key, value) for key, value in kept.items()}


def _part(key: str, value: object) -> object:
    if key in ("actor", "instructor", "team", "agent", "group"):
        return _actor(value)
    if key == "verb":
        return {"id": value.get("id")} if isinstance(value, Mapping) else value
    if key == "object":
        return _object(value)
    if key == "context" and isinstance(value, Mapping):
        return {name: _part(name, part) for name, part in value.items()}
    if key == "result" and isinstance(value, Mapping):
        return {name: _part(name, part) for name, part in value.items()}
    return _leaf(key, value)


def _leaf(key: str, value: object) -> object:
    if key == "duration" and isinstance(value, str):
        return comparable_duration(value)
    if key == "registration" and isinstance(value, str):
        return value.lower()
    if key == "statement":
        return _object(value)
    if key == "contextActivities" and isinstance(value, Mapping):
        return {name: _unordered([_activity(one) for one in _listed(part)]) for name, part in value.items()}
    if key in ("contextAgents", "contextGroups") and isinstance(value, list):
        return [{name: _part(name, part) for name, part in one.items()} for one in value if isinstance(one, Mapping)]
    return value


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _unordered(values: list[object]) -> list[object]:
    return sorted(values, key=lambda value: encoded(value, ordered=True))


def _actor(value: object) -> object:
    if not isinstance(value, Mapping):
        return value
    plain = {"objectType": "Agent", **value}
    members = plain.get("member")
    if isinstance(members, list):
        plain["member"] = _unordered([_actor(member) for member in members])
    return plain


def _activity(value: object) -> object:
    return {"objectType": "Activity", "id": value.get("id")} if isinstance(value, Mapping) else value


def _object(value: object) -> object:
    if not isinstance(value, Mapping):
        return value
    kind = value.get("objectType", "Activity")
    if kind == "Activity":
        return _activity(value)
    if kind in ("Agent", "Group"):
        return _actor(value)
    if kind == "StatementRef":
        return {**value, "id": str(value.get("id")).lower()}
    return _sub_statement(value)


def _sub_statement(value: Mapping[str, object]) -> dict[str, object]:
    said = comparable(value)
    when = value.get("timestamp")
    if isinstance(when, str) and parse_timestamp(when) is not None:
        said["timestamp"] = instant(when).isoformat()
    return said


def fingerprint(statement: Mapping[str, object]) -> str:
    """SHA-256 of what a statement says; equal for statements that are the same."""
    return hashlib.sha256(encoded(comparable(statement), ordered=True)).hexdigest()


def same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether two statements say the same (xAPI 1.0.3 Data 2.3.1; IEEE 9274.1.1 4.2.3).

    Examples
    --------
    >>> verb = {"id": "http://example.com/verbs/did"}
    >>> same({"verb": verb, "stored": "2026-01-01T00:00:00Z"}, {"verb": {**verb, "display": {"en": "did"}}})
    True
    """
    return encoded(comparable(one), ordered=True) == encoded(comparable(other), ordered=True)
