"""Two versions of a text side by side: lines that stayed, went or came, and the words that changed in them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

__all__ = ["Line", "Piece", "changed_lines", "line_diff"]

Kind = Literal["same", "changed", "added", "removed", "gap"]

_WORDS = re.compile(r"\s+|[\w.-]+|[^\w\s]")
_ALIKE = 0.4
"""Two lines less alike than this are one that went and one that came."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a line; ``marked`` where they are not on the other side."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a comparison: the line before and after, with their numbers; ``gap`` stands for lines left out."""

    kind: Kind
    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()
    before_number: int | None = None
    after_number: int | None = None
    left_out: int = 0


def changed_lines(before: str, after: str) -> int:
    """How many lines went or came."""
    return sum(1 for line in line_diff(before, after, around=0) if line.kind not in ("same", "gap"))


def line_diff(before: str, after: str, *, around: int = 3) -> list[Line]:
    """Compare two texts line by line.

    Parameters
    ----------
    around
        Unchanged lines kept on each side of a change; the others are left out, and counted.
    """
    old, new = before.splitlines(), after.splitlines()
    rows: list[Line] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [
                Line(
                    kind="same",
                    before=(Piece(old[i]),),
                    after=(Piece(old[i]),),
                    before_number=i + 1,
                    after_number=j + 1,
                )
                for i, j in zip(range(i1, i2), range(j1, j2), strict=True)
            ]
        else:
            rows += _changed(old, new, range(i1, i2), range(j1, j2))
    return _folded(rows, around)


def _changed(old: Sequence[str], new: Sequence[str], gone: range, came: range) -> Iterator[Line]:
    pairs = _pairs([old[i] for i in gone], [new[j] for j in came])
    done_old, done_new = 0, 0
    for at, to in [*pairs, (len(gone), len(came))]:
        for i in range(done_old, at):
            yield Line(kind="removed", before=(Piece(old[gone[i]], True),), before_number=gone[i] + 1)
        for j in range(done_new, to):
            yield Line(kind="added", after=(Piece(new[came[j]], True),), after_number=came[j] + 1)
        if at < len(gone) and to < len(came):
            was, now = _words(old[gone[at]], new[came[to]])
            yield Line(kind="changed", before=was, after=now, before_number=gone[at] + 1, after_number=came[to] + 1)
        done_old, done_new = at + 1, to + 1


def _pairs(gone: Sequence[str], came: Sequence[str]) -> list[tuple[int, int]]:
    """Lines that are one line changed, in their order."""
    pairs, start = [], 0
    for at, line in enumerate(gone):
        scores = [(SequenceMatcher(None, line, came[to]).ratio(), -to) for to in range(start, len(came))]
        best = max(scores, default=(0.0, 0))
        if best[0] >= _ALIKE:
            pairs.append((at, -best[1]))
            start = 1 - best[1]
    return pairs


def _words(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    was: list[Piece] = []
    now: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if i2 > i1:
            was.append(Piece("".join(old[i1:i2]), tag != "equal"))
        if j2 > j1:
            now.append(Piece("".join(new[j1:j2]), tag != "equal"))
    return tuple(was), tuple(now)


def _folded(rows: list[Line], around: int) -> list[Line]:
    near = {at + by for at, row in enumerate(rows) if row.kind != "same" for by in range(-around, around + 1)}
    kept: list[Line] = []
    left_out = 0
    for at, row in enumerate(rows):
        if at in near or row.kind != "same":
            if left_out:
                kept.append(Line(kind="gap", left_out=left_out))
            kept.append(row)
            left_out = 0
        else:
            left_out += 1
    return [*kept, Line(kind="gap", left_out=left_out)] if left_out else kept
