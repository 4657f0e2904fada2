"""What a record of a decision, or of a finished attempt, has to say, in the scenario's own words and ids."""

from dataclasses import dataclass

from upshot.scenario.model import Outcome
from upshot.scenario.play import Compiled, Step
from upshot.scenario.score import Score

__all__ = ["Answered", "Finished", "finish_facts", "statement_facts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One decision, with nothing about the person in it.

    Parameters
    ----------
    scenario, version, fingerprint, lang
        What was played.
    step, title
        Id and title of the step answered.
    choices
        (id, text) of all that was offered, in the order shown.
    response
        Id of the answer.
    right
        Ids of the best answers among those offered; empty where the scenario names none.
    success
        Whether the answer is one of them; absent where there are none.
    points
        (competency, points) of the answer.
    critical
        Whether the answer is critical.
    turn
        Whether it only turned the page, so that it is no decision.
    number, visit
        Which answer of the attempt this is, and which time this step was answered in it; both count from 1.
    duration_seconds
        As the caller measured it; absent if not measured.
    """

    scenario: str
    version: int
    fingerprint: str
    lang: str
    step: str
    title: str
    choices: tuple[tuple[str, str], ...]
    response: str
    right: tuple[str, ...]
    success: bool | None
    points: tuple[tuple[str, int], ...]
    critical: bool
    turn: bool
    number: int
    visit: int
    duration_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """One finished attempt, with nobody in it; ``competencies`` are (id, points, low, high, scaled)."""

    scenario: str
    version: int
    fingerprint: str
    lang: str
    ending: str
    outcome: Outcome | None
    scaled: float | None
    passed: bool | None
    critical: tuple[tuple[str, str], ...]
    competencies: tuple[tuple[str, int, int, int, float | None], ...]
    decisions: int
    duration_seconds: float | None


def statement_facts(compiled: Compiled, step: Step, duration_seconds: float | None = None) -> Answered:
    """What a statement about one decision needs."""
    state, right = step.state, tuple(one.id for one in step.choices if one.best)
    return Answered(
        scenario=state.scenario, version=state.version, fingerprint=state.fingerprint, lang=compiled.scenario.lang,
        step=step.node.id, title=step.node.title, choices=tuple((one.id, one.text) for one in step.choices),
        response=step.choice.id, right=right, success=step.choice.id in right if right else None,
        points=step.choice.points, critical=step.choice.critical, turn=step.choice.turn,
        number=len(state.decisions), visit=sum(one.node == step.node.id for one in state.decisions),
        duration_seconds=duration_seconds,
    )  # fmt: skip


def finish_facts(compiled: Compiled, step: Step, result: Score, duration_seconds: float | None = None) -> Finished:
    """What a statement about the end of an attempt needs; ``step`` is its last."""
    state = step.state
    return Finished(
        scenario=state.scenario, version=state.version, fingerprint=state.fingerprint, lang=compiled.scenario.lang,
        ending=step.next.id, outcome=result.outcome, scaled=result.scaled, passed=result.passed,
        critical=tuple((one.node, one.choice) for one in result.critical),
        competencies=tuple((one.competency, one.points, one.low, one.high, one.scaled) for one in result.competencies),
        decisions=len(state.decisions), duration_seconds=duration_seconds,
    )  # fmt: skip
