"""What every import hands back: a scenario file to go on with, and a list of what was not converted."""

from dataclasses import dataclass, field

from upshot.errors import Problem, ScenarioError
from upshot.scenario.document import examine
from upshot.scenario.model import Scenario
from upshot.scenario.render import render

__all__ = ["Imported", "Log", "NotConverted", "delivered", "escaped", "refuse"]

MAX_LOGGED = 2_000


@dataclass(frozen=True, slots=True)
class NotConverted:
    """One thing of the original that is not in the scenario: where it stood, what it was, what to do about it."""

    where: str
    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}{f' {self.fix}' if self.fix else ''}"


@dataclass(frozen=True, slots=True)
class Imported:
    """An import.

    Parameters
    ----------
    text
        The scenario as Markdown, for its author to go on with.
    problems
        What `examine` says of that text. An import without points and outcomes has gaps; that is expected.
    not_converted
        What of the original is not in it.
    pictures
        Names of the picture files the text points to, as they are called in the original.
    """

    text: str
    problems: tuple[Problem, ...]
    not_converted: tuple[NotConverted, ...]
    pictures: tuple[str, ...] = ()


@dataclass(slots=True)
class Log:
    """Collects what is not converted, each thing once."""

    found: dict[NotConverted, None] = field(default_factory=dict)

    def add(self, where: str, what: str, fix: str = "") -> None:
        """Note one thing."""
        if len(self.found) < MAX_LOGGED:
            self.found[NotConverted(where, what, fix)] = None


def delivered(scenario: Scenario, log: Log, pictures: tuple[str, ...] = ()) -> Imported:
    """Write the scenario out and judge it."""
    text = render(scenario)
    return Imported(text, examine(text).problems, tuple(log.found), pictures)


def refuse(code: str, text: str, fix: str) -> ScenarioError:
    """The error of a file that cannot be imported at all."""
    return ScenarioError(Problem(code=code, text=text, fix=fix))


_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>{}"})
_BEGINNINGS = ("#", "-", "+", "=", "~", "|")


def escaped(text: str) -> str:
    """Plain words as Markdown that shows just these words; invisible characters are dropped."""
    kept = "".join(sign for sign in text if sign in "\n\t" or (sign.isprintable() and sign != "\ufffe"))
    lines = [line.strip().translate(_SIGNS) for line in kept.split("\n")]
    return "\n".join(_guarded(line) for line in lines)


def _guarded(line: str) -> str:
    if line.startswith(_BEGINNINGS):
        return f"\\{line}"
    number, dot, rest = line.partition(".")
    return f"{number}\\.{rest}" if dot and number.isdigit() and rest[:1] in {"", " "} else line
