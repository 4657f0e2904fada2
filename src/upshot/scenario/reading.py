"""Scenario Markdown to frozen values: everything wrong with the text is collected, and what can be read is kept."""

import re
from dataclasses import dataclass

from upshot.errors import Problem
from upshot.scenario.blocks import Block, blocks
from upshot.scenario.braces import ID, Braces, braces_of, clean_id, unknown_marks
from upshot.scenario.choices import ChoiceReader
from upshot.scenario.faults import Faults, nearest
from upshot.scenario.head import Head, read_head
from upshot.scenario.model import MAX_CHARACTERS, MAX_NODES, Node, Outcome, Scenario
from upshot.scenario.words import check_words, pictures

__all__ = ["MAX_STEP", "Draft", "read"]

MAX_STEP = 50_000

_OUTCOMES: dict[str, Outcome] = {"success": "success", "partial": "partial", "fail": "fail"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What could be read: the scenario if there is at least one step, the problems, and where head keys stand."""

    scenario: Scenario | None
    problems: tuple[Problem, ...]
    lines: dict[str, int]


def read(text: str, file: str | None = None) -> Draft:
    """Read a scenario file; never raises for what the text holds.

    Time and memory grow with the length of the text only.
    """
    faults = Faults(file)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(text) > MAX_CHARACTERS:
        said = f"The scenario has more than {MAX_CHARACTERS // 1_000_000} million characters."
        faults.add("too-large", None, said, "Split it into several scenarios.")
        return Draft(None, faults.in_order(), {})
    end = _head_end(lines)
    if end is None:
        fix = "Begin the file with '---', the keys, and '---' on a line of its own."
        faults.add("head-missing", 1, "The file has no head between two lines of three hyphens.", fix)
        return Draft(None, faults.in_order(), {})
    head = read_head(lines[1:end], 2, faults)
    nodes = _nodes(lines[end + 1 :], end + 2, head, faults)
    if not nodes and not any(one.code == "too-many-steps" for one in faults.found):
        fix = "Write a heading for each step: # The call {#call}."
        faults.add("no-steps", end + 1, "The scenario has no steps.", fix)
    if not nodes:
        return Draft(None, faults.in_order(), head.lines)
    scenario = Scenario(
        id=head.id, title=head.title, lang=head.lang, version=head.version, role=head.role, summary=head.summary,
        source=head.source, licence=head.licence, competencies=head.competencies, passing=head.passing, kpis=head.kpis,
        flags=head.flags, start=head.start or nodes[0].id, nodes=tuple(nodes),
    )  # fmt: skip
    return Draft(scenario, faults.in_order(), head.lines)


def _head_end(lines: list[str]) -> int | None:
    if lines[0].rstrip() != "---":
        return None
    return next((at for at in range(1, len(lines)) if lines[at].rstrip() in {"---", "..."}), None)


def _nodes(lines: list[str], first: int, head: Head, faults: Faults) -> list[Node]:
    before, *found = blocks(lines, first)
    stray = next((number for number, line in before.text if line.strip()), None)
    if stray is not None or before.items or before.quote:
        line = min([stray or 10**9, *(item.line for item in before.items), *(number for number, _ in before.quote)])
        faults.add("text-before-steps", line, "Text stands before the first step.", "Move it beneath a heading.")
    if len(found) > MAX_NODES:
        said = f"The scenario has {len(found):,} steps; {MAX_NODES:,} can be read."
        faults.add("too-many-steps", found[MAX_NODES].line, said, "Split it into several scenarios.")
        return []
    reader = _Reader(head, faults, {})
    return [reader.node(block) for block in found]


@dataclass(slots=True)
class _Reader:
    head: Head
    faults: Faults
    taken: dict[str, int]

    def node(self, block: Block) -> Node:
        """One step from its block."""
        title, braces = self._heading(block)
        unknown_marks(braces, ("end",), block.line, self.faults)
        values = dict(braces.values)
        for key in values.keys() - {"outcome", "reflect"}:
            fix = nearest(key, ("outcome", "reflect"), "A heading knows #id, .end, outcome= and reflect=.")
            self.faults.add("unknown-key", block.line, f"'{key}' is not a key of a heading.", fix)
        end = "end" in braces.words
        text, feedback = _joined(block.text), _joined(block.quote)
        self._words(block, text, feedback)
        choices = ChoiceReader(self.head, self.faults).choices(block)
        return Node(
            id=self._node_id(braces.anchor, title, block.line), title=title, text=text.kept, feedback=feedback.kept,
            choices=choices, end=end, outcome=self._outcome(values.get("outcome"), end, block.line),
            reflect=self._reflect(values.get("reflect", ""), end, block.line),
            pictures=tuple(pictures(text.placed, text.first)), line=block.line,
        )  # fmt: skip

    def _heading(self, block: Block) -> tuple[str, Braces]:
        raw = block.title or ""
        opening = re.search(r"(?<!\\)\{", raw)
        if opening is None:
            title, braces = raw, Braces()
        else:
            title, inside = raw[: opening.start()].strip(), raw[opening.start() :]
            braces = braces_of(inside, block.line, self.faults)
        if not title:
            self.faults.add("step-without-title", block.line, "A step has no title.", "Write '# What happens {#id}'.")
        check_words(title, block.line, self.faults)
        return title or "Untitled", braces

    def _node_id(self, anchor: str | None, title: str, line: int) -> str:
        name = anchor or ""
        if anchor is None:
            name = clean_id(title, set(self.taken))
            fix = f"Write '{{#{name}}}' after the title, and keep it when the title changes."
            self.faults.add("step-without-id", line, f"The step '{title}' has no id.", fix)
        elif not ID.match(name):
            fix = f"Write '{{#{clean_id(name)}}}'."
            said = f"'{name[:64]}' is not an id of lower-case letters, digits and hyphens (64 at most)."
            self.faults.add("bad-id", line, said, fix)
        if name in self.taken:
            said = f"The id '{name}' is used here and on line {self.taken[name]}."
            self.faults.add("duplicate-id", line, said, "Give one of the two steps another id.")
        self.taken.setdefault(name, line)
        return name

    def _outcome(self, text: str | None, end: bool, line: int) -> Outcome | None:
        if text is None:
            return None
        if not end:
            fix = "Add '.end', or remove the outcome."
            self.faults.add("outcome-without-end", line, "Only an ending has an outcome.", fix)
        if text not in _OUTCOMES:
            fix = nearest(text, _OUTCOMES, "It is success, partial or fail.")
            self.faults.add("unknown-outcome", line, f"'{text}' is not an outcome.", fix)
        return _OUTCOMES.get(text)

    def _reflect(self, text: str, end: bool, line: int) -> str:
        if text and not end:
            fix = "Add '.end', or move the question into the text."
            self.faults.add("reflect-without-end", line, "Only an ending asks for reflection.", fix)
        check_words(text, line, self.faults)
        return text.strip()

    def _words(self, block: Block, text: "_Words", feedback: "_Words") -> None:
        if len(text.kept) + len(feedback.kept) > MAX_STEP:
            said = f"The step has more than {MAX_STEP:,} characters of text."
            self.faults.add("step-too-long", block.line, said, "Cut it into several steps.")
            return
        for words in (text, feedback):
            check_words(words.placed, words.first, self.faults)
        for number, line in block.text:
            if re.match(r" {0,3}#[^#\s].*\{#", line):
                fix = "Put a space after '#'."
                self.faults.add("heading-without-space", number, "This looks like a step's heading, but is text.", fix)
            elif re.match(r" {0,3}=+\s*\Z", line):
                fix = "Write '# Title {#id}' on one line."
                self.faults.add("heading-underlined", number, "An underlined heading does not begin a step.", fix)
        if block.late_text is not None:
            said = "Text below the choices is shown above them."
            self.faults.add("text-below-choices", block.late_text, said, "Move it above the first choice.", "advice")


@dataclass(frozen=True, slots=True)
class _Words:
    """A text as it is kept, and the same with a line for every line of the file, so that places can be told."""

    kept: str
    placed: str
    first: int


def _joined(lines: list[tuple[int, str]]) -> _Words:
    full = [at for at, (_, line) in enumerate(lines) if line.strip()]
    if not full:
        return _Words("", "", 1)
    kept = lines[full[0] : full[-1] + 1]
    first, placed = kept[0][0], [""] * (kept[-1][0] - kept[0][0] + 1)
    for number, line in kept:
        placed[number - first] = line
    return _Words("\n".join(line for _, line in kept), "\n".join(placed), first)
