"""What an attempt is worth: points per competency, on a scale from the worst to the best the scenario allows."""

from dataclasses import dataclass

from upshot.scenario.bounds import Bounds
from upshot.scenario.model import Outcome
from upshot.scenario.play import Compiled, Decision, State

__all__ = ["CompetencyScore", "Score", "score"]


@dataclass(frozen=True, slots=True)
class CompetencyScore:
    """One competency: points, the range a finished attempt can have, and the place in it from 0 to 1.

    ``scaled`` is absent while the attempt is under way, and where every finished attempt has the same points.
    """

    competency: str
    points: int
    low: int
    high: int
    scaled: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """What an attempt is worth; whether it is somebody's first (the measurement) is the caller's to know.

    Parameters
    ----------
    competencies
        In the scenario's order.
    scaled
        Weighted mean of the competencies' places; absent while the attempt is under way.
    critical
        Every critical answer given, in order.
    finished, outcome
        Whether an ending was reached, and how it went.
    passed
        Whether it meets the scenario's ``pass``; absent while under way, or where the scenario does not say.
    right, answered
        Decisions whose best answer was given, of those that have one.
    """

    competencies: tuple[CompetencyScore, ...]
    scaled: float | None
    critical: tuple[Decision, ...]
    finished: bool
    outcome: Outcome | None
    passed: bool | None
    right: int
    answered: int

    def of(self, competency: str) -> CompetencyScore | None:
        """The score of one competency."""
        return next((one for one in self.competencies if one.competency == competency), None)


def score(compiled: Compiled, state: State, bounds: Bounds) -> Score:
    """Score an attempt; ``bounds`` are those of the same scenario (`bounds_of`, computed once)."""
    node = compiled.node(state)
    points = {one.id: 0 for one in compiled.scenario.competencies}
    critical, right, answered = list[Decision](), 0, 0
    for decision in state.decisions:
        step = compiled.nodes[decision.node]
        choice = next(one for one in step.choices if one.id == decision.choice)
        for name, given in choice.points:
            points[name] += given
        if choice.critical:
            critical.append(decision)
        if any(one.best for one in step.choices):
            answered, right = answered + 1, right + choice.best
    each = tuple(
        CompetencyScore(one.competency, points[one.competency], one.low, one.high,
                        one.scaled(points[one.competency]) if node.end else None)
        for one in bounds.ranges
    )  # fmt: skip
    scaled = _mean(compiled, each)
    passed = _passed(compiled, scaled, bool(critical)) if node.end else None
    return Score(each, scaled, tuple(critical), node.end, node.outcome, passed, right, answered)


def _mean(compiled: Compiled, each: tuple[CompetencyScore, ...]) -> float | None:
    weights = {one.id: one.weight for one in compiled.scenario.competencies}
    known = [(weights[one.competency], one.scaled) for one in each if one.scaled is not None]
    whole = sum(weight for weight, _ in known)
    return sum(weight * scaled for weight, scaled in known) / whole if known else None


def _passed(compiled: Compiled, scaled: float | None, critical: bool) -> bool | None:
    passing = compiled.scenario.passing
    if passing.min_scaled is None and not passing.no_critical:
        return None
    if passing.no_critical and critical:
        return False
    if passing.min_scaled is None:
        return True
    return None if scaled is None else scaled >= passing.min_scaled - _ROUNDING


# A mean of fractions may miss its decimal value by a few units in the last place.
_ROUNDING = 1e-9
