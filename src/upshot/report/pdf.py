"""Findings as one tagged PDF (PDF/UA-1), set by typst with the fonts that ship inside it."""

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from upshot.report.findings import Findings
from upshot.report.page import Page, page
from upshot.report.pdf_document import document
from upshot.report.small_numbers import guarded

__all__ = ["render", "typeset", "written"]

_UNDRAWN = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_UNDRAWN_NOTE = (
    "The fonts at hand cannot draw some letters of this report; each such letter stands as a box, "
    "and is read aloud rightly. The page, the slides and the spreadsheet hold them as written."
)
_BOX = "\N{WHITE VERTICAL RECTANGLE}"
_MOST_ATTEMPTS = 4
_AS_IT_IS = frozenset({"lang", "region", "title", "author", "colours", "alt", "kind", "letter", "status", "sign"})
"""What is not set in type: names for programs, and what is only read aloud."""


def render(findings: Findings, *, fonts: Sequence[Path] = ()) -> bytes:
    """Write the report of one initiative as one PDF document for paper and for screen readers.

    The same findings give the same bytes as long as the fonts inside typst hold every letter.
    Where they do not, the machine's own fonts are asked, and last a box is drawn that carries the
    letter as alternative text.

    Parameters
    ----------
    findings
        Everything the report says; nothing in it is read as markup.
    fonts
        Folders with further fonts, asked before the machine's own.
    """
    return written(page(guarded(findings)), fonts=fonts)


def written(laid_out: Page, *, fonts: Sequence[Path] = ()) -> bytes:
    """Write a page that is there already as one PDF document; see `render`."""
    return typeset(document(laid_out), "report.typ", fonts=fonts)


def typeset(content: dict[str, Any], template: str, *, fonts: Sequence[Path] = ()) -> bytes:
    """Set plain content by one of the templates in this package, every letter drawn or standing as a box.

    Parameters
    ----------
    content
        JSON types only; ``notice`` is a text that a line on missing letters may be added to.
    template
        Name of the file.
    fonts
        Folders with further fonts, asked before the machine's own.
    """
    made, undrawn = _compiled(content, _compiler((), system=False), template)
    if made is None:
        made, undrawn = _compiled(content, _compiler(tuple(fonts), system=True), template)
    return made if made is not None else _with_boxes(content, undrawn, tuple(fonts), template)


def _with_boxes(content: dict[str, Any], undrawn: frozenset[str], fonts: tuple[Path, ...], template: str) -> bytes:
    """Stand a box in for each letter that no font draws; more may come to light as the first are replaced."""
    compiler, missing = _compiler(fonts, system=True), undrawn
    for _ in range(_MOST_ATTEMPTS):
        boxed = _marked({**content, "notice": " ".join(filter(None, (content["notice"], _UNDRAWN_NOTE)))}, missing)
        made, more = _compiled(boxed, compiler, template)
        if made is not None:
            return made
        missing |= more
    raise AssertionError("typst names the letters it cannot draw, and every one of them was replaced")


@cache
def _compiler(fonts: tuple[Path, ...], *, system: bool) -> typst.Compiler:
    return typst.Compiler(font_paths=list(fonts), ignore_system_fonts=not system)


@cache
def _template(name: str) -> bytes:
    return (files("upshot.report") / "templates" / name).read_bytes()


def _compiled(content: dict[str, Any], compiler: typst.Compiler, template: str) -> tuple[bytes | None, frozenset[str]]:
    """The document, or the letters that stand in its way."""
    inputs = {"report": json.dumps(content, ensure_ascii=False)}
    try:
        made = compiler.compile(_template(template), format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"])
    except typst.TypstError as error:
        undrawn = frozenset(_unescaped(run) for run in _UNDRAWN.findall(error.diagnostic))
        if not undrawn:
            raise
        return None, undrawn
    return (made, frozenset()) if isinstance(made, bytes) else (None, frozenset())


def _unescaped(run: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), run).replace('\\"', '"').replace("\\\\", "\\")


def _marked(value: Any, undrawn: frozenset[str]) -> Any:
    """The same content with every text split into what is drawn and what is not; drawings get plain boxes."""
    match value:
        case str():
            return _split(value, undrawn)
        case dict():
            return {key: _marked_item(key, item, undrawn) for key, item in value.items()}
        case list():
            return [_marked(item, undrawn) for item in value]
        case _:
            return value


def _marked_item(key: str, item: Any, undrawn: frozenset[str]) -> Any:
    if key == "svg":
        return _pattern(undrawn).sub(_BOX, item)
    return item if key in _AS_IT_IS else _marked(item, undrawn)


def _split(text: str, undrawn: frozenset[str]) -> str | list[str | dict[str, str]]:
    pieces = re.split(f"((?:{_pattern(undrawn).pattern})+)", text)
    if len(pieces) == 1:
        return text
    return [{"undrawn": piece} if place % 2 else piece for place, piece in enumerate(pieces) if piece]


def _pattern(undrawn: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(run) for run in sorted(undrawn, key=len, reverse=True)))
