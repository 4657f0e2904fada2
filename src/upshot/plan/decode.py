"""Positioned nodes to frozen types by their annotations, collecting every problem on the way."""

import datetime as dt
import re
import types
import typing
from collections.abc import Mapping as AbcMapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from upshot.plan.expression import Expression
from upshot.plan.expression_parser import ExpressionError, parse_expression
from upshot.plan.promise import did_you_mean
from upshot.plan.tree import Mapping, Node, Scalar, Sequence, is_null, number
from upshot.plan.values import Duration, duration

__all__ = ["Found", "Path", "decode", "describe", "key_of", "keys_of"]

Path = tuple[str | int, ...]

_EXPRESSION_TYPES = frozenset(get_args(Expression))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A problem at a path of the document, before its line is looked up."""

    path: Path
    code: str
    text: str
    fix: str = ""
    kind: Literal["error", "gap", "advice"] = "error"
    value: str | None = None
    line: int | None = None


def key_of(item: Field[Any]) -> str:
    """The document's key of a field: ``from_`` is written ``from``."""
    return item.name.rstrip("_")


@cache
def keys_of(cls: type) -> AbcMapping[str, tuple[Field[Any], Any]]:
    """Every key of a type of the plan, with its field and its annotation."""
    hints = get_type_hints(cls, include_extras=True)
    return {key_of(item): (item, hints[item.name]) for item in fields(cls)}


def decode(node: Node, hint: Any, path: Path, found: list[Found]) -> Any:
    """Build the value an annotation asks for.

    A wrong value is reported in ``found`` and replaced by a blank of its type, so that what stands
    around it is still checked; the result is only a plan when ``found`` holds no error.
    """
    if get_origin(hint) is Annotated:
        return _constrained(node, hint, path, found)
    kinds = _members(hint)
    if type(None) not in kinds:
        return _present(node, kinds, path, found)
    if is_null(node):
        return None
    before = len(found)
    value = _present(node, tuple(kind for kind in kinds if kind is not type(None)), path, found)
    return value if len(found) == before or is_dataclass(value) else None


def _present(node: Node, kinds: tuple[Any, ...], path: Path, found: list[Found]) -> Any:
    if set(kinds) >= _EXPRESSION_TYPES:
        return _expression(node, path, found)
    kind = kinds[0] if len(kinds) == 1 else _number_or_text(node, kinds)
    origin = get_origin(kind)
    if origin is Annotated:
        return _constrained(node, kind, path, found)
    if origin is Literal:
        return _choice(node, get_args(kind), path, found)
    if origin is tuple:
        return _list(node, get_args(kind)[0], path, found)
    if origin is AbcMapping:
        return _table(node, get_args(kind)[1], path, found)
    if is_dataclass(kind) and kind is not Duration:
        return _record(node, typing.cast("type", kind), path, found)
    return _SCALARS[kind](node, path, found)


def _members(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in {Union, types.UnionType} else (hint,)


def _number_or_text(node: Node, kinds: tuple[Any, ...]) -> Any:
    return next(kind for kind in kinds if (kind is str) == (number(node) is None))


def _constrained(node: Node, hint: Any, path: Path, found: list[Found]) -> Any:
    before = len(found)
    value = decode(node, get_args(hint)[0], path, found)
    if value is None or len(found) > before:
        return value
    for rule in get_args(hint)[1:]:
        wanted = rule.problem(value) if hasattr(rule, "problem") else None
        if wanted:
            fix = f"Write {wanted}."
            text = f"'{path[-1]}' is out of range." if isinstance(value, int | float) else f"'{path[-1]}' is misspelt."
            found.append(Found(path=path, code="out-of-range", text=text, fix=fix, value=_shown(node), line=node.line))
    return value


def _shown(node: Node) -> str | None:
    if isinstance(node, Scalar):
        return node.text if len(node.text) <= _SHOWN else node.text[: _SHOWN - 1] + "…"
    return None


_SHOWN = 60


def describe(node: Node) -> str:
    """What a node is, in words."""
    if isinstance(node, Mapping):
        return "keys and values"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing" if is_null(node) else "a single value"


def _wrong(node: Node, path: Path, found: list[Found], wanted: str, fix: str) -> None:
    name = _name(path)
    text = f"{name} must be {wanted}, and is {describe(node)}." if _shown(node) is None else f"{name} must be {wanted}."
    found.append(Found(path=path, code="wrong-type", text=text, fix=fix, value=_shown(node), line=node.line))


def _name(path: Path) -> str:
    words = [part for part in path if isinstance(part, str)]
    return f"'{words[-1]}'" if words else "The plan"


def _text(node: Node, path: Path, found: list[Found]) -> str:
    if isinstance(node, Scalar) and not is_null(node) and node.text.strip():
        return node.text.strip()
    _wrong(node, path, found, "a text", "Write a text; put it in quotes if it holds ': ' or ' #'.")
    return ""


def _flag(node: Node, path: Path, found: list[Found]) -> bool:
    if isinstance(node, Scalar) and node.plain and node.text.lower() in {"true", "false"}:
        return node.text.lower() == "true"
    _wrong(node, path, found, "true or false", "Write true or false, without quotes.")
    return False


def _float(node: Node, path: Path, found: list[Found]) -> float:
    value = number(node)
    if value is not None and abs(value) < _HUGE:
        return float(value)
    comma = isinstance(node, Scalar) and re.fullmatch(r"-?[0-9]+,[0-9]+", node.text)
    fix = f"Write it with a point: {node.text.replace(',', '.')}." if comma and isinstance(node, Scalar) else _NUMBER
    _wrong(node, path, found, "a number", _unquoted(node) or fix)
    return 0.0


def _unquoted(node: Node) -> str | None:
    quoted = isinstance(node, Scalar) and not node.plain and number(replace(node, plain=True)) is not None
    return f"Remove the quotes: {node.text}." if quoted and isinstance(node, Scalar) else None


_HUGE = 1e300
_NUMBER = "Write a number without quotes, such as 0.02."


def _int(node: Node, path: Path, found: list[Found]) -> int:
    value = number(node)
    if value is not None and abs(value) < _HUGE and value == int(value):
        return int(value)
    fix = "Write a whole number without quotes, such as 12."
    _wrong(node, path, found, "a whole number", _unquoted(node) or fix)
    return 0


_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")


def _date(node: Node, path: Path, found: list[Found]) -> dt.date:
    shape = _DATE.match(node.text) if isinstance(node, Scalar) else None
    if shape is None:
        _wrong(node, path, found, "a date", "Write year-month-day, as in 2026-02-28.")
        return dt.date.min
    try:
        return dt.date(*map(int, shape.groups()))
    except ValueError as error:
        text = f"{_name(path)} is no date of the calendar: {error}."
        fix = "Correct the day or the month."
        found.append(Found(path=path, code="impossible-date", text=text, fix=fix, value=_shown(node), line=node.line))
        return dt.date.min


def _duration(node: Node, path: Path, found: list[Found]) -> Duration:
    try:
        return duration(node.text if isinstance(node, Scalar) else "")
    except ValueError:
        _wrong(node, path, found, "a length of time", "Write days, weeks, months or years: 30d, 8w, 6m, 1y.")
        return Duration()


_SCALARS: dict[Any, Any] = {str: _text, bool: _flag, float: _float, int: _int, dt.date: _date, Duration: _duration}


def _expression(node: Node, path: Path, found: list[Found]) -> Expression | None:
    text = _text(node, path, found)
    if not text:
        return None
    try:
        return parse_expression(text)
    except ExpressionError as error:
        found.append(
            Found(path=path, code="expression", text=str(error), fix=error.fix, value=_shown(node), line=node.line)
        )
        return None


def _choice(node: Node, allowed: tuple[str, ...], path: Path, found: list[Found]) -> str:
    if isinstance(node, Scalar) and node.text in allowed:
        return node.text
    fix = did_you_mean(node.text if isinstance(node, Scalar) else "", allowed)
    if not isinstance(node, Scalar):
        _wrong(node, path, found, "one word", fix)
    else:
        text = f"{_name(path)} does not know this word."
        found.append(Found(path=path, code="unknown-word", text=text, fix=fix, value=_shown(node), line=node.line))
    return allowed[0]


def _list(node: Node, item: Any, path: Path, found: list[Found]) -> tuple[Any, ...]:
    if is_null(node):
        return ()
    if not isinstance(node, Sequence):
        _wrong(node, path, found, "a list", "Write it in brackets, or each item on a line that begins with '- '.")
        return ()
    wanted = _of_keys(item)
    values = []
    for index, child in enumerate(node.items):
        here = (*path, index)
        if wanted and not isinstance(child, Mapping):
            fix = f"Write keys and values, such as {{{', '.join(f'{key}: …' for key in wanted)}}}."
            _wrong(child, here, found, "a list of entries with keys", fix)
            values.append(_blank(item))
        else:
            values.append(decode(child, item, here, found))
    return tuple(values)


def _of_keys(hint: Any) -> list[str]:
    if not is_dataclass(hint) or hint is Duration:
        return []
    return [key for key, (item, _) in keys_of(typing.cast("type", hint)).items() if _required(item)]


def _table(node: Node, item: Any, path: Path, found: list[Found]) -> dict[str, Any]:
    if is_null(node):
        return {}
    if not isinstance(node, Mapping):
        _wrong(node, path, found, "keys and values", "Write 'key: value' on lines of its own.")
        return {}
    return {key: decode(child, item, (*path, key), found) for key, (_, child) in node.entries.items()}


def _required(item: Field[Any]) -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def _record(node: Node, cls: type, path: Path, found: list[Found]) -> Any:
    keys = keys_of(cls)
    if not isinstance(node, Mapping):
        _wrong(node, path, found, "keys and values", f"It may hold: {', '.join(keys)}.")
        return _blank(cls)
    for key, (name, _) in node.entries.items():
        if key not in keys:
            found.append(_unknown_key(key, name, keys, path))
    given = {}
    for key, (item, hint) in keys.items():
        child = node.entries[key][1] if key in node.entries else None
        absent = child is None or (is_null(child) and not _required(item))
        if child is not None and not absent:
            given[item.name] = decode(child, hint, (*path, key), found)
        elif _required(item):
            text = f"'{key}' is missing."
            found.append(Found(path=(*path, key), code="missing-key", text=text, fix=f"Add '{key}:'.", line=node.line))
            given[item.name] = _blank(hint)
    return _resolved(cls(**given))


def _unknown_key(key: str, name: Scalar, keys: AbcMapping[str, Any], path: Path) -> Found:
    text = f"There is no key '{key}' here."
    fix = did_you_mean(key, keys)
    if key == "<<":
        fix = "Merge keys are not part of YAML 1.2; write the values out."
    return Found(path=(*path, key), code="unknown-key", text=text, fix=fix, line=name.line)


def _resolved(value: Any) -> Any:
    return value.resolved() if hasattr(value, "resolved") else value


def _blank(hint: Any) -> Any:
    """A stand-in for a value that is missing or wrong; it never leaves this package."""
    if get_origin(hint) is Annotated:
        return _blank(get_args(hint)[0])
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    if get_origin(hint) is tuple:
        return ()
    if is_dataclass(hint) and hint is not Duration:
        keys = keys_of(typing.cast("type", hint))
        return typing.cast("type", hint)(
            **{item.name: _blank(wanted) for item, wanted in keys.values() if _required(item)}
        )
    return dt.date.min if hint is dt.date else hint()
