"""Values and whole plans as YAML text."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from collections.abc import Mapping as AbcMapping
from collections.abc import Sequence as AbcSequence
from typing import Any

from upshot.plan.canonical import canonical
from upshot.plan.promise import Plan
from upshot.plan.tree import Scalar, number
from upshot.plan.values import Duration

__all__ = ["Value", "lines", "render", "word", "written"]

Value = None | bool | int | float | str | dt.date | Duration | AbcSequence["Value"] | AbcMapping[str, "Value"]

_SAFE = re.compile(r"[A-Za-z_][A-Za-z0-9_./ -]*[A-Za-z0-9_]|[A-Za-z_]\Z")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def render(plan: Plan) -> str:
    """The plan as a new YAML document, without comments; keys at their default are left out.

    ``parse(render(plan)).plan == plan`` for every plan that loads.
    """
    meaning = canonical(plan)
    for initiative in meaning["initiatives"]:
        if "hypothesis" in initiative:
            initiative.setdefault("audience", {})
    return "\n".join(_block(meaning, "")) + "\n"


def lines(value: Any, indent: str = "") -> list[str]:
    """A mapping (``dict``) or list as lines of YAML, each on its own; what is short stays in one line.

    Examples
    --------
    >>> lines({"id": "calm", "serves": ["a", "b"]}, "  ")
    ['  id: calm', '  serves: [a, b]']
    """
    return list(_block(value, indent))


def _block(value: Any, indent: str) -> Iterator[str]:
    pairs = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    for key, item in pairs:
        head = f"{indent}- " if key is None else f"{indent}{word(key)}:"
        if not isinstance(item, dict | list) or _is_short(item):
            yield f"{head.rstrip()} {written(item)}"
        elif key is None:
            first, *rest = _block(item, indent + "  ")
            yield f"{head}{first.lstrip()}"
            yield from rest
        else:
            yield head
            yield from _block(item, indent + "  ")


def _is_short(item: Any) -> bool:
    inner = item.values() if isinstance(item, dict) else item
    return not item or (not any(isinstance(part, dict | list) for part in inner) and len(written(item)) <= _LINE)


_LINE = 80


def written(value: Value) -> str:
    """A value in one line of YAML."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Duration):
        return value.short
    if isinstance(value, str):
        return word(value)
    if isinstance(value, AbcMapping):
        return "{" + ", ".join(f"{word(key)}: {written(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(written(item) for item in value) + "]"


def word(text: str) -> str:
    """A text in YAML: as it is where that is safe, otherwise in double quotes."""
    plain = Scalar(text, True, 1, 0, 0)
    safe = _SAFE.fullmatch(text) and text.lower() not in _WORDS and number(plain) is None
    return text if safe else json.dumps(text, ensure_ascii=False)
