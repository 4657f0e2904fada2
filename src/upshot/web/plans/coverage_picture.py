"""The coverage map as a picture: objectives down, initiatives across, size by spend, colour by grade."""

import math
import textwrap
from collections.abc import Mapping
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from upshot.report.numbers import count
from upshot.workspace.coverage import Coverage, CoverageCell

__all__ = ["coverage_picture"]

_LEFT, _COLUMN, _ROW = 236, 91, 84
_WORDS = 13
_LARGEST, _SMALLEST = 28, 7
_LINE = 15


def coverage_picture(coverage: Coverage) -> SafeString:
    """Draw the map as one SVG; the table beside it says the same in words and numbers."""
    places = {row.id: at for at, row in enumerate(coverage.initiatives)}
    lines: list[str | None] = [row.id for row in coverage.objectives]
    if coverage.orphans:
        lines.append(None)
    top = 36 + _LINE * max((len(textwrap.wrap(row.title, _WORDS)[:4]) for row in coverage.initiatives), default=1)
    width = _LEFT + _COLUMN * max(len(places), 1) + 20
    height = top + _ROW * len(lines) + 10
    largest = max((cell.spend for cell in coverage.cells), default=Decimal(0))
    grades = {row.id: row.grade for row in coverage.initiatives}
    training = {row.id: row.training for row in coverage.initiatives}
    dots = [
        _dot(
            cell,
            _LEFT + _COLUMN * places[cell.initiative] + _COLUMN // 2,
            top + _ROW * lines.index(cell.objective) + _ROW // 2 - 8,
            float(cell.spend / largest) if largest else 0.0,
            _tone(grades, training, cell),
            coverage.currency,
        )
        for cell in coverage.cells
    ]
    return format_html(
        '<svg class="coverage" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">{}{}{}</svg>',
        _description(coverage),
        width,
        height,
        width,
        height,
        SafeString("".join(_heads(coverage))),
        SafeString("".join(_rows(coverage, lines, width, top))),
        SafeString("".join(dots)),
    )


def _tone(grades: Mapping[str, str | None], training: Mapping[str, bool], cell: CoverageCell) -> str:
    if not training[cell.initiative]:
        return "instead"
    letter = grades[cell.initiative]
    return f"grade-{letter.lower()}" if letter else "open"


def _description(coverage: Coverage) -> str:
    say = {"objectives": len(coverage.objectives), "initiatives": len(coverage.initiatives)}
    text = _("%(objectives)s objectives down, %(initiatives)s initiatives across; each dot is money spent.") % say
    if coverage.unserved:
        text += " " + _("%(n)s objectives have nothing.") % {"n": len(coverage.unserved)}
    if coverage.orphans:
        text += " " + _("%(n)s initiatives serve no objective.") % {"n": len(coverage.orphans)}
    return text


def _text(words: str, x: int, y: int, *, most: int, lines: int, css: str, anchor: str = "start") -> SafeString:
    cut = textwrap.wrap(words, most, max_lines=lines, placeholder=" …") or [""]
    spans = format_html_join(
        "", '<tspan x="{}" dy="{}">{}</tspan>', ((x, _LINE if at else 0, one) for at, one in enumerate(cut))
    )
    return format_html('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>', css, x, y, anchor, spans)


def _heads(coverage: Coverage) -> list[SafeString]:
    return [
        _text(row.title, _LEFT + _COLUMN * at + _COLUMN // 2, 26, most=_WORDS, lines=4, css="head", anchor="middle")
        for at, row in enumerate(coverage.initiatives)
    ]


def _rows(coverage: Coverage, lines: list[str | None], width: int, above: int) -> list[SafeString]:
    titles = {row.id: row.title for row in coverage.objectives}
    made = []
    for at, name in enumerate(lines):
        top = above + _ROW * at
        lonely = name is None or name in coverage.unserved
        css = "lonely" if lonely else "line"
        made.append(format_html('<path class="{}" d="M0 {}H{}"/>', "rule", top, width))
        title = _("Serves no objective") if name is None else titles[name]
        made.append(_text(title, 0, top + 26, most=32, lines=3, css=css))
        if name in coverage.unserved:
            made.append(_text(_("Nothing is done about it"), _LEFT + 12, top + 40, most=40, lines=1, css="lonely"))
    return made


def _dot(cell: CoverageCell, x: int, y: int, share: float, tone: str, currency: str) -> SafeString:
    radius = max(_SMALLEST, round(_LARGEST * math.sqrt(share)))
    said = f"{currency} {count(int(cell.spend))}" if cell.spend else ""
    label = format_html('<text class="money" x="{}" y="{}" text-anchor="middle">{}</text>', x, y + radius + 16, said)
    return format_html('<circle class="{}" cx="{}" cy="{}" r="{}"/>{}', tone, x, y, radius, label)
