"""Practice: branching scenarios as Markdown, read, judged, played, scored, compared and exchanged."""

from upshot.scenario.bounds import Bounds, GrowingLoop, Range, bounds_of
from upshot.scenario.compare import Changes, carry, compare
from upshot.scenario.document import Examined, examine, parse
from upshot.scenario.facts import Answered, Finished, finish_facts, statement_facts
from upshot.scenario.lint import lint
from upshot.scenario.model import SCHEMA, Choice, Node, Scenario
from upshot.scenario.play import Compiled, Decision, State, Step, compiled
from upshot.scenario.render import fingerprint, render
from upshot.scenario.score import CompetencyScore, Score, score
from upshot.scenario.surroundings import Surroundings

__all__ = [
    "SCHEMA",
    "Answered",
    "Bounds",
    "Changes",
    "Choice",
    "CompetencyScore",
    "Compiled",
    "Decision",
    "Examined",
    "Finished",
    "GrowingLoop",
    "Node",
    "Range",
    "Scenario",
    "Score",
    "State",
    "Step",
    "Surroundings",
    "bounds_of",
    "carry",
    "compare",
    "compiled",
    "examine",
    "fingerprint",
    "finish_facts",
    "lint",
    "parse",
    "render",
    "score",
    "statement_facts",
]
