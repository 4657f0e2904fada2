"""What stands on a slide: text in a box, the grade, a chart with alternative text, a table with a header row."""

import io
from collections.abc import Sequence
from typing import Any

import vl_convert
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from upshot.report.figures import Figure, Table
from upshot.report.letters import printable, shortened, without_marks
from upshot.report.palette import light_colours, standalone_svg
from upshot.report.slide_deck import Box, place
from upshot.report.slide_text import LINE, Line, colour, fitted, lines_needed, write

__all__ = ["badge", "chart", "fill", "rule", "table", "text_box"]

_SCALE = 2.5
"""Pixels per unit of the drawing: sharp on a projector, small in the file."""

_CELL_X, _CELL_Y = 0.08, 0.05
_PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""Office's own name for a table without fills and lines."""


def fill(shape: Any, box: Box, lines: Sequence[Line], *, sizes: Sequence[float], lang: str) -> None:
    """Write paragraphs into a shape with text, at the largest of the sizes that fits its box."""
    place(shape, box)
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
    frame.vertical_anchor = MSO_ANCHOR.TOP
    kept, size = fitted(lines, box[2], box[3], sizes)
    write(frame, kept, size=size, lang=lang, align=None)


def text_box(slide: Any, box: Box, lines: Sequence[Line], *, sizes: Sequence[float], lang: str, name: str) -> Any:
    """A box of text beside the placeholders."""
    shape = slide.shapes.add_textbox(*(Inches(inches) for inches in box))
    shape.name = name
    fill(shape, box, lines, sizes=sizes, lang=lang)
    return shape


def badge(slide: Any, box: Box, letter: str, *, lang: str) -> None:
    """The grade's letter on its colour."""
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Inches(inches) for inches in box))
    shape.name = f"Grade {letter}"
    shape._element._nvXxPr.cNvPr.set("descr", f"Grade {letter}")
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour(f"grade-{letter.lower()}")
    shape.line.fill.background()
    shape.shadow.inherit = False
    shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    line = Line(text=letter, tone="on-grade", bold=True)
    write(shape.text_frame, (line,), size=48, lang=lang, align=PP_ALIGN.CENTER)


def rule(slide: Any, left: float, top: float, width: float) -> None:
    """A thin line."""
    shape = slide.shapes.add_connector(1, Inches(left), Inches(top), Inches(left + width), Inches(top))
    shape.name = "Rule"
    shape.line.color.rgb, shape.line.width = colour("rule"), Pt(1)


def chart(slide: Any, figure: Figure, box: Box, *, narrow: bool = False) -> None:
    """A figure's drawing as large as its box lets it be, with its description as alternative text."""
    drawn = without_marks(standalone_svg(figure.narrow if narrow else figure.wide, font="Inter, Arial, sans-serif"))
    image = vl_convert.svg_to_png(drawn, scale=_SCALE)
    picture = slide.shapes.add_picture(io.BytesIO(image), Inches(box[0]), Inches(box[1]))
    share = min(Inches(box[2]) / picture.width, Inches(box[3]) / picture.height)
    picture.width, picture.height = Emu(int(picture.width * share)), Emu(int(picture.height * share))
    picture.name = "Chart"
    described = f"{figure.title}. {figure.description}"
    picture._element._nvXxPr.cNvPr.set("descr", printable(shortened(described, 900)))


def table(slide: Any, held: Table, box: Box, shares: Sequence[float], *, sizes: Sequence[float], lang: str) -> int:
    """A table with a header row; rows that do not fit are left out.

    Parameters
    ----------
    box
        Where it stands; its height is the most it may take.
    shares
        Width of each column as a share of the box.

    Returns
    -------
    int
        How many rows were left out.
    """
    widths = [share * box[2] for share in shares]
    size, heights = _row_heights(held, widths, box[3], sizes)
    shown = held.rows[: len(heights) - 1]
    frame = slide.shapes.add_table(
        len(shown) + 1, len(widths), Inches(box[0]), Inches(box[1]), Inches(box[2]), Inches(sum(heights))
    )
    frame.name = "Table"
    frame._element.nvGraphicFramePr.cNvPr.set("descr", printable(shortened(held.caption, 300)))
    _dress(frame.table, widths, heights)
    for place_of_row, row in enumerate((held.columns, *shown)):
        for cell, text in zip(frame.table.rows[place_of_row].cells, row, strict=True):
            _cell(cell, text, head=place_of_row == 0, size=size, lang=lang)
    return len(held.rows) - len(shown)


def _row_heights(
    held: Table, widths: Sequence[float], most: float, sizes: Sequence[float]
) -> tuple[float, list[float]]:
    """The largest size at which all rows fit; at the smallest, as many rows as do."""
    heights: list[float] = []
    for size in sizes:
        heights = [_row_height(row, widths, size) for row in (held.columns, *held.rows)]
        if sum(heights) <= most:
            return size, heights
    while sum(heights) > most and len(heights) > 1:
        heights.pop()
    return sizes[-1], heights


def _row_height(row: Sequence[str], widths: Sequence[float], size: float) -> float:
    lines = max(
        lines_needed(_fit_cell(text), size, width - 2 * _CELL_X) for text, width in zip(row, widths, strict=True)
    )
    return lines * size * LINE / 72 + 2 * _CELL_Y


def _fit_cell(text: str) -> str:
    return shortened(printable(text), 220)


def _dress(drawn: Any, widths: Sequence[float], heights: Sequence[float]) -> None:
    drawn.first_row, drawn.horz_banding = True, False
    drawn._tbl.tblPr.find(qn("a:tableStyleId")).text = _PLAIN_TABLE
    for column, width in zip(drawn.columns, widths, strict=True):
        column.width = Inches(width)
    for row, height in zip(drawn.rows, heights, strict=True):
        row.height = Inches(height)


def _cell(cell: Any, text: str, *, head: bool, size: float, lang: str) -> None:
    cell.margin_left = cell.margin_right = Inches(_CELL_X)
    cell.margin_top = cell.margin_bottom = Inches(_CELL_Y)
    cell.vertical_anchor = MSO_ANCHOR.TOP
    tone = "soft" if head else "worse" if text == "Does not hold" else "ink"
    write(cell.text_frame, (Line(text=_fit_cell(text), tone=tone),), size=size, lang=lang)
    _underline(cell, light_colours()["edge" if head else "rule"])


def _underline(cell: Any, shade: str) -> None:
    properties = cell._tc.get_or_add_tcPr()
    line = properties.makeelement(qn("a:lnB"), {"w": "9525"})
    solid = line.makeelement(qn("a:solidFill"), {})
    solid.append(solid.makeelement(qn("a:srgbClr"), {"val": shade[1:].upper()}))
    line.append(solid)
    properties.append(line)
