"""One name for every format a report is handed out in, chosen by the ending of a file's name."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from upshot.errors import DesignError

if TYPE_CHECKING:
    from upshot.report.findings import Findings

__all__ = ["MEDIA_TYPES", "SUFFIXES", "render_as", "suffix_of"]

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What a browser is told each format is."""

SUFFIXES = tuple(MEDIA_TYPES)


def suffix_of(path: Path) -> str:
    """The format a file's name asks for, as one of `SUFFIXES`.

    Raises
    ------
    DesignError
        If its ending is none of them.
    """
    asked = path.suffix.lower()
    if asked == ".htm":
        return ".html"
    if asked not in SUFFIXES:
        raise DesignError(f"A report's name ends in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}, not {asked!r}.")
    return asked


def render_as(findings: "Findings", suffix: str) -> bytes:
    """Write a report in one of the formats; only that format's library is loaded.

    Parameters
    ----------
    findings
        Everything the report says; small groups are withheld in every format alike.
    suffix
        One of `SUFFIXES`.
    """
    return _writer(suffix)(findings)


def _writer(suffix: str) -> Callable[["Findings"], bytes]:
    match suffix:
        case ".pdf":
            from upshot.report import pdf

            return pdf.render
        case ".pptx":
            from upshot.report import slides

            return slides.render
        case ".xlsx":
            from upshot.report import spreadsheet

            return spreadsheet.render
        case _:
            from upshot.report import html

            return lambda findings: html.render(findings).encode("utf-8")
