"""One number per state of a loop that says how many points lie between any two of its states, if there is one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from upshot.scenario.loops import Edges, way

__all__ = ["Round", "heights"]

Value = Callable[[int, int], int]


@dataclass(frozen=True, slots=True)
class Round:
    """A way round that changes the points: its states in order, and the points it gives each time."""

    states: tuple[int, ...]
    points: int


@dataclass(frozen=True, slots=True)
class _Search:
    edges: Edges
    value: Value
    inside: set[int]
    came: dict[int, int]
    height: dict[int, int]
    root: int


def heights(group: Sequence[int], edges: Edges, value: Value) -> dict[int, int] | Round:
    """Heights of a group's states, or a way round whose points are not nothing.

    In a group where every state leads to every other, heights exist exactly if no way round gives or takes points:
    two ways to one state that differ, closed by the same way back, cannot both give nothing.

    Parameters
    ----------
    group, edges
        States that lead back to each other, and for every state its (choice, next state).
    value
        Points of a state's choice.
    """
    search = _Search(edges, value, set(group), {group[0]: group[0]}, {group[0]: 0}, group[0])
    waiting = [group[0]]
    for state in waiting:
        for choice, to in edges[state]:
            if to not in search.inside:
                continue
            reached = search.height[state] + value(state, choice)
            if to not in search.came:
                search.came[to], search.height[to] = state, reached
                waiting.append(to)
            elif search.height[to] != reached:
                return _round(search, state, to, reached)
    return search.height


def _round(search: _Search, state: int, to: int, reached: int) -> Round:
    back = way(search.edges, to, search.root, search.inside)
    home = sum(_points(search, one, after) for one, after in pairwise(back))
    if reached + home:
        return Round((*_there(search, state), *back[:-1]), reached + home)
    return Round((*_there(search, to), *back[1:-1]), search.height[to] + home)


def _there(search: _Search, state: int) -> list[int]:
    path = [state]
    while path[-1] != search.root:
        path.append(search.came[path[-1]])
    return path[::-1]


def _points(search: _Search, state: int, to: int) -> int:
    return next(search.value(state, choice) for choice, target in search.edges[state] if target == to)
