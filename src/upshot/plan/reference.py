"""The keys of a plan document as Markdown tables, written from the types themselves."""

import datetime as dt
from collections.abc import Iterator
from collections.abc import Mapping as AbcMapping
from dataclasses import MISSING, Field, is_dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from upshot.plan.decode import keys_of
from upshot.plan.expression import Expression
from upshot.plan.promise import Plan
from upshot.plan.values import Duration, Only

__all__ = ["key_tables"]

_WORDS: dict[Any, str] = {str: "text", int: "whole number", float: "number", bool: "true or false", dt.date: "date"}


def key_tables() -> str:
    """Every key of the document, with its type, default and meaning: one table for each kind of entry."""
    return "\n".join(line for path, cls in _types(Plan, "") for line in _table(path, cls))


def _types(cls: type, path: str) -> Iterator[tuple[str, type]]:
    yield path, cls
    for key, (_, hint) in keys_of(cls).items():
        inner, suffix = _inner(hint)
        if is_dataclass(inner) and isinstance(inner, type) and inner is not Duration:
            yield from _types(inner, f"{path}.{key}{suffix}" if path else f"{key}{suffix}")


def _inner(hint: Any) -> tuple[Any, str]:
    """The type inside a hint, and how a path to it is written."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _inner(args[0])
    if origin is tuple:
        return _inner(args[0])[0], "[]"
    if origin is AbcMapping:
        return _inner(args[1])[0], ".<key>"
    present = [arg for arg in args if arg is not type(None)]
    return _inner(present[0]) if origin is not Literal and len(present) == 1 else (hint, "")


def _table(path: str, cls: type) -> Iterator[str]:
    yield f"### `{path}`" if path else "### The top of the document"
    yield ""
    yield (cls.__doc__ or "").strip().splitlines()[0]
    yield ""
    yield "| key | type | default | meaning |"
    yield "|---|---|---|---|"
    for key, (item, hint) in keys_of(cls).items():
        meaning = _meaning(hint)
        yield f"| `{key}` | {_type(hint)} | {_default(item, meaning)} | {meaning} |"
    yield ""


def _meaning(hint: Any) -> str:
    notes = get_args(hint)[1:]
    said = next(note for note in notes if isinstance(note, str))
    only = next((note.kinds for note in notes if isinstance(note, Only)), ())
    return f"{said} Only for {', '.join(f'`{kind}`' for kind in only)}." if only else said


def _type(hint: Any) -> str:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        limits = [limit for note in args[1:] if (limit := _limit(note))]
        return _type(args[0]) + (f", {'; '.join(limits)}" if limits else "")
    if origin is Literal:
        return " \\| ".join(f"`{word}`" for word in args)
    if origin is tuple:
        return f"list of {_type(args[0])}"
    if origin is AbcMapping:
        return f"keys, each with {_type(args[1])}"
    if args:
        present = [arg for arg in args if arg is not type(None)]
        if set(get_args(Expression)) <= set(present):
            return "expression"
        return " or ".join(_type(arg) for arg in present)
    if hint is Duration:
        return "length of time"
    return "keys and values" if is_dataclass(hint) else _WORDS[hint]


def _limit(note: Any) -> str:
    if hasattr(note, "form"):
        return str(note.form).replace("|", "\\|")
    return str(note.problem(float("-inf"))) if hasattr(note, "problem") else ""


def _default(item: Field[Any], meaning: str) -> str:
    made = item.default_factory() if item.default_factory is not MISSING else MISSING
    value = made if item.default is MISSING else item.default
    if value is MISSING:
        return "**required**"
    if "default" in meaning and value in (None, ()):
        return "see meaning"
    if is_dataclass(value):
        return "see its keys"
    if value is None or value in ((), {}):
        return "none"
    if isinstance(value, tuple):
        return "`[" + ", ".join(map(str, value)) + "]`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
