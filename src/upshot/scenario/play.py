"""Playing: a state and a choice go in, the next state and the feedback come out; nothing else is kept."""

import json
from dataclasses import dataclass

import msgspec

from upshot.errors import Problem, ScenarioError
from upshot.scenario.faults import nearest
from upshot.scenario.flags import applied, offered
from upshot.scenario.model import Choice, Node, Scenario
from upshot.scenario.render import fingerprint

__all__ = ["MAX_DECISIONS", "STATE_SCHEMA", "Compiled", "Decision", "State", "Step", "compiled"]

STATE_SCHEMA = "upshot-scenario-state/1"
MAX_DECISIONS = 2_000


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer given: at which step, and which choice."""

    node: str
    choice: str


@dataclass(frozen=True, slots=True)
class State:
    """Where an attempt stands. It holds no person and no clock; the caller keeps those beside it.

    Parameters
    ----------
    scenario, version, fingerprint
        The scenario it belongs to; it plays on no other content.
    node
        Id of the step shown now.
    flags
        (name, value) of every flag.
    decisions
        Every answer so far, in order.
    """

    scenario: str
    version: int
    fingerprint: str
    node: str
    flags: tuple[tuple[str, int], ...] = ()
    decisions: tuple[Decision, ...] = ()

    def to_json(self) -> str:
        """The state as one line of JSON, `upshot-scenario-state/1`."""
        record = {
            "schema": STATE_SCHEMA,
            "scenario": self.scenario,
            "version": self.version,
            "fingerprint": self.fingerprint,
            "node": self.node,
            "flags": dict(self.flags),
            "decisions": [[one.node, one.choice] for one in self.decisions],
        }
        return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Step:
    """What a choice led to.

    Parameters
    ----------
    before, state
        The state the choice was made in, and the one after it.
    node, choice, choices
        The step answered, the answer, and all that was offered.
    feedback
        Markdown to show about the answer; empty if there is none.
    next
        The step to show now.
    """

    before: State
    state: State
    node: Node
    choice: Choice
    choices: tuple[Choice, ...]
    feedback: str
    next: Node


class _Record(msgspec.Struct, forbid_unknown_fields=True):
    schema: str
    scenario: str
    version: int
    fingerprint: str
    node: str
    flags: dict[str, int]
    decisions: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A scenario ready to be played: steps by id, and its fingerprint computed once. Made by `compiled`."""

    scenario: Scenario
    fingerprint: str
    nodes: dict[str, Node]

    def begin(self) -> State:
        """The state at the start of an attempt."""
        flags = tuple((flag.name, flag.start) for flag in self.scenario.flags)
        start = self.scenario.start
        return State(self.scenario.id, self.scenario.version, self.fingerprint, start, flags)

    def node(self, state: State) -> Node:
        """The step a state shows."""
        self._own(state)
        return self.nodes[state.node]

    def finished(self, state: State) -> bool:
        """Whether the attempt has reached an ending."""
        return self.node(state).end

    def choices(self, state: State) -> tuple[Choice, ...]:
        """What can be chosen now; nothing at an ending."""
        node, flags = self.node(state), dict(state.flags)
        return () if node.end else tuple(choice for choice in node.choices if offered(choice.condition, flags))

    def choose(self, state: State, choice_id: str) -> Step:
        """Answer the step a state shows.

        Raises
        ------
        ScenarioError
            If the choice is not offered, the attempt has ended or grew past `MAX_DECISIONS`, or the state belongs to
            other content.
        """
        node, given = self.node(state), self.choices(state)
        choice = next((one for one in given if one.id == choice_id), None)
        if choice is None:
            raise _refused(node, choice_id, given)
        if len(state.decisions) >= MAX_DECISIONS:
            text = f"The attempt has more than {MAX_DECISIONS:,} answers."
            raise ScenarioError(Problem(code="attempt-too-long", text=text, fix="Start a new attempt."))
        known = {flag.name: flag for flag in self.scenario.flags}
        flags = applied(choice.effects, dict(state.flags), known)
        decisions = (*state.decisions, Decision(node.id, choice.id))
        after = State(state.scenario, state.version, state.fingerprint, choice.target, tuple(flags.items()), decisions)
        return Step(state, after, node, choice, given, choice.feedback, self.nodes[choice.target])

    def replay(self, decisions: tuple[Decision, ...]) -> State:
        """Play the given answers from the start; refused if one does not fit."""
        state = self.begin()
        for one in decisions:
            if one.node != state.node:
                text = f"An answer is to the step '{one.node}', but the attempt is at '{state.node}'."
                raise ScenarioError(Problem(code="state-broken", text=text, fix="Start a new attempt."))
            state = self.choose(state, one.choice).state
        return state

    def load(self, text: str) -> State:
        """A state from its JSON, played again from the start, so that it cannot claim what was not answered."""
        try:
            record = msgspec.json.decode(text, type=_Record)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            problem = Problem(code="state-unreadable", text="The saved attempt cannot be read.", fix="Start a new one.")
            raise ScenarioError(problem) from None
        kept = State(
            record.scenario, record.version, record.fingerprint, record.node, tuple(record.flags.items()),
            tuple(Decision(node, choice) for node, choice in record.decisions),
        )  # fmt: skip
        self._own(kept)
        again = self.replay(kept.decisions)
        if record.schema != STATE_SCHEMA or again != kept:
            text = "The saved attempt does not follow from its own answers."
            raise ScenarioError(Problem(code="state-broken", text=text, fix="Start a new attempt."))
        return again

    def _own(self, state: State) -> None:
        if (state.scenario, state.fingerprint) != (self.scenario.id, self.fingerprint):
            text = f"The attempt was begun on version {state.version} of '{state.scenario}', with other content."
            fix = "Play it on the version it was begun on, or carry it over."
            raise ScenarioError(Problem(code="other-content", text=text, fix=fix))


def compiled(scenario: Scenario) -> Compiled:
    """Make a scenario ready to be played."""
    nodes: dict[str, Node] = {}
    for node in scenario.nodes:
        nodes.setdefault(node.id, node)
    missing = {scenario.start, *(one.target for node in scenario.nodes for one in node.choices)} - nodes.keys()
    if missing:
        names = ", ".join(f"'{name}'" for name in sorted(missing)[:5])
        raise ScenarioError(
            Problem(code="missing-target", text=f"There is no step {names}.", fix="Check the scenario first.")
        )
    return Compiled(scenario, fingerprint(scenario), nodes)


def _refused(node: Node, choice_id: str, given: tuple[Choice, ...]) -> ScenarioError:
    if node.end:
        text = f"The attempt has ended at '{node.id}'."
        return ScenarioError(Problem(code="attempt-ended", text=text, fix="Start a new attempt."))
    names = [one.id for one in given]
    fix = nearest(choice_id, names, f"Offered: {', '.join(names)}.")
    text = f"'{choice_id[:64]}' is not offered at '{node.id}'."
    return ScenarioError(Problem(code="not-offered", text=text, fix=fix))
