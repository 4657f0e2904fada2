"""Every situation a player can be in: step and flag values, found from the start, with the choices between them."""

from collections import deque
from dataclasses import dataclass

from upshot.scenario.flags import applied, offered
from upshot.scenario.model import Flag, Node, Scenario

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
        False when the expansion stopped at ``MAX_STATES`` or ``MAX_EDGES``.
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


def expand(scenario: Scenario) -> StateGraph:
    """Find every state by breadth; linear in states and choices, both bounded."""
    index = _index(scenario.nodes)
    flags = {flag.name: flag for flag in scenario.flags}
    live = _live(scenario, index)
    start = index.get(scenario.start, 0)
    first = _settled(tuple(flag.start for flag in scenario.flags), scenario.flags, live[start])
    seen: dict[tuple[int, tuple[int, ...]], int] = {(start, first): 0}
    order, edges, count = [(start, first)], list[tuple[tuple[int, int], ...]](), 0
    for at, values in order:
        found: list[tuple[int, int]] = []
        node = scenario.nodes[at]
        named = dict(zip(flags, values, strict=True))
        for number, choice in enumerate(() if node.end else node.choices):
            if choice.condition and not offered(choice.condition, named):
                continue
            target = index.get(choice.target)
            if target is None:
                found.append((number, LOST))
                continue
            after = tuple(applied(choice.effects, named, flags).values()) if choice.effects else values
            key = (target, _settled(after, scenario.flags, live[target]))
            if key not in seen:
                seen[key] = len(order)
                order.append(key)
            found.append((number, seen[key]))
        edges.append(tuple(found))
        count += len(found)
        if len(order) > MAX_STATES or count > MAX_EDGES:
            return _graph(scenario, order[: len(edges)], edges, complete=False)
    return _graph(scenario, order, edges, complete=True)


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
