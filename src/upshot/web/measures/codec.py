"""Frozen records to plain JSON and back, by their type hints: what an answer says is kept, not computed again."""

import datetime as dt
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from markupsafe import Markup

__all__ = ["plain", "restored"]

T = TypeVar("T")


def plain(value: Any) -> Any:
    """A record as plain JSON values; ``None`` stays, so that nothing is guessed when it is read.

    Examples
    --------
    >>> from upshot.report.facts import Range
    >>> plain(Range(estimate=1.0, low=0.5))
    {'estimate': 1.0, 'low': 0.5, 'high': None}
    """
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple | list | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, Markup) else value


def restored(kind: type[T], value: Any) -> T:
    """A record of a kind from what `plain` made of it.

    Examples
    --------
    >>> from upshot.report.facts import Range
    >>> restored(Range, plain(Range(estimate=1.0))) == Range(estimate=1.0)
    True
    """
    found: T = _read(kind, value)
    return found


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _read(_one_of(inside, value), value)
    if origin is tuple:
        return _tuple(inside, value)
    if origin in (np.ndarray, list):
        return np.asarray(value, dtype=np.float64) if origin is np.ndarray else value
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], item) for name, item in value.items() if name in hints})
    if kind in (dt.date, dt.datetime):
        return kind.fromisoformat(value)
    return Markup(value) if kind is Markup else value  # noqa: S704 - drawn by our own charts


def _one_of(kinds: tuple[Any, ...], value: Any) -> Any:
    """The member of a union that a plain value was made from."""
    real = [kind for kind in kinds if kind is not type(None)]
    if len(real) == 1:
        return real[0]
    if isinstance(value, dict):
        return next((kind for kind in real if isinstance(kind, type) and is_dataclass(kind)), object)
    return next((kind for kind in real if kind is type(value)), object)


def _tuple(inside: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if len(inside) == 2 and inside[1] is Ellipsis:
        return tuple(_read(inside[0], item) for item in value)
    return tuple(_read(kind, item) for kind, item in zip(inside, value, strict=True))
