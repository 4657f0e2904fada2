"""Where the text of a plan is cut and what is put in, for one change of its tree."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from upshot.plan.tree import Mapping, Node, Scalar, Sequence
from upshot.plan.write import Value, lines, word, written

__all__ = ["Splice", "added_item", "added_keys", "added_line", "end_of", "removed", "replaced", "spliced"]


@dataclass(frozen=True, slots=True)
class Splice:
    """Characters ``start`` to ``end`` of a text, and what takes their place."""

    start: int
    end: int
    text: str


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with every splice made; of two at one place the first given comes first."""
    done = text
    from_the_end = sorted(enumerate(splices), key=lambda pair: (-pair[1].start, -pair[1].end, -pair[0]))
    for _, item in from_the_end:
        done = done[: item.start] + item.text + done[item.end :]
    return done


def end_of(text: str, node: Node) -> int:
    """End of the last value in a node; the parser's own end of a block reaches past the comments after it."""
    return len(text[: max(_ends(node))].rstrip())


def _ends(node: Node) -> list[int]:
    if isinstance(node, Scalar) or node.flow:
        return [node.end]
    children = (
        list(node.items) if isinstance(node, Sequence) else [part for pair in node.entries.values() for part in pair]
    )
    inside = [child for child in children if node.start <= child.start <= node.end]
    return [end for child in inside for end in _ends(child)] or [node.start]


def replaced(text: str, parent: Node, old: Node, value: Value) -> Splice:
    """A value in place of another; lists and mappings are written in one line."""
    if isinstance(parent, Mapping) and isinstance(old, Scalar) and old.start == old.end:
        name = next(name for name, node in parent.entries.values() if node is old)
        colon = text.index(":", name.end) + 1
        return Splice(colon, colon, " " + written(value))
    if not isinstance(old, Scalar) and not old.flow:
        before = text[: old.start].rstrip()
        opens = before.endswith((":", "-"))
        start = len(before) if opens else old.start
        return Splice(start, end_of(text, old), (" " if opens else "") + written(value))
    end = old.start + len(text[old.start : old.end].rstrip())
    space = " " if old.start and text[old.start - 1] in ":-" else ""
    return Splice(old.start, end, space + written(value))


def added_keys(text: str, parent: Mapping, keys: dict[str, Any]) -> Splice:
    """Keys at the end of a mapping, in the style it is written in."""
    if parent.flow:
        body = text[: parent.end - 1].rstrip()
        said = ", ".join(f"{word(key)}: {written(value)}" for key, value in keys.items())
        return Splice(len(body), len(body), (", " if parent.size > 1 else "") + said)
    first = next(iter(parent.entries.values()))[0]
    indent = " " * (first.start - _line_start(text, first.start))
    return _below(text, end_of(text, parent), lines(keys, indent))


def added_line(text: str, parent: Mapping, key: str, value: Value) -> Splice:
    """One key at the end of a mapping, its value in one line whatever it holds."""
    if parent.flow:
        return added_keys(text, parent, {key: value})
    first = next(iter(parent.entries.values()))[0]
    indent = " " * (first.start - _line_start(text, first.start))
    return _below(text, end_of(text, parent), [f"{indent}{word(key)}: {written(value)}"])


def added_item(text: str, parent: Sequence, values: list[Any], *, in_block: bool) -> Splice:
    """Items at the end of a list, in the style it is written in; an empty one becomes a list of lines."""
    if parent.flow and (parent.items or not in_block):
        body = text[: parent.end - 1].rstrip()
        said = ", ".join(written(value) for value in values)
        return Splice(len(body), len(body), (", " if parent.items else "") + said)
    if parent.flow:
        line = _line_start(text, parent.start)
        indent = " " * (_key_column(text, line) + 2)
        before = len(text[: parent.start].rstrip())
        return Splice(before, parent.end, _newline(text) + _newline(text).join(lines(values, indent)))
    indent = " " * (parent.start - _line_start(text, parent.start))
    return _below(text, end_of(text, parent), lines(values, indent))


def _below(text: str, after: int, added: list[str]) -> Splice:
    newline = _newline(text)
    end = text.find("\n", after)
    if end < 0:
        return Splice(len(text), len(text), newline + newline.join(added))
    return Splice(end + 1, end + 1, "".join(line + newline for line in added))


def removed(text: str, parent: Node, old: Node, key: str | int) -> Splice:
    """Take a key or an item out of what holds it, with its line where it has one of its own."""
    if isinstance(parent, Sequence):
        at = next(index for index, item in enumerate(parent.items) if item is old)
        if len(parent.items) == 1:
            return replaced(text, parent, parent, [])
        starts = [item.start for item in parent.items]
        return _cut_flow(text, parent, starts, at, old.end) if parent.flow else _cut_item(text, parent, at)
    assert isinstance(parent, Mapping)  # noqa: S101 - a scalar holds nothing
    names = list(parent.entries)
    at, name = names.index(str(key)), parent.entries[str(key)][0]
    if parent.flow:
        return _cut_flow(text, parent, [pair[0].start for pair in parent.entries.values()], at, max(name.end, old.end))
    return _cut_key(text, parent, at, name, old)


def _cut_flow(text: str, parent: Node, starts: list[int], at: int, end: int) -> Splice:
    if at + 1 < len(starts):
        return Splice(starts[at], starts[at + 1], "")
    body = text[: starts[at]].rstrip()
    start = len(body) - 1 if body.endswith(",") else starts[at]
    return Splice(start, len(text[: min(end, parent.end - 1)].rstrip()), "")


def _cut_item(text: str, parent: Sequence, at: int) -> Splice:
    dash = text.rfind("-", 0, parent.items[at].start)
    start = _line_start(text, dash)
    return Splice(start, _line_end(text, end_of(text, parent.items[at])), "")


def _cut_key(text: str, parent: Mapping, at: int, name: Scalar, old: Node) -> Splice:
    line = _line_start(text, name.start)
    end = _line_end(text, max(name.end, end_of(text, old)))
    if not text[line : name.start].strip():
        return Splice(line, end, "")
    following = list(parent.entries.values())[at + 1][0]
    if "#" in text[max(name.end, end_of(text, old)) : following.start]:
        return replaced(text, parent, old, None)
    return Splice(name.start, following.start, "")


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _key_column(text: str, line: int) -> int:
    rest = text[line:]
    column = len(rest) - len(rest.lstrip(" "))
    while rest[column : column + 2] == "- ":
        column += 2 + len(rest[column + 2 :]) - len(rest[column + 2 :].lstrip(" "))
    return column


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
