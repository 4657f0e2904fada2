"""Every format of every kind of report, written once, and the text that people read in it."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from typing import Any

import openpyxl
from pptx import Presentation
from tests.report.beside_builders import with_everything
from tests.report.builders import EVERY_KIND

from upshot.report import pdf, slides, spreadsheet
from upshot.report.page import Page, page
from upshot.report.pdf_document import document
from upshot.report.small_numbers import guarded

KINDS = {**EVERY_KIND, "everything": with_everything}


@cache
def laid_out(kind: str) -> Page:
    return page(guarded(KINDS[kind]()))


@cache
def a_pdf(kind: str) -> bytes:
    return pdf.written(laid_out(kind))


@cache
def a_deck(kind: str) -> bytes:
    return slides.written(laid_out(kind))


@cache
def a_workbook(kind: str) -> bytes:
    return spreadsheet.written(laid_out(kind))


def deck(kind: str) -> Any:
    return Presentation(io.BytesIO(a_deck(kind)))


def book(kind: str) -> Any:
    return openpyxl.load_workbook(io.BytesIO(a_workbook(kind)))


def flat(text: str) -> str:
    """Text without what only layout adds: line ends, kinds of space, soft breaks."""
    return re.sub(r"\s+", " ", text)


def pdf_text(kind: str) -> str:
    """What a reader of the PDF finds; without poppler, what typst was given to set."""
    reader = shutil.which("pdftotext")
    if reader is None:
        return flat(" ".join(_strings(document(laid_out(kind)))))
    done = subprocess.run([reader, "-", "-"], input=a_pdf(kind), capture_output=True, check=True)  # noqa: S603
    return flat(done.stdout.decode("utf-8"))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def deck_text(kind: str) -> str:
    return flat(" ".join(text for slide in deck(kind).slides for text in (*slide_texts(slide), notes(slide))))


def slide_texts(slide: Any) -> Iterator[str]:
    for shape in slide.shapes:
        if shape.has_text_frame:
            yield shape.text_frame.text
        if getattr(shape, "has_table", False) and shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)


def notes(slide: Any) -> str:
    text: str = slide.notes_slide.notes_text_frame.text
    return text


def book_text(kind: str) -> str:
    cells = (c for sheet in book(kind) for row in sheet.iter_rows(values_only=True) for c in row)
    return flat(" ".join(str(cell) for cell in cells if cell is not None))


READ = {"pdf": pdf_text, "pptx": deck_text, "xlsx": book_text}
