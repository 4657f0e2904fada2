"""Two people changed one text: what each changed, and where a person must choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

__all__ = ["CHOICES", "Choice", "Chunk", "merged", "three_way"]

Choice = Literal["mine", "theirs", "both"]
CHOICES: tuple[Choice, ...] = ("mine", "theirs", "both")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Lines of three texts that belong together.

    ``kind`` says who changed them: nobody (``same``), one side (``mine``, ``theirs``), both alike
    (``agreed``), or both differently (``conflict``).
    """

    kind: Literal["same", "mine", "theirs", "agreed", "conflict"]
    base: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]

    def lines(self, choice: Choice) -> tuple[str, ...]:
        """The lines a choice gives; only of a conflict does it matter."""
        if self.kind == "conflict":
            return {"mine": self.mine, "theirs": self.theirs, "both": (*self.theirs, *self.mine)}[choice]
        return {"same": self.base, "mine": self.mine, "theirs": self.theirs, "agreed": self.mine}[self.kind]


def three_way(base: str, mine: str, theirs: str) -> tuple[Chunk, ...]:
    r"""What two texts made of the one they started from, in its order.

    Examples
    --------
    >>> [chunk.kind for chunk in three_way("a\nb\nc\n", "a\nB\nc\n", "a\nb\nc\nd\n")]
    ['same', 'mine', 'same', 'theirs']
    """
    b, m, t = (text.splitlines(keepends=True) for text in (base, mine, theirs))
    to_mine, to_theirs = _kept(b, m), _kept(b, t)
    chunks: list[Chunk] = []
    at = [0, 0, 0]
    for line in [*range(len(b)), len(b)]:
        there = (len(m), len(t)) if line == len(b) else (to_mine.get(line), to_theirs.get(line))
        if there[0] is None or there[1] is None:
            continue
        _append(chunks, tuple(b[at[0] : line]), tuple(m[at[1] : there[0]]), tuple(t[at[2] : there[1]]))
        if line < len(b):
            _append(chunks, (b[line],), (b[line],), (b[line],))
        at = [line + 1, there[0] + 1, there[1] + 1]
    return tuple(chunks)


def _kept(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """Where lines of the base stand in the other text."""
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {block.a + by: block.b + by for block in blocks for by in range(block.size)}


def _append(chunks: list[Chunk], base: tuple[str, ...], mine: tuple[str, ...], theirs: tuple[str, ...]) -> None:
    if not (base or mine or theirs):
        return
    kind = _kind(base, mine, theirs)
    if kind == "same" and chunks and chunks[-1].kind == "same":
        whole = chunks[-1].base + base
        chunks[-1] = Chunk(kind="same", base=whole, mine=whole, theirs=whole)
    else:
        chunks.append(Chunk(kind=kind, base=base, mine=mine, theirs=theirs))


def _kind(
    base: tuple[str, ...], mine: tuple[str, ...], theirs: tuple[str, ...]
) -> Literal["same", "mine", "theirs", "agreed", "conflict"]:
    if mine == theirs:
        return "same" if mine == base else "agreed"
    if theirs == base:
        return "mine"
    return "theirs" if mine == base else "conflict"


def merged(chunks: Sequence[Chunk], choices: Mapping[int, Choice]) -> str:
    """The text that comes of the choices, by place of the conflict among the chunks.

    Raises
    ------
    KeyError
        If a conflict has no choice.
    """
    said: list[str] = []
    for place, chunk in enumerate(chunks):
        choice = choices[place] if chunk.kind == "conflict" else "mine"
        for line in chunk.lines(choice):
            if said and not said[-1].endswith("\n"):
                said[-1] += "\n"
            said.append(line)
    return "".join(said)
