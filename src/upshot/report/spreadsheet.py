"""Findings as one workbook: words as words, numbers as numbers, nothing in it a formula."""

import datetime as dt
import io
import math
from typing import Any

import xlsxwriter

from upshot.report.findings import Findings
from upshot.report.letters import printable, shortened
from upshot.report.numbers import MINUS, display_for
from upshot.report.page import Page, page
from upshot.report.palette import light_colours
from upshot.report.sheets import Cell, Kind, Sheet, sheets
from upshot.report.small_numbers import guarded

__all__ = ["render", "written"]

_MOST_LETTERS = 32_000
"""A cell holds 32,767."""

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def render(findings: Findings) -> bytes:
    """Write the report of one initiative as an Excel workbook.

    Parameters
    ----------
    findings
        Everything the workbook says; a text that begins like a formula stays text. The same
        findings give the same bytes.
    """
    return written(page(guarded(findings)))


def written(laid_out: Page) -> bytes:
    """Write a page that is there already as a workbook; see `render`."""
    held, facts = io.BytesIO(), laid_out.findings
    with xlsxwriter.Workbook(held, _OPTIONS) as book:
        _properties(book, facts)
        formats = _formats(book, display_for(facts).decimals)
        for sheet in sheets(laid_out):
            _write(book.add_worksheet(sheet.name), sheet, formats, facts)
    return held.getvalue()


def _properties(book: Any, facts: Findings) -> None:
    book.set_properties(
        {
            "title": shortened(printable(facts.question), 250),
            "author": shortened(printable(facts.organisation), 250),
            "comments": shortened(printable(facts.data_notice), 250),
            "created": dt.datetime.combine(facts.as_of, dt.time()),
        }
    )


def _formats(book: Any, decimals: int) -> dict[str, Any]:
    digits = "#,##0" + (f".{'0' * decimals}" if decimals else "")
    numbers: dict[Kind, str] = {
        "number": f'{digits};"{MINUS}"{digits}',
        "signed": f'+{digits};"{MINUS}"{digits};{digits}',
        "count": f'#,##0;"{MINUS}"#,##0',
        "share": f'0.0 %;"{MINUS}"0.0 %',
        "money": f'#,##0;"{MINUS}"#,##0',
        "exact": "General",
    }
    base = {"font_name": "Arial", "font_size": 10, "valign": "top"}
    rule = light_colours()["edge"]
    made: dict[str, Any] = {kind: book.add_format({**base, "num_format": code}) for kind, code in numbers.items()}
    made["words"] = book.add_format({**base, "text_wrap": True})
    made["wide"] = book.add_format({**base, "text_wrap": True})
    made["head"] = book.add_format({**base, "bold": True, "text_wrap": True, "bottom": 1, "bottom_color": rule})
    made["head-number"] = book.add_format(
        {**base, "bold": True, "text_wrap": True, "bottom": 1, "bottom_color": rule, "align": "right"}
    )
    made["first"] = book.add_format({**base, "text_wrap": True, "bold": True})
    return made


def _write(target: Any, sheet: Sheet, formats: dict[str, Any], facts: Findings) -> None:
    for place, column in enumerate(sheet.columns):
        numeric = column.kind not in ("words", "wide")
        target.set_column(place, place, column.width)
        target.write_string(0, place, _text(column.head), formats["head-number" if numeric else "head"])
    for number, row in enumerate(sheet.rows, start=1):
        kind = sheet.kinds[number - 1] if sheet.kinds else None
        for place, (cell, column) in enumerate(zip(row, sheet.columns, strict=True)):
            _cell(target, number, place, cell, _format(formats, sheet, place, kind or column.kind, column.kind))
    if not sheet.rows:
        target.write_string(1, 0, sheet.empty, formats["words"])
    target.freeze_panes(1, 1)
    if len(sheet.rows) > 1 and sheet.name != "Answer":
        target.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    _for_paper(target, facts)


def _format(formats: dict[str, Any], sheet: Sheet, place: int, kind: Kind, of_column: Kind) -> Any:
    if of_column in ("words", "wide"):
        return formats["first" if place == 0 and sheet.name in ("Answer", "Definitions") else of_column]
    return formats[kind]


def _cell(target: Any, row: int, place: int, cell: Cell, form: Any) -> None:
    if isinstance(cell, str):
        if cell:
            target.write_string(row, place, _text(cell), form)
    elif cell is not None and math.isfinite(cell):
        target.write_number(row, place, cell, form)


def _text(text: str) -> str:
    return shortened(printable(text), _MOST_LETTERS)


def _for_paper(target: Any, facts: Findings) -> None:
    """Landscape A4, one page wide, header row and data notice on every page."""
    notice = shortened(printable(facts.data_notice), 90).replace("&", "&&")
    target.set_landscape()
    target.set_paper(9)
    target.fit_to_pages(1, 0)
    target.repeat_rows(0)
    target.set_footer(f"&L{notice}&R&P of &N")
