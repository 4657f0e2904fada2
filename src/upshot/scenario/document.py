"""The scenario file as a whole: read and judged in one go."""

from dataclasses import dataclass

from upshot.errors import Problem, ScenarioError
from upshot.scenario.lint import lint
from upshot.scenario.model import Scenario
from upshot.scenario.reading import read
from upshot.scenario.surroundings import Surroundings, out_of_place

__all__ = ["Examined", "examine", "parse"]


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in a scenario file.

    Parameters
    ----------
    problems
        By line. An ``error`` keeps it from being published; a ``gap`` limits what can be said from it; ``advice``
        would make it better.
    scenario
        The scenario, if there is no error.
    draft
        As much of it as could be read, for a preview.
    """

    problems: tuple[Problem, ...]
    scenario: Scenario | None
    draft: Scenario | None


def examine(text: str, file: str | None = None, around: Surroundings | None = None) -> Examined:
    """Read and judge a scenario file, also by what it refers to outside; never raises for what the text holds."""
    draft = read(text, file)
    found = [*draft.problems]
    if draft.scenario is not None:
        found += lint(draft.scenario, file, draft.lines)
        found += out_of_place(draft.scenario, around or Surroundings(), draft.lines, file)
    ranks = {"error": 0, "gap": 1, "advice": 2}
    problems = tuple(sorted(found, key=lambda one: (one.line or 0, ranks[one.kind])))
    failed = any(one.kind == "error" for one in problems)
    return Examined(problems, None if failed else draft.scenario, draft.scenario)


def parse(text: str, file: str | None = None) -> Scenario:
    """The scenario of a file that can be published.

    Raises
    ------
    ScenarioError
        With every error, if there is one.
    """
    examined = examine(text, file)
    if examined.scenario is None:
        raise ScenarioError([one for one in examined.problems if one.kind == "error"])
    return examined.scenario
