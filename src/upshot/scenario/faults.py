"""The list on which everything that reads or judges a scenario puts what it finds."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from upshot.errors import Problem

__all__ = ["MAX_PROBLEMS", "Faults", "nearest"]

MAX_PROBLEMS = 1_000


@dataclass(slots=True)
class Faults:
    """Problems of one file, collected so that all are said at once."""

    file: str | None = None
    found: list[Problem] = field(default_factory=list)

    def add(
        self, code: str, line: int | None, text: str, fix: str, kind: Literal["error", "gap", "advice"] = "error"
    ) -> None:
        """Put one problem on the list."""
        if not self.full:
            self.found.append(Problem(code=code, text=text, fix=fix, kind=kind, file=self.file, line=line))

    @property
    def full(self) -> bool:
        """Whether the list holds all that anybody will read."""
        return len(self.found) >= MAX_PROBLEMS

    def in_order(self) -> tuple[Problem, ...]:
        """The problems by line, errors first where they share one."""
        ranks = {"error": 0, "gap": 1, "advice": 2}
        return tuple(sorted(dict.fromkeys(self.found), key=lambda one: (one.line or 0, ranks[one.kind], one.code)))


def nearest(name: str, known: Iterable[str], otherwise: str) -> str:
    """Which of the known names was probably meant, as a sentence; else the given one."""
    near = difflib.get_close_matches(name, tuple(known), n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else otherwise
