"""Steps of a scenario laid out in layers, by how many decisions they are from the start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from upshot.scenario import Choice, Node, Scenario

__all__ = ["MOST_DRAWN", "Box", "Drawing", "Way", "laid_out"]

MOST_DRAWN = 120
"""Steps beyond which the picture is too large to read; the list has them all."""
WIDTH, HEIGHT, ACROSS, DOWN, MARGIN = 176, 54, 28, 62, 20


@dataclass(frozen=True, slots=True)
class Box:
    """One step in the picture: where, and whether anything leads on from it."""

    node: Node
    x: int
    y: int
    first: bool
    stuck: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One choice in the picture, as a curve from step to step; ``tip`` is where its arrow points."""

    choice: Choice
    path: str
    tip: tuple[float, float]
    down: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole picture, with its size; ``left_out`` steps did not fit."""

    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    width: int
    height: int
    left_out: int


def laid_out(scenario: Scenario) -> Drawing:
    """Lay a scenario out; what cannot be reached stands in a last layer of its own."""
    nodes = {node.id: node for node in reversed(scenario.nodes)}
    layers = _ordered(_layers(scenario, nodes), nodes)
    kept, left_out = _cut(layers)
    widest = max((len(layer) for layer in kept), default=1)
    width = widest * (WIDTH + ACROSS) - ACROSS + 2 * MARGIN + ACROSS
    boxes: dict[str, Box] = {}
    for depth, layer in enumerate(kept):
        indent = (width - (len(layer) * (WIDTH + ACROSS) - ACROSS)) // 2
        for at, name in enumerate(layer):
            node = nodes[name]
            stuck = not node.end and not any(choice.target in nodes for choice in node.choices)
            x, y = indent + at * (WIDTH + ACROSS), MARGIN + depth * (HEIGHT + DOWN)
            boxes[name] = Box(node, x, y, name == scenario.start, stuck)
    ways = [way for box in boxes.values() for way in _ways(box, boxes, width)]
    return Drawing(tuple(boxes.values()), tuple(ways), width, MARGIN * 2 + len(kept) * (HEIGHT + DOWN) - DOWN, left_out)


def _layers(scenario: Scenario, nodes: Mapping[str, Node]) -> list[list[str]]:
    layer = [scenario.start] if scenario.start in nodes else []
    found, seen = list[list[str]](), set(layer)
    while layer:
        found.append(layer)
        after: list[str] = []
        for name in layer:
            for choice in nodes[name].choices:
                if choice.target in nodes and choice.target not in seen:
                    seen.add(choice.target)
                    after.append(choice.target)
        layer = after
    lost = [name for name in nodes if name not in seen]
    return [*found, lost[::-1]] if lost else found


def _ordered(layers: Sequence[list[str]], nodes: Mapping[str, Node]) -> list[list[str]]:
    """Each layer by the mean place of the steps above that lead into it, so that fewer ways cross."""
    found: list[list[str]] = []
    for layer in layers:
        above = {name: at for at, name in enumerate(found[-1])} if found else {}
        sums: dict[str, list[int]] = {name: [] for name in layer}
        for name, at in above.items():
            for choice in nodes[name].choices:
                if choice.target in sums:
                    sums[choice.target].append(at)
        place = {name: sum(found_at) / len(found_at) if found_at else 1e9 for name, found_at in sums.items()}
        found.append(sorted(layer, key=lambda name: place[name]))
    return found


def _cut(layers: Sequence[list[str]]) -> tuple[list[list[str]], int]:
    kept, room = list[list[str]](), MOST_DRAWN
    for layer in layers:
        kept.append(layer[:room])
        room -= len(kept[-1])
        if room <= 0:
            break
    return kept, sum(map(len, layers)) - sum(map(len, kept))


def _ways(box: Box, boxes: Mapping[str, Box], width: int) -> list[Way]:
    drawn = [choice for choice in box.node.choices if choice.target in boxes]
    found = []
    for at, choice in enumerate(drawn, 1):
        to = boxes[choice.target]
        start = box.x + WIDTH * at / (len(drawn) + 1)
        end = to.x + WIDTH / 2 + (start - box.x - WIDTH / 2) / 4
        if to.y > box.y:
            found.append(Way(choice, _down(start, box.y + HEIGHT, end, to.y), (end, to.y), True))
        else:
            side = max(0, min(width, to.x + WIDTH + ACROSS // 2))
            y = to.y + HEIGHT / 2
            path = _back(start, box.y + HEIGHT, side, to.x + WIDTH, y)
            found.append(Way(choice, path, (to.x + WIDTH, y), False))
    return found


def _down(x: float, y: float, to_x: float, to_y: float) -> str:
    bend = (to_y - y) / 2
    return f"M{x:.0f} {y:.0f}C{x:.0f} {y + bend:.0f} {to_x:.0f} {to_y - bend:.0f} {to_x:.0f} {to_y - 7:.0f}"


def _back(x: float, y: float, side: float, to_x: float, to_y: float) -> str:
    curve = f"C{x:.0f} {y + 44:.0f} {side + 30:.0f} {y:.0f} {side + 10:.0f} {to_y:.0f}"
    return f"M{x:.0f} {y:.0f}{curve}L{to_x + 7:.0f} {to_y:.0f}"
