"""The picture of a scenario as SVG, and the same as a list for those who do not see it."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from upshot.scenario import Choice, Scenario
from upshot.web.practice.graph import HEIGHT, WIDTH, Box, Drawing, Way, laid_out
from upshot.web.practice.wording import plain

__all__ = ["Line", "as_list", "picture_of"]

_SHOWN = 22


@dataclass(frozen=True, slots=True)
class Line:
    """One step in the list: its name, its title, and where each choice leads."""

    id: str
    title: str
    ending: str
    ways: tuple[tuple[str, str, str], ...]


def as_list(scenario: Scenario) -> list[Line]:
    """The scenario step by step."""
    titles = {node.id: plain(node.title) for node in scenario.nodes}
    return [
        Line(
            node.id,
            titles[node.id],
            (node.outcome or "end") if node.end else "",
            tuple((plain(one.text), titles.get(one.target, one.target), _mark(one)) for one in node.choices),
        )
        for node in scenario.nodes
    ]


def picture_of(scenario: Scenario) -> tuple[SafeString, Drawing]:
    """The drawing with its size; ways of best answers are strong, of critical ones broken."""
    drawing = laid_out(scenario)
    said = _("%(steps)s steps and %(ways)s ways between them; the list below says the same.")
    label = said % {"steps": len(drawing.boxes), "ways": len(drawing.ways)}
    ways = format_html_join("", "{}", ((_way(one),) for one in drawing.ways))
    boxes = format_html_join("", "{}", ((_box(one),) for one in drawing.boxes))
    svg = format_html(
        '<svg role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">{}{}</svg>',
        label, drawing.width, drawing.height, drawing.width, drawing.height, ways, boxes,
    )  # fmt: skip
    return svg, drawing


def _mark(choice: Choice) -> str:
    return "best" if choice.best else "critical" if choice.critical else ""


def _way(way: Way) -> SafeString:
    x, y = way.tip
    arrow = f"M{x:.0f} {y:.0f}l-5 -8h10z" if way.down else f"M{x:.0f} {y:.0f}l8 -5v10z"
    mark = _mark(way.choice)
    title = f"{plain(way.choice.text)} ({way.choice.id})"
    return format_html(
        '<g><title>{}</title><path class="way {}" d="{}"/><path class="tip {}" d="{}"/></g>',
        title, mark, way.path, mark, arrow,
    )  # fmt: skip


def _box(box: Box) -> SafeString:
    kind = "first" if box.first else "ending" if box.node.end else "stuck" if box.stuck else ""
    name = plain(box.node.title)
    under = f"{box.node.id} · {box.node.outcome or 'end'}" if box.node.end else box.node.id
    return format_html(
        '<g><title>{}</title><rect class="box {}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>'
        '<text class="name" x="{}" y="{}">{}</text><text class="id" x="{}" y="{}">{}</text></g>',
        name, kind, box.x, box.y, WIDTH, HEIGHT, 26 if box.node.end else 6,
        box.x + 14, box.y + 24, _short(name), box.x + 14, box.y + 42, _short(under),
    )  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1].rstrip()}…"
