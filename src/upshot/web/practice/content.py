"""Versions ready to be played: parsed, compiled and bounded once for as long as they are asked for often."""

from dataclasses import dataclass
from functools import lru_cache

from upshot.scenario import Bounds, Compiled, Scenario, bounds_of, compiled, parse

__all__ = ["Playable", "playable"]


@dataclass(frozen=True, slots=True)
class Playable:
    """A scenario without errors, compiled, with the points it allows."""

    compiled: Compiled
    bounds: Bounds

    @property
    def scenario(self) -> Scenario:
        """The scenario itself."""
        return self.compiled.scenario

    def label(self, competency: str) -> str:
        """How a competency is called for people."""
        found = next((one for one in self.scenario.competencies if one.id == competency), None)
        return found.label if found is not None and found.label else competency.replace("-", " ").capitalize()


@lru_cache(maxsize=32)
def playable(text: str) -> Playable:
    """The playable scenario of a text.

    Raises
    ------
    ScenarioError
        If it has errors.
    """
    scenario = parse(text)
    return Playable(compiled(scenario), bounds_of(scenario))
