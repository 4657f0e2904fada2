"""The best and worst points a scenario allows, per competency, without walking its paths one by one.

Points add up along the way from the start to an ending. Over the state graph (step and flags) this is a longest and a
shortest path. Loops are what could make that hard; here they do not, because a scenario may only have loops that give
nothing on balance: then every way between two states of a loop gives the same points, one number per state (its height)
says how many, and the loop behaves like a single state. Loops that give or take points each time round have no best or
no worst, and are named.

All is linear in states and edges, once per competency. At most `MAX_STATES` states are looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import lcm

from upshot.scenario.heights import Round, heights
from upshot.scenario.loops import can_finish, groups
from upshot.scenario.model import Choice, Scenario
from upshot.scenario.states import StateGraph, expand

__all__ = ["Bounds", "GrowingLoop", "Range", "bounds_of", "bounds_over"]

Worth = Callable[[Choice], int]


@dataclass(frozen=True, slots=True)
class Range:
    """The fewest and the most points of one competency that a finished attempt can have."""

    competency: str
    low: int
    high: int

    def scaled(self, points: int) -> float | None:
        """Points on a scale from 0 to 1; nothing where every attempt has the same."""
        return None if self.high == self.low else (points - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class GrowingLoop:
    """A way round that changes a competency's points each time: the step ids on it, and by how much."""

    competency: str
    steps: tuple[str, ...]
    points: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """What finished attempts can reach.

    Parameters
    ----------
    ranges
        Per competency in the scenario's order; empty when a loop grows, or no ending can be reached.
    low, high
        Lowest and highest scaled score of the whole; absent where nothing is measured.
    high_clean
        Highest scaled score without a critical choice; absent when no ending can be reached so.
    loops
        Loops that make points endless.
    states
        How many situations (step and flags) were looked at.
    complete
        False when there were more than could be looked at; then nothing else is said.
    """

    ranges: tuple[Range, ...]
    low: float | None
    high: float | None
    high_clean: float | None
    loops: tuple[GrowingLoop, ...]
    states: int
    complete: bool

    def range_of(self, competency: str) -> Range | None:
        """The range of one competency."""
        return next((one for one in self.ranges if one.competency == competency), None)


def bounds_of(scenario: Scenario) -> Bounds:
    """The bounds of a scenario."""
    return bounds_over(expand(scenario))


def bounds_over(graph: StateGraph) -> Bounds:
    """The bounds over a state graph that is already there."""
    nothing = Bounds((), None, None, None, (), len(graph.nodes), graph.complete)
    if not graph.complete:
        return nothing
    whole = _Walks.of(graph, lambda _: True)
    if whole is None:
        return nothing
    ranges, loops = list[Range](), list[GrowingLoop]()
    for one in graph.scenario.competencies:
        found = whole.extremes(_worth(one.id))
        if isinstance(found, Range):
            ranges.append(Range(one.id, found.low, found.high))
        else:
            loops.append(GrowingLoop(one.id, found.steps, found.points))
    if loops:
        return Bounds((), None, None, None, tuple(loops), len(graph.nodes), complete=True)
    low, high, clean = _overall(graph, whole, ranges)
    return Bounds(tuple(ranges), low, high, clean, (), len(graph.nodes), complete=True)


def _worth(competency: str) -> Worth:
    return lambda choice: next((points for name, points in choice.points if name == competency), 0)


def _overall(
    graph: StateGraph, whole: "_Walks", ranges: list[Range]
) -> tuple[float | None, float | None, float | None]:
    """The weighted mean of the scaled competencies as whole numbers, so that nothing is lost to rounding."""
    measured = {one.competency: one for one in ranges if one.high > one.low}
    if not measured:
        return None, None, None
    weights = {one.id: one.weight for one in graph.scenario.competencies if one.id in measured}
    common = lcm(*(one.high - one.low for one in measured.values()))
    unit = {name: weights[name] * common // (one.high - one.low) for name, one in measured.items()}
    base = sum(unit[name] * one.low for name, one in measured.items())
    top = common * sum(weights.values())

    def worth(choice: Choice) -> int:
        return sum(unit[name] * points for name, points in choice.points if name in unit)

    both = whole.extremes(worth)
    without = _Walks.of(graph, lambda choice: not choice.critical)
    clean = without.extremes(worth) if without is not None else None
    if not isinstance(both, Range):
        return None, None, None
    best_clean = (clean.high - base) / top if isinstance(clean, Range) else None
    return (both.low - base) / top, (both.high - base) / top, best_clean


@dataclass(frozen=True, slots=True)
class _Walks:
    """The part of a state graph through which finished attempts pass, endings first; loops are gathered and marked."""

    graph: StateGraph
    edges: list[list[tuple[int, int]]]
    gathered: list[tuple[list[int], bool]]

    @classmethod
    def of(cls, graph: StateGraph, allowed: Callable[[Choice], bool]) -> "_Walks | None":
        """Keep the allowed choices that are on a way from the start to an ending; nothing if there is no such way."""
        ends = [state for state in range(len(graph.nodes)) if graph.is_end(state)]
        kept = [
            [(at, to) for at, to in out if to >= 0 and allowed(graph.node(state).choices[at])]
            for state, out in enumerate(graph.edges)
        ]
        alive = can_finish(kept, ends)
        if not alive or not alive[0]:
            return None
        reached = _reached(kept, alive)
        edges = [[pair for pair in out if alive[pair[1]]] if reached[state] else [] for state, out in enumerate(kept)]
        gathered = groups(edges, reached)
        return cls(
            graph, edges, [(one, len(one) > 1 or any(to == one[0] for _, to in edges[one[0]])) for one in gathered]
        )

    def extremes(self, worth: Worth) -> "Range | GrowingLoop":
        """Fewest and most points from the start to an ending, or the loop that makes them endless."""
        by_node = [[worth(choice) for choice in node.choices] for node in self.graph.scenario.nodes]
        tables, edges = [by_node[node] for node in self.graph.nodes], self.edges
        best, worst, group_of = [0] * len(edges), [0] * len(edges), [0] * len(edges)
        for number, (group, loops) in enumerate(self.gathered):
            for state in group:
                group_of[state] = number
            height = self._heights(group, tables) if loops else {group[0]: 0}
            if isinstance(height, Round):
                steps = tuple(dict.fromkeys(self.graph.node(state).id for state in height.states))
                return GrowingLoop("", steps, height.points)
            high = low = None
            for state in group:
                for at, to in edges[state]:
                    if group_of[to] != number:
                        points = height[state] + tables[state][at]
                        high = points + best[to] if high is None else max(high, points + best[to])
                        low = points + worst[to] if low is None else min(low, points + worst[to])
            for state in group:
                best[state], worst[state] = (high or 0) - height[state], (low or 0) - height[state]
        return Range("", worst[0], best[0])

    def _heights(self, group: list[int], tables: list[list[int]]) -> dict[int, int] | Round:
        return heights(group, self.edges, lambda state, choice: tables[state][choice])


def _reached(edges: list[list[tuple[int, int]]], alive: list[bool]) -> list[bool]:
    reached = [False] * len(edges)
    reached[0] = alive[0]
    waiting = [0]
    for state in waiting:
        for _, to in edges[state]:
            if alive[to] and not reached[to]:
                reached[to] = True
                waiting.append(to)
    return reached
