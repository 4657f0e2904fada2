"""The little language of flags: ``if="trust >= 2 and told"`` and ``set="trust += 1, told = 1"``."""

import re
from typing import Literal, cast

from upshot.scenario.model import Comparison, Effect, Flag, Operator

__all__ = ["FlagError", "applied", "offered", "read_condition", "read_effects", "render_condition", "render_effects"]

_NAME = r"[a-z](?:[a-z0-9_-]*[a-z0-9])?"
_COMPARISON = re.compile(
    rf"(?P<no>not\s+)?(?P<flag>{_NAME})(?:\s*(?P<op>==|!=|<=|>=|=|<|>)\s*(?P<value>[-+]?\d{{1,9}}))?"
)
_EFFECT = re.compile(rf"(?P<flag>{_NAME})\s*(?P<op>\+=|-=|=)\s*(?P<value>[-+]?\d{{1,9}})")


class FlagError(ValueError):
    """Text that is not in the language; the message says which piece."""


def read_condition(text: str) -> tuple[tuple[Comparison, ...], ...]:
    """Read ``a >= 1 and b or not c``: ``and`` binds tighter than ``or``; there are no brackets.

    >>> read_condition("trust >= 2 or told")
    ((Comparison(flag='trust', operator='>=', value=2),), (Comparison(flag='told', operator='!=', value=0),))
    """
    groups = re.split(r"\s+or\s+", text.strip())
    return tuple(tuple(_comparison(part) for part in re.split(r"\s+and\s+", group)) for group in groups)


def _comparison(text: str) -> Comparison:
    found = _COMPARISON.fullmatch(text.strip())
    if found is None or (found["no"] and found["op"]):
        raise FlagError(text.strip())
    if found["op"] is None:
        return Comparison(found["flag"], "=" if found["no"] else "!=", 0)
    operator = "=" if found["op"] == "==" else found["op"]
    return Comparison(found["flag"], cast("Operator", operator), int(found["value"]))


def read_effects(text: str) -> tuple[Effect, ...]:
    """Read ``trust += 1, told = 1``.

    >>> [str(effect) for effect in read_effects("trust -= 1, told=1")]
    ['trust -= 1', 'told = 1']
    """
    return tuple(_effect(part) for part in text.split(","))


def _effect(text: str) -> Effect:
    found = _EFFECT.fullmatch(text.strip())
    if found is None:
        raise FlagError(text.strip())
    operator: Literal["=", "+="] = "=" if found["op"] == "=" else "+="
    value = int(found["value"])
    return Effect(found["flag"], operator, -value if found["op"] == "-=" else value)


def render_condition(condition: tuple[tuple[Comparison, ...], ...]) -> str:
    """The condition as text that reads back to the same."""
    return " or ".join(" and ".join(str(part) for part in group) for group in condition)


def render_effects(effects: tuple[Effect, ...]) -> str:
    """The effects as text that reads back to the same."""
    return ", ".join(str(effect) for effect in effects)


def offered(condition: tuple[tuple[Comparison, ...], ...], values: dict[str, int]) -> bool:
    """Whether a choice with this condition is offered at these flag values."""
    return not condition or any(all(part.holds(values[part.flag]) for part in group) for group in condition)


def applied(effects: tuple[Effect, ...], values: dict[str, int], flags: dict[str, Flag]) -> dict[str, int]:
    """The flag values after a choice; adding stops at a flag's bounds."""
    after = dict(values)
    for effect in effects:
        wanted = effect.value if effect.operator == "=" else after[effect.flag] + effect.value
        flag = flags[effect.flag]
        after[effect.flag] = max(flag.low, min(flag.high, wanted))
    return after
