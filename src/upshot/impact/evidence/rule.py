"""One rule of the grade table: the fact it looks at, the ceiling it sets, and the way out."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["LOT", "MEANINGS", "Letter", "Rule", "same_step"]

Letter = Literal["A", "B", "C", "D"]

MEANINGS: dict[Letter, str] = {
    "A": "shown by experiment",
    "B": "supported by a credible comparison",
    "C": "suggestive",
    "D": "cannot tell",
}

LOT = frozenset({"assignment:random", "assignment:as-if-random"})
"""Designs whose credit rests on the lot, not on earlier trends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """If any fact of ``when`` holds and none of ``unless``, the grade is ``ceiling`` at most.

    Parameters
    ----------
    code
        Stable name of the rule; what `Grade.codes` holds.
    when, unless
        Facts, as `upshot.impact.evidence.facts` writes them. None speaks of the effect.
    text
        Why, in a sentence that holds no number of the answer.
    next_step
        What would make the answer knowable, or better.
    """

    code: str
    when: frozenset[str]
    ceiling: Letter
    text: str
    next_step: str
    unless: frozenset[str] = frozenset()


def same_step(
    ceiling: Letter, next_step: str, *rows: tuple[str, str, str], unless: frozenset[str] = frozenset()
) -> tuple[Rule, ...]:
    """Rules that share a ceiling and a way out: (code, facts parted by spaces, text) each."""
    return tuple(
        Rule(code=code, when=frozenset(when.split()), ceiling=ceiling, text=text, next_step=next_step, unless=unless)
        for code, when, text in rows
    )
