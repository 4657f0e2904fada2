"""The lock's arithmetic: a plan's meaning as canonical JSON, and its SHA-256."""

import datetime as dt
import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, get_args

from upshot.plan.decode import key_of
from upshot.plan.expression import Expression
from upshot.plan.promise import Plan
from upshot.plan.values import Duration

__all__ = ["canonical", "canonical_json", "compact_json", "differences", "plain", "plan_hash"]

_EXPRESSIONS = get_args(Expression)


def canonical(plan: Plan) -> dict[str, Any]:
    """The plan's meaning in plain JSON types.

    Keys that hold their stated default are left out, so that it makes no difference whether a
    default is written; a later key with a default leaves the hashes of today's plans alone.
    Durations are days or months, dates ISO 8601, expressions their one spelling, text NFC.
    """
    meaning = plain(plan)
    assert isinstance(meaning, dict)  # noqa: S101 - a plan is a record
    return {"version": plan.version, **meaning}


def canonical_json(plan: Plan) -> str:
    """Canonical JSON: sorted keys, no spaces, shortest spelling of every number, UTF-8 text."""
    return compact_json(canonical(plan))


def compact_json(meaning: Any) -> str:
    """Plain JSON types as `canonical_json` spells them."""
    return json.dumps(meaning, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def plan_hash(plan: Plan) -> str:
    """SHA-256 of the canonical JSON, 64 hexadecimal digits.

    Comments, the order of keys, the spelling of numbers and written-out defaults do not change it;
    every change of meaning does.
    """
    return hashlib.sha256(canonical_json(plan).encode()).hexdigest()


def differences(before: Plan, after: Plan) -> tuple[str, ...]:
    """Key paths whose meaning differs, sorted; list items with an id are matched by it."""
    old, new = _flat(canonical(before), ""), _flat(canonical(after), "")
    return tuple(sorted(path for path in old.keys() | new.keys() if old.get(path, MISSING) != new.get(path, MISSING)))


def plain(value: Any) -> Any:
    """Any part of a plan in plain JSON types, by the rules of `canonical`."""
    if isinstance(value, Duration):
        return value.short
    if isinstance(value, _EXPRESSIONS):
        return unicodedata.normalize("NFC", str(value))
    if is_dataclass(value):
        held = ((item, getattr(value, item.name)) for item in fields(value))
        return {key_of(item): plain(inner) for item, inner in held if inner != _default(item)}
    if isinstance(value, Mapping):
        return {unicodedata.normalize("NFC", key): plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, float):
        return value + 0.0  # one zero: -0.0 + 0.0 is 0.0
    return value


def _default(item: Field[Any]) -> Any:
    return item.default_factory() if item.default_factory is not MISSING else item.default


def _flat(value: Any, path: str) -> dict[str, Any]:
    if isinstance(value, dict) and value:
        return {k: v for key, inner in value.items() for k, v in _flat(inner, f"{path}.{key}" if path else key).items()}
    if isinstance(value, list) and value:
        pairs = ((_place(inner, index), inner) for index, inner in enumerate(value))
        return {k: v for place, inner in pairs for k, v in _flat(inner, f"{path}[{place}]").items()}
    return {path: value}


def _place(item: Any, index: int) -> str:
    return str(item["id"]) if isinstance(item, dict) and "id" in item else str(index)
