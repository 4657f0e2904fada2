"""The body of a scenario file as blocks: headings, and under each its text, quotes and choices, with their lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Block", "Item", "Link", "blocks", "choice_link"]

_HEADING = re.compile(r" {0,3}#(?:[ \t]+(?P<title>.*?))?[ \t]*\Z")
_FENCE = re.compile(r" {0,3}(?P<tick>`{3,}|~{3,})(?P<info>.*)\Z")
_ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,3}[.)])(?:[ \t]+)(?P<content>\S.*)\Z")
_QUOTE = re.compile(r"[ \t]*>(?: |\t)?(?P<content>.*)\Z")
_INDENTED = re.compile(r"(?:\t| {2,})(?P<content>\S.*)\Z")


@dataclass(slots=True)
class Item:
    """A list item that begins with a bracket: its own lines, the quote beneath it, and what does not belong."""

    line: int
    own: list[str]
    quote: list[str] = field(default_factory=list)
    quote_line: int = 0
    stray: int | None = None
    unindented: int | None = None


@dataclass(slots=True)
class Block:
    """A heading's raw text and what stands beneath it; the block before the first heading has no title."""

    line: int
    title: str | None
    text: list[tuple[int, str]] = field(default_factory=list)
    quote: list[tuple[int, str]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    late_text: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """``[text](#target)`` and what follows it on the item."""

    text: str
    target: str
    rest: str


def blocks(lines: list[str], first: int) -> list[Block]:
    """Cut the lines into blocks; ``first`` is the file's number of the first line.

    Fences keep whatever they hold as text. A quote beneath a choice, indented, is the choice's; one at the margin is
    the step's.
    """
    found = [Block(first, None)]
    scan = _Scan(found[0])
    for number, line in enumerate(lines, first):
        heading = None if scan.fence else _HEADING.match(line)
        if heading:
            found.append(Block(number, (heading["title"] or "").strip()))
            scan = _Scan(found[-1])
        else:
            scan.take(number, line)
    return found


@dataclass(slots=True)
class _Scan:
    """Where the reading stands inside one block."""

    block: Block
    fence: str = ""
    item: Item | None = None
    in_quote: bool = False
    after_blank: bool = False

    def take(self, number: int, line: str) -> None:
        """Put one line where it belongs."""
        blank = not line.strip()
        if self.fence:
            self._text(number, line)
            self._close(line)
        elif blank:
            self._blank(number)
        elif self.item is not None and self._belongs(line):
            self._to_item(number, line)
        else:
            self._to_block(number, line)
        self.after_blank = blank

    def _close(self, line: str) -> None:
        mark = line.strip()
        if mark.startswith(self.fence) and not mark.strip(self.fence[0]):
            self.fence = ""

    def _blank(self, number: int) -> None:
        if self.item is not None and self.item.quote:
            self.item.quote.append("")
        elif self.in_quote:
            self.block.quote.append((number, ""))
            self.in_quote = False
        self._text(number, "")

    def _belongs(self, line: str) -> bool:
        if _INDENTED.match(line):
            return True
        return not self.after_blank and not (_ITEM.match(line) or _QUOTE.match(line) or _FENCE.match(line))

    def _to_item(self, number: int, line: str) -> None:
        item, quote = self.item, _QUOTE.match(line)
        if item is None:
            return
        if quote:
            item.quote_line = item.quote_line or number
            item.quote.append(quote["content"])
        elif item.quote and not self.after_blank:
            item.quote.append(line.strip())
        elif item.quote or self.after_blank:
            item.stray = item.stray or number
        else:
            item.own.append(line.strip())

    def _to_block(self, number: int, line: str) -> None:
        quote, listed, fence = _QUOTE.match(line), _ITEM.match(line), _FENCE.match(line)
        if quote and not line.startswith(("    ", "\t")):
            if self.item is not None and not self.after_blank:
                self.item.unindented = self.item.unindented or number
            self._to_quote(number, quote["content"])
        elif self.in_quote and not (listed or fence):
            self.block.quote.append((number, line.strip()))
        elif listed and listed["content"].startswith("[") and _starts_choice(listed["content"]):
            self.in_quote = False
            self.item = Item(number, [listed["content"].strip()])
            self.block.items.append(self.item)
        else:
            if fence and not (fence["tick"][0] == "`" and "`" in fence["info"]):
                self.fence = fence["tick"]
            self._text(number, line)

    def _to_quote(self, number: int, content: str) -> None:
        self.item, self.in_quote = None, True
        self.block.quote.append((number, content))

    def _text(self, number: int, line: str) -> None:
        if line.strip():
            self.item, self.in_quote = None, False
            if self.block.items:
                self.block.late_text = self.block.late_text or number
        self.block.text.append((number, line.rstrip()))


def _starts_choice(content: str) -> bool:
    """Whether an item may be a choice: its bracket is not a tick box, and leads to ``#…`` or ends on a later line."""
    if re.match(r"\[[ xX]\]\s", content):
        return False
    link = choice_link(content)
    if link is not None:
        return True
    return _closing(content, 0) is None


def choice_link(content: str) -> Link | None:
    """Take ``[text](#target) rest`` apart; brackets inside the text may nest or be escaped."""
    close = _closing(content, 0)
    if close is None:
        return None
    target = re.match(r"\(\s{0,9}<?#(?P<target>[^)\s>]{0,200})>?\s{0,9}\)", content[close + 1 :])
    if target is None:
        return None
    return Link(content[1:close].strip(), target["target"], content[close + 1 + target.end() :].strip())


def _closing(content: str, start: int) -> int | None:
    depth = 0
    for at, sign in _signs(content, start):
        depth += 1 if sign == "[" else -1
        if depth == 0:
            return at
    return None


def _signs(content: str, start: int) -> Iterator[tuple[int, str]]:
    for found in re.finditer(r"\\.|[\[\]]", content[start:]):
        if found.group() in "[]":
            yield start + found.start(), found.group()
