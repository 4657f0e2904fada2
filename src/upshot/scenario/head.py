"""The head of a scenario file, between two lines of three hyphens: YAML to values, each mistake with its line."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from upshot.scenario.braces import ID
from upshot.scenario.faults import Faults, nearest
from upshot.scenario.model import SCHEMA, Competency, Flag, Passing

__all__ = ["MAX_HEAD", "Head", "read_head"]

MAX_HEAD = 100_000
MAX_FLAG = 1_000
MAX_FLAGS = 32
MAX_WEIGHT = 1_000

_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")
_INTEGER = re.compile(r"[-+]?[0-9]{1,9}\Z")
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})\Z")
_FLAG = re.compile(r"[a-z](?:[a-z0-9_-]{0,46}[a-z0-9])?\Z")

Value = TypeVar("Value")


@dataclass(slots=True)
class Head:
    """What the head says; ``lines`` says where each key stands."""

    id: str = ""
    title: str = ""
    lang: str = "en"
    version: int = 1
    role: str = ""
    summary: str = ""
    source: str = ""
    licence: str = ""
    competencies: tuple[Competency, ...] = ()
    passing: Passing = field(default_factory=Passing)
    kpis: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    start: str = ""
    lines: dict[str, int] = field(default_factory=dict)


def read_head(lines: list[str], first: int, faults: Faults) -> Head:
    """Read the YAML lines of the head; ``first`` is the file's line number of the first of them."""
    text = "\n".join(lines)
    head = Head()
    if len(text) > MAX_HEAD:
        faults.add("too-large", first, f"The head has more than {MAX_HEAD:,} characters.", "Move text into the steps.")
        return head
    node = _compose(text, first, faults)
    if node is not None:
        _Reader(head, first, faults).read(node)
    return head


def _compose(text: str, first: int, faults: Faults) -> MappingNode | None:
    try:
        node = YAML(typ="safe", pure=True).compose(text + "\n")
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = (error.problem or error.context or "it ends too early").strip()
        line = first if mark is None else first + mark.line
        fix = "Check the colons, quotes and brackets on this line and the one before."
        faults.add("head-unreadable", line, f"The head cannot be read here: {said}.", fix)
        return None
    except (YAMLError, ValueError, RecursionError):
        fix = "Keep to 'key: value' lines, and remove control characters."
        faults.add("head-unreadable", first, "The head cannot be read.", fix)
        return None
    if isinstance(node, MappingNode):
        return node
    faults.add("head-unreadable", first, "The head holds no keys.", f"Begin with 'format: {SCHEMA}'.")
    return None


@dataclass(slots=True)
class _Reader:
    head: Head
    first: int
    faults: Faults

    def read(self, top: MappingNode) -> None:
        """Walk the known keys; name the unknown, the missing and the repeated."""
        head = self.head
        readers: dict[str, Callable[[str, Node], None]] = {
            "format": self._format,
            "id": lambda key, node: setattr(head, "id", self._id(key, node)),
            "title": lambda key, node: setattr(head, "title", self._words(key, node)),
            "lang": self._lang,
            "version": lambda key, node: setattr(head, "version", self._integer(key, node, 1, 1_000_000, 1)),
            "role": lambda key, node: setattr(head, "role", self._id(key, node)),
            "summary": lambda key, node: setattr(head, "summary", self._words(key, node)),
            "source": lambda key, node: setattr(head, "source", self._words(key, node)),
            "licence": lambda key, node: setattr(head, "licence", self._words(key, node)),
            "competencies": lambda key, node: setattr(head, "competencies", tuple(self._competencies(key, node))),
            "pass": lambda key, node: setattr(head, "passing", self._passing(key, node)),
            "kpis": lambda key, node: setattr(head, "kpis", self._kpis(key, node)),
            "flags": lambda key, node: setattr(head, "flags", tuple(self._flags(key, node))),
            "start": lambda key, node: setattr(head, "start", self._id(key, node)),
        }
        for key, line, node in self._entries(top):
            head.lines[key] = line
            if key in readers:
                readers[key](key, node)
            else:
                self._unknown(key, line, readers)
        for key, example in (("format", SCHEMA), ("id", "price-objection"), ("title", "Handling a price objection")):
            if key not in head.lines:
                self.faults.add("head-missing", self.first, f"The head has no '{key}'.", f"Write '{key}: {example}'.")

    def _unknown(self, key: str, line: int, known: dict[str, Callable[[str, Node], None]]) -> None:
        fix = nearest(key, known, f"The head knows {', '.join(sorted(known))}.")
        self.faults.add("unknown-key", line, f"'{key}' is not a key of the head.", fix)

    def _entries(self, node: MappingNode) -> Iterator[tuple[str, int, Node]]:
        seen: set[str] = set()
        for key, value in node.value:
            line = self.first + key.start_mark.line
            if not isinstance(key, ScalarNode):
                self.faults.add("head-unreadable", line, "A key must be a word.", "Write 'key: value'.")
            elif key.value in seen:
                self.faults.add("duplicate-key", line, f"The key '{key.value}' stands twice.", "Keep one of them.")
            else:
                seen.add(key.value)
                yield key.value, line, value

    def _bad(self, key: str, node: Node, wanted: str, default: Value) -> Value:
        shown = f" Got '{node.value[:60]}'." if isinstance(node, ScalarNode) else ""
        line = self.first + node.start_mark.line
        self.faults.add("bad-value", line, f"'{key}' must be {wanted}.{shown}", f"Write {wanted} after '{key}:'.")
        return default

    def _format(self, key: str, node: Node) -> None:
        if not isinstance(node, ScalarNode) or node.value != SCHEMA:
            self._bad(key, node, f"'{SCHEMA}'", None)

    def _words(self, key: str, node: Node) -> str:
        text = " ".join(node.value.split()) if isinstance(node, ScalarNode) else ""
        return text if text and len(text) <= 2_000 else self._bad(key, node, "a line of text", "")

    def _id(self, key: str, node: Node) -> str:
        wanted = "an id of lower-case letters, digits and hyphens (64 at most)"
        return node.value if isinstance(node, ScalarNode) and ID.match(node.value) else self._bad(key, node, wanted, "")

    def _lang(self, key: str, node: Node) -> None:
        if isinstance(node, ScalarNode) and _LANG.match(node.value):
            self.head.lang = node.value
        else:
            self._bad(key, node, "a language tag such as 'en' or 'pt-BR'", None)

    def _integer(self, key: str, node: Node, low: int, high: int, default: int) -> int:
        plain = isinstance(node, ScalarNode) and node.style is None and bool(_INTEGER.match(node.value))
        if plain and low <= int(node.value) <= high:
            return int(node.value)
        return self._bad(key, node, f"a whole number from {low:,} to {high:,}", default)

    def _mapping(self, key: str, node: Node) -> Iterator[tuple[str, int, Node]]:
        if isinstance(node, MappingNode):
            yield from self._entries(node)
        elif not (isinstance(node, ScalarNode) and node.value == "{}"):
            self._bad(key, node, "keys with values", None)

    def _competencies(self, key: str, node: Node) -> Iterator[Competency]:
        for name, line, value in self._mapping(key, node):
            self.head.lines[f"competencies.{name}"] = line
            if not ID.match(name) or name in {"id", "if", "set"}:
                fix = "Use lower-case letters, digits and hyphens; 'id', 'if' and 'set' are taken."
                self.faults.add("bad-id", line, f"'{name}' cannot name a competency.", fix)
                continue
            if isinstance(value, ScalarNode):
                weight = 1 if value.value in {"", "~", "null"} else self._integer(name, value, 1, MAX_WEIGHT, 1)
                yield Competency(name, weight)
                continue
            parts = {part: inner for part, _, inner in self._known(name, value, ("weight", "label"))}
            weight = self._integer("weight", parts["weight"], 1, MAX_WEIGHT, 1) if "weight" in parts else 1
            yield Competency(name, weight, self._words("label", parts["label"]) if "label" in parts else "")

    def _known(self, key: str, node: Node, names: tuple[str, ...]) -> Iterator[tuple[str, int, Node]]:
        for name, line, value in self._mapping(key, node):
            if name in names:
                yield name, line, value
            else:
                fix = nearest(name, names, f"'{key}' knows {', '.join(names)}.")
                self.faults.add("unknown-key", line, f"'{name}' is not a key of '{key}'.", fix)

    def _passing(self, key: str, node: Node) -> Passing:
        scaled, critical = None, False
        for name, _, value in self._known(key, node, ("min_scaled", "no_critical")):
            if name == "no_critical":
                critical = self._truth(name, value)
            else:
                scaled = self._share(name, value)
        return Passing(scaled, critical)

    def _truth(self, key: str, node: Node) -> bool:
        if isinstance(node, ScalarNode) and node.value in {"true", "false"}:
            return bool(node.value == "true")
        return self._bad(key, node, "true or false", False)

    def _share(self, key: str, node: Node) -> float | None:
        plain = isinstance(node, ScalarNode) and bool(_NUMBER.match(node.value))
        if plain and 0 <= float(node.value) <= 1:
            return float(node.value)
        return self._bad(key, node, "a number from 0 to 1", None)

    def _kpis(self, key: str, node: Node) -> tuple[str, ...]:
        items = node.value if isinstance(node, SequenceNode) else [node]
        return tuple(dict.fromkeys(name for item in items if (name := self._id(key, item))))

    def _flags(self, key: str, node: Node) -> Iterator[Flag]:
        for count, (name, line, value) in enumerate(self._mapping(key, node)):
            if not _FLAG.match(name) or name in {"and", "or", "not"}:
                fix = "Begin with a lower-case letter; then letters, digits, hyphens and underscores."
                self.faults.add("bad-id", line, f"'{name}' cannot name a flag.", fix)
            elif count >= MAX_FLAGS:
                self.faults.add("too-many-flags", line, f"There are more than {MAX_FLAGS} flags.", "Remove some.")
            else:
                yield self._flag(name, line, value)

    def _flag(self, name: str, line: int, node: Node) -> Flag:
        empty = isinstance(node, ScalarNode) and node.value in {"", "~", "null"}
        parts = {} if empty else {part: inner for part, _, inner in self._known(name, node, ("min", "max", "start"))}
        low = self._integer("min", parts["min"], -MAX_FLAG, MAX_FLAG, 0) if "min" in parts else 0
        high = self._integer("max", parts["max"], -MAX_FLAG, MAX_FLAG, 1) if "max" in parts else max(1, low)
        if high <= low:
            fix = "Give it a 'max' above its 'min'."
            self.faults.add("flag-range", line, f"The flag '{name}' has no room from {low} to {high}.", fix)
            high = low + 1
        start = self._integer("start", parts["start"], low, high, low) if "start" in parts else low
        return Flag(name, low, high, start, line)
