"""The loops of a state graph: groups of states that lead back to each other, and whether an ending is in reach."""

from collections import deque
from collections.abc import Sequence

__all__ = ["Edges", "can_finish", "groups", "way"]

Edges = Sequence[Sequence[tuple[int, int]]]


def can_finish(edges: Edges, ends: Sequence[int]) -> list[bool]:
    """Whether each state can reach one of the ends; linear in states and edges."""
    before: list[list[int]] = [[] for _ in edges]
    for state, out in enumerate(edges):
        for _, target in out:
            if target >= 0:
                before[target].append(state)
    reached = [False] * len(edges)
    waiting = deque(ends)
    for end in ends:
        reached[end] = True
    while waiting:
        for state in before[waiting.popleft()]:
            if not reached[state]:
                reached[state] = True
                waiting.append(state)
    return reached


def groups(edges: Edges, alive: Sequence[bool]) -> list[list[int]]:
    """Strongly connected groups of the living states, each after all that it leads to (Tarjan 1972, without recursion).

    >>> groups([[(0, 1)], [(0, 0), (1, 2)], []], [True, True, True])
    [[2], [1, 0]]
    """
    search = _Search(edges, alive)
    for state in range(len(edges)):
        if alive[state] and search.number[state] < 0:
            search.walk(state)
    return search.found


class _Search:
    def __init__(self, edges: Edges, alive: Sequence[bool]) -> None:
        self.edges, self.alive = edges, alive
        self.number, self.low = [-1] * len(edges), [0] * len(edges)
        self.open, self.is_open = list[int](), [False] * len(edges)
        self.found: list[list[int]] = []
        self.count = 0

    def walk(self, root: int) -> None:
        path = [(self._enter(root), 0)]
        while path:
            state, at = path.pop()
            out = self.edges[state]
            while at < len(out):
                target = out[at][1]
                at += 1
                if target < 0 or not self.alive[target]:
                    continue
                if self.number[target] < 0:
                    path += [(state, at), (self._enter(target), 0)]
                    break
                if self.is_open[target]:
                    self.low[state] = min(self.low[state], self.number[target])
            else:
                self._leave(state, path)

    def _enter(self, state: int) -> int:
        self.number[state] = self.low[state] = self.count
        self.count += 1
        self.open.append(state)
        self.is_open[state] = True
        return state

    def _leave(self, state: int, path: list[tuple[int, int]]) -> None:
        if path:
            above = path[-1][0]
            self.low[above] = min(self.low[above], self.low[state])
        if self.low[state] == self.number[state]:
            group: list[int] = []
            while not group or group[-1] != state:
                group.append(self.open.pop())
                self.is_open[group[-1]] = False
            self.found.append(group)


def way(edges: Edges, start: int, goal: int, inside: set[int]) -> list[int]:
    """The states on a shortest way from start to goal inside a group, both included; ``[start]`` when they are one."""
    came: dict[int, int] = {start: start}
    waiting = deque([start])
    while waiting and goal not in came:
        state = waiting.popleft()
        for _, target in edges[state]:
            if target in inside and target not in came:
                came[target] = state
                waiting.append(target)
    path = [goal]
    while path[-1] != start:
        path.append(came[path[-1]])
    return path[::-1]
