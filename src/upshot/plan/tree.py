"""YAML text to a tree that remembers where every value stands; bounded, and free of side effects."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from upshot.errors import PlanError, Problem

__all__ = [
    "MAX_CHARACTERS",
    "MAX_DEPTH",
    "MAX_NODES",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "is_null",
    "number",
    "read",
    "step",
]

MAX_CHARACTERS = 1_000_000
MAX_NODES = 100_000
MAX_DEPTH = 40

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as written. ``plain`` is true without quotes; offsets count characters of the text."""

    text: str
    plain: bool
    line: int
    start: int
    end: int
    size: int = 1


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list; ``flow`` when written in brackets."""

    items: tuple["Node", ...]
    flow: bool
    line: int
    start: int
    end: int
    size: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and their values, in the order written; a repeated key keeps its first value."""

    entries: dict[str, tuple[Scalar, "Node"]]
    flow: bool
    line: int
    start: int
    end: int
    size: int


Node = Scalar | Sequence | Mapping


@dataclass(slots=True)
class _Open:
    event: MappingStartEvent | SequenceStartEvent
    nodes: list[Node]


def read(text: str, file: str | None = None) -> tuple[Mapping, tuple[Problem, ...]]:
    """Read one YAML 1.2 document whose top is a mapping.

    Parameters
    ----------
    text
        The document. At most ``MAX_CHARACTERS``; with its aliases written out, at most
        ``MAX_NODES`` values and ``MAX_DEPTH`` levels.
    file
        Name printed in problems.

    Returns
    -------
    Mapping, tuple of Problem
        The tree, and what is wrong with it that does not stop the reading (repeated keys, tags).

    Raises
    ------
    PlanError
        If there is no tree to work with: the text is empty, too large, or not YAML.
    """
    shift = len(_BOM) if text.startswith(_BOM) else 0
    body = text[shift:]
    if len(text) > MAX_CHARACTERS:
        raise _stop(
            file, "too-large", f"The plan has more than {MAX_CHARACTERS:,} characters.", "Split it into several files."
        )
    try:
        tree = _Builder(file, shift).build(body)
    except PlanError:
        raise
    except MarkedYAMLError as error:
        raise _syntax(error, file) from None
    except YAMLError as error:
        position = getattr(error, "position", 0)
        line = body.count("\n", 0, position) + 1
        message = "The file holds a character that YAML does not allow."
        raise _stop(file, "yaml-syntax", message, "Remove the control character on this line.", line) from None
    except (ValueError, RecursionError):
        raise _stop(file, "yaml-syntax", "The YAML cannot be read.", "Check escapes and directives.") from None
    return tree


def step(node: Node, key: str | int) -> Node | None:
    """The child under a key, an index, or, in a list, the item whose ``id`` is the key."""
    if isinstance(node, Mapping):
        entry = node.entries.get(str(key))
        return entry[1] if entry else None
    if not isinstance(node, Sequence):
        return None
    if isinstance(key, int):
        return node.items[key] if -len(node.items) <= key < len(node.items) else None
    return next((item for item in node.items if _id(item) == key), None)


def _id(node: Node) -> str | None:
    found = node.entries.get("id") if isinstance(node, Mapping) else None
    return found[1].text if found and isinstance(found[1], Scalar) else None


def _stop(file: str | None, code: str, text: str, fix: str, line: int | None = None) -> PlanError:
    return PlanError(Problem(code=code, text=text, fix=fix, file=file, line=line))


def _syntax(error: MarkedYAMLError, file: str | None) -> PlanError:
    mark = error.problem_mark or error.context_mark
    said = (error.problem or error.context or "the text ends too early").strip()
    if "'\\t'" in said:
        text, fix = "A tab is used to indent.", "Indent with spaces; YAML does not allow tabs there."
    elif "mapping values are not allowed" in said:
        text, fix = "A colon stands where no key can be.", "Put the text in quotes, or correct the indentation."
    else:
        text = f"The YAML cannot be read here: {said}."
        fix = "Check the indentation, quotes and brackets on this line and the one before."
    return _stop(file, "yaml-syntax", text, fix, None if mark is None else mark.line + 1)


class _Builder:
    """Turns parser events into nodes with a stack of its own, so that depth cannot exhaust Python's."""

    def __init__(self, file: str | None, shift: int) -> None:
        self.file, self.shift = file, shift
        self.problems: list[Problem] = []
        self.anchors: dict[str, Node] = {}

    def build(self, body: str) -> tuple[Mapping, tuple[Problem, ...]]:
        top: list[Node] = []
        stack: list[_Open] = []
        for event in self._events(body):
            if isinstance(event, MappingStartEvent | SequenceStartEvent):
                stack.append(_Open(event, []))
                if len(stack) > MAX_DEPTH:
                    line = event.start_mark.line + 1
                    message = f"The plan nests deeper than {MAX_DEPTH} levels."
                    raise _stop(self.file, "too-deep", message, "A plan needs at most eight.", line)
                continue
            if isinstance(event, MappingEndEvent | SequenceEndEvent):
                opened = stack.pop()
                node = self._close(opened, event)
                self._remember(opened.event, node)
            else:
                node = self._leaf(event)
            if node.size > MAX_NODES:
                message = f"The plan holds more than {MAX_NODES:,} values once its aliases are written out."
                raise _stop(self.file, "too-large", message, "Remove the nested aliases.", node.line)
            (stack[-1].nodes if stack else top).append(node)
        if not top or (isinstance(top[0], Scalar) and not top[0].text):
            raise _stop(self.file, "empty", "The plan is empty.", "Start from examples/plans/value-selling.yaml.")
        if not isinstance(top[0], Mapping):
            message = "The plan must be keys and values, from 'version:' to 'initiatives:'."
            fix = "Start from examples/plans/value-selling.yaml."
            raise _stop(self.file, "not-a-mapping", message, fix, top[0].line)
        return top[0], tuple(self.problems)

    def _events(self, body: str) -> Iterator[Event]:
        documents = 0
        for event in YAML(typ="safe", pure=True).parse(body):
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    fix = "Keep one plan a file; remove the second '---'."
                    line = event.start_mark.line + 1
                    raise _stop(self.file, "several-documents", "The file holds more than one document.", fix, line)
            if isinstance(event, NodeEvent | MappingEndEvent | SequenceEndEvent):
                yield event

    def _leaf(self, event: Event) -> Node:
        if isinstance(event, AliasEvent):
            if event.anchor not in self.anchors:
                line = event.start_mark.line + 1
                message = f"The alias *{event.anchor} has no complete anchor before it."
                raise _stop(self.file, "unknown-alias", message, "Write the value out.", line)
            return self.anchors[event.anchor]
        assert isinstance(event, ScalarEvent)  # noqa: S101 - the parser has no other event with a value
        start, end = event.start_mark.index + self.shift, event.end_mark.index + self.shift
        node = Scalar(event.value or "", event.style is None, event.start_mark.line + 1, start, end)
        self._remember(event, node)
        return node

    def _remember(self, event: NodeEvent, node: Node) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None:
            fix = "Remove the tag; the plan's own schema says what each value is."
            self._report("yaml-tag", f"YAML tags such as {tag} are not read.", fix, node.line)
        if event.anchor:
            self.anchors[event.anchor] = node

    def _report(self, code: str, text: str, fix: str, line: int) -> None:
        self.problems.append(Problem(code=code, text=text, fix=fix, file=self.file, line=line))

    def _close(self, opened: _Open, event: Event) -> Node:
        start, end = opened.event.start_mark.index, event.end_mark.index
        line = opened.event.start_mark.line + 1
        size = 1 + sum(node.size for node in opened.nodes)
        flow = bool(opened.event.flow_style)
        if isinstance(opened.event, SequenceStartEvent):
            return Sequence(tuple(opened.nodes), flow, line, start + self.shift, end + self.shift, size)
        return Mapping(self._entries(opened.nodes), flow, line, start + self.shift, end + self.shift, size)

    def _entries(self, nodes: list[Node]) -> dict[str, tuple[Scalar, Node]]:
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(nodes[::2], nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._report("key-not-text", "A key must be a word.", "Write 'key: value'.", key.line)
            elif key.text in entries:
                first = entries[key.text][0].line
                text = f"The key '{key.text}' stands here and on line {first}."
                self._report("duplicate-key", text, "Keep one of them.", key.line)
            else:
                entries[key.text] = (key, value)
        return entries


_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_LONGEST_NUMBER = 400


def number(node: Node) -> int | float | None:
    """The number a plain scalar spells by YAML 1.2, or ``None``; never an infinity."""
    if not isinstance(node, Scalar) or not node.plain or len(node.text) > _LONGEST_NUMBER:
        return None
    if _INTEGER.match(node.text):
        return int(node.text)
    if not _FLOAT.match(node.text):
        return None
    value = float(node.text)
    return value if abs(value) != float("inf") else None


def is_null(node: Node) -> bool:
    """Whether the value is absent by YAML 1.2: empty, ``~`` or ``null``, without quotes."""
    return isinstance(node, Scalar) and node.plain and node.text in {"", "~", "null", "Null", "NULL"}
