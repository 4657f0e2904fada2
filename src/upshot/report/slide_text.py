"""Text on slides: how much room it takes, the largest size that fits, and paragraphs that run the right way."""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.dml.color import RGBColor
from pptx.util import Pt

from upshot.report.letters import printable, shortened
from upshot.report.palette import light_colours

__all__ = ["LINE", "Line", "colour", "fitted", "height", "lines_needed", "write"]

_RGB: Any = RGBColor  # the library leaves its constructor without types

LINE = 1.22
"""Height of a line as a share of the size of its letters, as office programs set it."""

_POINTS_PER_INCH = 72.0
_WIDE, _CAPITAL, _LETTER, _NARROW = 1.02, 0.70, 0.53, 0.29
_THIN = frozenset("iljtfrI.,:;'|!()[] ")
_BETWEEN = 0.35
"""Space between two paragraphs as a share of the size of their letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One paragraph: ``lead`` is set bold before ``text``; ``tone`` names a colour of the palette."""

    text: str
    lead: str = ""
    tone: str = "ink"
    lead_tone: str = "ink"
    bold: bool = False
    scale: float = 1.0


def colour(name: str) -> RGBColor:
    """A colour of the page's light palette."""
    red, green, blue = bytes.fromhex(light_colours()[name][1:])
    made: RGBColor = _RGB(red, green, blue)
    return made


def lines_needed(text: str, size: float, width: float) -> int:
    """Lines a text takes at a size in points in so many inches; an estimate on the safe side.

    Examples
    --------
    >>> lines_needed("Trained teams made more offers.", 24, 3.0)
    2
    """
    room, used, lines = width * _POINTS_PER_INCH / size, 0.0, 1
    for word in text.split(" "):
        extent = sum(_extent(letter) for letter in word)
        if used and used + extent > room:
            lines, used = lines + 1, 0.0
        if extent > room:
            lines += math.ceil((used + extent) / room) - 1
            extent = extent % room
        used += extent + _NARROW
    return lines


def _extent(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    if letter in _THIN:
        return _NARROW
    return _CAPITAL if letter.isupper() or letter in "mwMW%@" else _LETTER


def height(lines: Sequence[Line], size: float, width: float) -> float:
    """Inches that paragraphs take at a size."""
    taken = sum(lines_needed(_whole(line), size * line.scale, width) * size * line.scale * LINE for line in lines)
    return (taken + _BETWEEN * size * max(0, len(lines) - 1)) / _POINTS_PER_INCH


def _whole(line: Line) -> str:
    return " ".join(filter(None, (line.lead, line.text)))


def fitted(lines: Sequence[Line], width: float, most: float, sizes: Sequence[float]) -> tuple[tuple[Line, ...], float]:
    """The largest of the sizes at which the paragraphs fit; at the smallest they are cut until they do.

    Parameters
    ----------
    width, most
        Inches of room.
    sizes
        Points, largest first.
    """
    kept = tuple(line for line in lines if _whole(line))
    for size in sizes:
        if height(kept, size, width) <= most:
            return kept, size
    return _cut(kept, width, most, sizes[-1]), sizes[-1]


def _cut(lines: tuple[Line, ...], width: float, most: float, size: float) -> tuple[Line, ...]:
    """Halve the longest paragraph until all fit; the speaker's notes hold them whole."""
    held = list(lines)
    while height(held, size, width) > most:
        longest = max(range(len(held)), key=lambda place: len(held[place].text))
        line = held[longest]
        if len(line.text) < 40:
            if len(held) == 1:
                break
            held.pop()
            continue
        held[longest] = Line(
            text=shortened(line.text, len(line.text) * 4 // 5),
            lead=line.lead,
            tone=line.tone,
            lead_tone=line.lead_tone,
            bold=line.bold,
            scale=line.scale,
        )
    return tuple(held)


def write(frame: Any, lines: Sequence[Line], *, size: float, lang: str, align: Any = None) -> None:
    """Put paragraphs into a text frame; each runs right to left where its first letter does."""
    frame.word_wrap = True
    for place, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        if place:
            paragraph.space_before = Pt(round(_BETWEEN * size, 1))
        if align is not None:
            paragraph.alignment = align
        if _runs_left(_whole(line)):
            paragraph._p.get_or_add_pPr().set("rtl", "1")
        if line.lead:
            _run(paragraph, f"{line.lead} ", size=size * line.scale, tone=line.lead_tone, bold=True, lang=lang)
        _run(paragraph, line.text, size=size * line.scale, tone=line.tone, bold=line.bold, lang=lang)


def _run(paragraph: Any, text: str, *, size: float, tone: str, bold: bool, lang: str) -> None:
    run = paragraph.add_run()
    run.text = printable(text)
    run.font.size, run.font.bold = Pt(round(size, 1)), bold
    run.font.color.rgb = colour(tone)
    run.font._element.set("lang", lang)


def _runs_left(text: str) -> bool:
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind != "L" for kind in strong if kind in ("L", "R", "AL")), False)
