"""Every situation a player can be in: step and flag values, found from the start, with the choices between them."""

from collections import deque
from dataclasses import dataclass

from upshot.scenario.model import Comparison, Effect, Flag, Node, Scenario

__all__ = ["LOST", "MAX_EDGES", "MAX_STATES", "StateGraph", "expand"]

MAX_STATES = 100_000
MAX_EDGES = 500_000
LOST = -1


@dataclass(frozen=True, slots=True)
class StateGraph:
    """States numbered from 0, the start.

    Parameters
    ----------
    nodes
        (states,) index of each state's step.
    values
        (states,) its flag values; a flag that nothing ahead reads is kept at its start, so that states which cannot
        differ any more are one.
    edges
        (states,) pairs of choice index and next state, ``LOST`` where the choice's target does not exist.
    complete
        False when the expansion stopped at its bound.
    """

    scenario: Scenario
    nodes: tuple[int, ...]
    values: tuple[tuple[int, ...], ...]
    edges: tuple[tuple[tuple[int, int], ...], ...]
    complete: bool

    def node(self, state: int) -> Node:
        """The step of a state."""
        return self.scenario.nodes[self.nodes[state]]

    def is_end(self, state: int) -> bool:
        """Whether the attempt ends here."""
        return self.node(state).end

    def flags(self, state: int) -> dict[str, int]:
        """The flags of a state by name."""
        return {flag.name: value for flag, value in zip(self.scenario.flags, self.values[state], strict=True)}


def expand(scenario: Scenario, most: int = MAX_STATES) -> StateGraph:
    """Find every state by breadth; linear in states and choices, at most ``most`` and `MAX_EDGES` of them."""
    index = _index(scenario.nodes)
    live = _live(scenario, index)
    moves = [_moves(node, scenario, index) for node in scenario.nodes]
    start = index.get(scenario.start, 0)
    first = (start, _settled(tuple(flag.start for flag in scenario.flags), scenario.flags, live[start]))
    seen: dict[tuple[int, tuple[int, ...]], int] = {first: 0}
    order, edges, count = [first], list[tuple[tuple[int, int], ...]](), 0
    for at, values in order:
        found: list[tuple[int, int]] = []
        for move in moves[at]:
            if not move.offered(values):
                continue
            if move.target == LOST:
                found.append((move.number, LOST))
                continue
            key = (move.target, _settled(move.after(values), scenario.flags, live[move.target]))
            if key not in seen:
                seen[key] = len(order)
                order.append(key)
            found.append((move.number, seen[key]))
        edges.append(tuple(found))
        count += len(found)
        if len(order) > most or count > MAX_EDGES:
            return _graph(scenario, order[: len(edges)], edges, complete=False)
    return _graph(scenario, order, edges, complete=True)


@dataclass(frozen=True, slots=True)
class _Move:
    """A choice with flags by position, so that many situations can be walked quickly."""

    number: int
    target: int
    condition: tuple[tuple[tuple[int, Comparison], ...], ...]
    effects: tuple[tuple[int, Effect, Flag], ...]

    def offered(self, values: tuple[int, ...]) -> bool:
        if not self.condition:
            return True
        return any(all(part.holds(values[at]) for at, part in group) for group in self.condition)

    def after(self, values: tuple[int, ...]) -> tuple[int, ...]:
        if not self.effects:
            return values
        changed = list(values)
        for at, effect, flag in self.effects:
            wanted = effect.value if effect.operator == "=" else changed[at] + effect.value
            changed[at] = max(flag.low, min(flag.high, wanted))
        return tuple(changed)


def _moves(node: Node, scenario: Scenario, index: dict[str, int]) -> list[_Move]:
    place = {flag.name: at for at, flag in enumerate(scenario.flags)}
    return [
        _Move(
            number,
            index.get(choice.target, LOST),
            tuple(tuple((place[part.flag], part) for part in group) for group in choice.condition),
            tuple((place[effect.flag], effect, scenario.flags[place[effect.flag]]) for effect in choice.effects),
        )
        for number, choice in enumerate(() if node.end else node.choices)
    ]


def _graph(
    scenario: Scenario,
    order: list[tuple[int, tuple[int, ...]]],
    edges: list[tuple[tuple[int, int], ...]],
    *,
    complete: bool,
) -> StateGraph:
    nodes, values = tuple(at for at, _ in order), tuple(value for _, value in order)
    return StateGraph(scenario, nodes, values, tuple(edges), complete)


def _index(nodes: tuple[Node, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, node in enumerate(nodes):
        found.setdefault(node.id, at)
    return found


def _settled(values: tuple[int, ...], flags: tuple[Flag, ...], live: int) -> tuple[int, ...]:
    if live == (1 << len(flags)) - 1:
        return values
    return tuple(value if live >> at & 1 else flags[at].start for at, value in enumerate(values))


def _live(scenario: Scenario, index: dict[str, int]) -> list[int]:
    """For each step, as bits, the flags that this step or one reachable from it reads."""
    bits = {flag.name: 1 << at for at, flag in enumerate(scenario.flags)}
    live = [0] * len(scenario.nodes)
    before: list[list[int]] = [[] for _ in scenario.nodes]
    for at, node in enumerate(scenario.nodes):
        for choice in node.choices:
            for group in choice.condition:
                for part in group:
                    live[at] |= bits[part.flag]
            if choice.target in index:
                before[index[choice.target]].append(at)
    waiting = deque(range(len(live)))
    while waiting:
        at = waiting.popleft()
        for earlier in before[at]:
            if live[at] & ~live[earlier]:
                live[earlier] |= live[at]
                waiting.append(earlier)
    return live
