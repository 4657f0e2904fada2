"""A bare 16:9 deck: master and layout with real placeholders, theme, footer and slide number on every slide."""

import copy
import datetime as dt
import re
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from upshot.report.letters import printable
from upshot.report.palette import light_colours

__all__ = ["BODY_WIDTH", "HEIGHT", "LEFT", "WIDTH", "Box", "add_slide", "new_deck", "place"]

WIDTH, HEIGHT, LEFT = 13.333, 7.5, 0.75
BODY_WIDTH = WIDTH - 2 * LEFT
"""Inches of a slide, of its margin and between its margins."""

Box = tuple[float, float, float, float]
"""Left, top, width and height in inches."""

_TITLE: Box = (LEFT, 0.55, BODY_WIDTH, 1.15)
_BODY: Box = (LEFT, 1.9, BODY_WIDTH, 4.7)
_FOOT: Box = (LEFT, 6.85, BODY_WIDTH - 1.2, 0.45)
_NUMBER: Box = (WIDTH - LEFT - 1.0, 6.85, 1.0, 0.45)
_FOOT_SIZE = 9
_DRAWN = "Arial"
_LAYOUT = "Title and Content"


def new_deck(*, title: str, author: str, day: dt.date) -> Any:
    """An empty deck whose properties name title, author and date; nothing in it is from a clock."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    _keep_one_layout(deck)
    _theme(deck.slide_master)
    _styles(deck.slide_master)
    for holder in (deck.slide_master, deck.slide_layouts[0]):
        _arrange(holder)
    _properties(deck.core_properties, title, author, day)
    return deck


def _keep_one_layout(deck: Any) -> None:
    for layout in list(deck.slide_layouts):
        if layout.name != _LAYOUT:
            deck.slide_layouts.remove(layout)


def _properties(held: Any, title: str, author: str, day: dt.date) -> None:
    moment = dt.datetime.combine(day, dt.time())
    held.title, held.author, held.last_modified_by = printable(title)[:250], printable(author)[:250], "Upshot"
    held.created = held.modified = held.last_printed = moment
    held.subject, held.keywords, held.comments, held.category = "", "", "", ""
    held.revision = 1


def _theme(master: Any) -> None:
    """Upshot's colours and a face every machine has, so that what is added later looks alike."""
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    palette = light_colours()
    names = {"accent1": "treated", "accent2": "grade-b", "accent3": "grade-c", "accent4": "grade-a", "dk2": "soft"}
    text = part.blob.decode("utf-8")
    for slot, name in names.items():
        text = re.sub(rf"(<a:{slot}><a:srgbClr val=\")[0-9A-Fa-f]{{6}}", rf"\g<1>{palette[name][1:].upper()}", text)
    text = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', rf"\g<1>{_DRAWN}", text)
    part._blob = text.encode("utf-8")


def _styles(master: Any) -> None:
    """Titles bold and left, text without bullets."""
    styles = master.element.find(qn("p:txStyles"))
    title = styles.find(qn("p:titleStyle")).find(qn("a:lvl1pPr"))
    title.set("algn", "l")
    title.find(qn("a:defRPr")).attrib.update({"sz": "2800", "b": "1"})
    for level in styles.find(qn("p:bodyStyle")):
        if not level.tag.endswith("pPr"):
            continue
        level.attrib.update({"marL": "0", "indent": "0"})
        _without_bullet(level)
        level.find(qn("a:defRPr")).set("sz", "1800")


def _without_bullet(level: Any) -> None:
    """The marks of a level's bullet stand in one order only, so the last of them is replaced in its place."""
    for mark in level.findall(qn("a:buFont")):
        level.remove(mark)
    for mark in level.findall(qn("a:buChar")):
        level.replace(mark, level.makeelement(qn("a:buNone"), {}))


def _arrange(holder: Any) -> None:
    """Put the placeholders of a master or layout where 16:9 wants them; the date stands in the footer."""
    boxes = {
        PP_PLACEHOLDER.TITLE: _TITLE,
        PP_PLACEHOLDER.BODY: _BODY,
        PP_PLACEHOLDER.OBJECT: _BODY,
        PP_PLACEHOLDER.FOOTER: _FOOT,
        PP_PLACEHOLDER.SLIDE_NUMBER: _NUMBER,
    }
    for shape in list(holder.placeholders):
        kind = shape.placeholder_format.type
        if kind in boxes:
            place(shape, boxes[kind])
        else:
            shape._element.getparent().remove(shape._element)


def place(shape: Any, box: Box) -> None:
    """Move and size a shape."""
    shape.left, shape.top, shape.width, shape.height = (Emu(round(inches * 914400)) for inches in box)


def add_slide(deck: Any, *, foot: str) -> Any:
    """A slide with title, body, footer and slide number as placeholders of its layout."""
    layout = deck.slide_layouts[0]
    slide = deck.slides.add_slide(layout)
    for shape in layout.placeholders:
        kind = shape.placeholder_format.type
        if kind in (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER):
            slide.shapes._spTree.append(copy.deepcopy(shape._element))
        if kind == PP_PLACEHOLDER.FOOTER:
            _write_foot(slide.placeholders[shape.placeholder_format.idx].text_frame, foot)
    return slide


def _write_foot(frame: Any, foot: str) -> None:
    frame.text = printable(foot)
    frame.margin_left, frame.word_wrap = Emu(0), True
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    frame.paragraphs[0].font.size = Pt(_FOOT_SIZE)
