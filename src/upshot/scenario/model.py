"""A scenario as frozen values: steps, choices, points, flags; every part remembers its line."""

from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "MAX_CHARACTERS",
    "MAX_CHOICES",
    "MAX_NODES",
    "MAX_POINTS",
    "SCHEMA",
    "Choice",
    "Comparison",
    "Competency",
    "Effect",
    "Flag",
    "Node",
    "Outcome",
    "Passing",
    "Picture",
    "Scenario",
]

SCHEMA = "upshot-scenario/1"
MAX_CHARACTERS = 8_000_000
MAX_NODES = 10_000
MAX_CHOICES = 50
MAX_POINTS = 100

Outcome = Literal["success", "partial", "fail"]
Operator = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Competency:
    """What the scenario gives points for; ``weight`` is its part in the score of the whole."""

    id: str
    weight: int = 1
    label: str = ""


@dataclass(frozen=True, slots=True)
class Passing:
    """What it takes to pass: a scaled score from 0 to 1, and whether a critical choice fails regardless."""

    min_scaled: float | None = None
    no_critical: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """A whole number the scenario remembers, never below ``low`` nor above ``high``."""

    name: str
    low: int = 0
    high: int = 1
    start: int = 0
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One test of a flag, as in ``trust >= 2``."""

    flag: str
    operator: Operator
    value: int

    def holds(self, value: int) -> bool:
        """Whether the flag passes the test at this value."""
        match self.operator:
            case "=":
                return value == self.value
            case "!=":
                return value != self.value
            case "<":
                return value < self.value
            case "<=":
                return value <= self.value
            case ">":
                return value > self.value
            case ">=":
                return value >= self.value

    def __str__(self) -> str:
        return f"{self.flag} {self.operator} {self.value}"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a choice does to a flag: set it (``=``), or add to it (``+=``), stopping at the flag's bounds."""

    flag: str
    operator: Literal["=", "+="]
    value: int

    def __str__(self) -> str:
        if self.operator == "+=" and self.value < 0:
            return f"{self.flag} -= {-self.value}"
        return f"{self.flag} {self.operator} {self.value}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the text of a step, with the words for those who cannot see it."""

    text: str
    source: str
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer to a step.

    Parameters
    ----------
    id
        Unique in its step; statistics are kept under it, so it stays when the words change.
    text, feedback
        Markdown: what is chosen, and what is said about it afterwards (empty: nothing).
    target
        Id of the step that follows.
    points
        (competency, points) in the order written; never zero.
    condition
        Any of these groups must hold, each with all its comparisons; empty: always offered.
    effects
        What it does to flags, in the order written.
    critical
        Whether it fails the attempt regardless of points (where the scenario says so).
    best
        Whether it is an answer counted as right.
    turn
        Whether it only turns the page: the one way on, not a decision.
    """

    id: str
    text: str
    target: str
    points: tuple[tuple[str, int], ...] = ()
    condition: tuple[tuple[Comparison, ...], ...] = ()
    effects: tuple[Effect, ...] = ()
    critical: bool = False
    best: bool = False
    turn: bool = False
    feedback: str = ""
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One step: what is seen, and what can be chosen.

    Parameters
    ----------
    text
        Markdown, without the choices and without the feedback.
    feedback
        Markdown of the quoted blocks: said on arrival about how one came here.
    end, outcome, reflect
        For an ending: that it is one, how it went, and a question to think about.
    """

    id: str
    title: str
    text: str = ""
    feedback: str = ""
    choices: tuple[Choice, ...] = ()
    end: bool = False
    outcome: Outcome | None = None
    reflect: str = ""
    pictures: tuple[Picture, ...] = ()
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A branching scenario, `upshot-scenario/1`; equal when it means the same, wherever its lines stand.

    Parameters
    ----------
    id, title, lang, version
        Who it is; ``version`` counts up when points, choices or steps change.
    role, competencies, kpis, passing
        Whom it is for, what it gives points for, which KPIs it serves, and what it takes to pass.
    flags, start, nodes
        The graph: numbers remembered, where it begins, and the steps in the order written.
    """

    id: str
    title: str
    lang: str = "en"
    version: int = 1
    role: str = ""
    summary: str = ""
    source: str = ""
    licence: str = ""
    competencies: tuple[Competency, ...] = ()
    passing: Passing = Passing()
    kpis: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    start: str
    nodes: tuple[Node, ...]
