"""The PDF: tagged, told apart from markup, equal for equal findings, and readable in every script."""

import datetime as dt
import re
import zlib
from dataclasses import replace
from typing import Any

import pytest
import typst
from tests.report.builders import COMPLAINTS, refused
from tests.report.documents import a_pdf, laid_out, pdf_text

from upshot.report import pdf
from upshot.report.letters import printable
from upshot.report.page import Page, page
from upshot.report.palette import light_colours, standalone_svg
from upshot.report.pdf_document import document


def a_short_page(**changes: Any) -> Page:
    """A refusal without charts: quick to lay out."""
    bare = replace(refused().estimate, naive=None)
    return page(replace(refused(), estimate=bare, **changes))


def streams(written: bytes) -> bytes:
    """The document with its packed parts unpacked."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", written, flags=re.DOTALL)
    return written + b"".join(_unpacked(part) for part in packed)


def _unpacked(part: bytes) -> bytes:
    try:
        return zlib.decompress(part)
    except zlib.error:
        return b""


@pytest.mark.parametrize("kind", ["chicago", "everything", "refused", "hostile"])
def test_the_document_declares_itself_accessible(kind: str) -> None:
    whole = streams(a_pdf(kind))
    assert b"pdfuaid" in whole
    assert b"StructTreeRoot" in whole
    assert re.search(rb"/Marked true", whole)
    assert re.search(rb"/Lang ?\(en\)", whole)
    assert b"/DisplayDocTitle true" in whole


def test_headings_tables_and_pictures_are_tagged() -> None:
    whole = streams(a_pdf("chicago"))
    for tag in (b"/H1", b"/H2", b"/H3", b"/Table", b"/TH", b"/Figure", b"/Caption"):
        assert tag in whole, tag
    described = laid_out("chicago").event
    assert described is not None
    assert whole.count(b"/Alt") >= 5


def test_only_fonts_that_ship_with_typst_are_used() -> None:
    names = set(re.findall(rb"/BaseFont ?/(?:[A-Z]{6}\+)?([A-Za-z]+)", streams(a_pdf("everything"))))
    assert names
    assert all(name.startswith((b"Libertinus", b"DejaVuSansMono", b"NewCM")) for name in names)


def test_the_same_findings_give_the_same_bytes_and_the_date_is_theirs() -> None:
    first = pdf.written(a_short_page())
    assert pdf.written(a_short_page()) == first
    assert b"20260630" in streams(first)
    assert pdf.written(a_short_page(as_of=dt.date(2026, 7, 1))) != first


def test_markup_in_names_is_printed_and_not_obeyed() -> None:
    evil = '#panic("x") = Title *bold* $x^2$ @ref <label> \\ `raw` #import "/etc/passwd" // gone'
    laid = a_short_page(question=evil, initiative=evil, organisation=evil, objective=evil)
    assert evil in _text(document(laid))
    assert pdf.written(laid).startswith(b"%PDF-")


def _text(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(_text(item) for item in value.values())
    return " ".join(map(_text, value)) if isinstance(value, list) else str(value)


def test_hostile_names_are_read_as_they_were_written() -> None:
    text = pdf_text("hostile")
    assert "<script>alert('x')" in text
    assert "تدريب" in text or "بيردت" in text


def test_the_notice_stands_above_every_page() -> None:
    pages = len(re.findall(rb"/Type ?/Page\b", streams(a_pdf("everything"))))
    shown = pdf_text("everything").count("Simulated: Harbour is not a real firm.")
    assert pages > 3
    assert shown in (1, pages), "once in what typst was given, where no reader of PDF is at hand"


@pytest.mark.parametrize(
    "name", ["Žluťoučký kůň", "Αθήνα", "Київ", "תכנית", "تدريب على العدالة", "न्याय प्रशिक्षण", "Ծրագիր", "ქართული"]
)
def test_scripts_the_shipped_fonts_hold_need_no_other_font(name: str) -> None:
    content = document(a_short_page(question=name))
    made, undrawn = pdf._compiled(content, pdf._compiler((), system=False), "report.typ")
    assert made is not None
    assert not undrawn


def test_letters_no_font_holds_become_boxes_that_are_read_aloud() -> None:
    rare = "\N{LINEAR B SYLLABLE B008 A}\N{LINEAR B SYLLABLE B038 E}"
    laid = a_short_page(question=f"Did {rare} help?", measure=replace(COMPLAINTS, label=rare))
    whole = streams(pdf.written(laid))
    assert rare.encode("utf-16-be") in whole or rare.encode("utf-16-be").hex().upper().encode() in whole.upper()
    content = pdf._marked(document(laid), frozenset(rare))
    assert content["question"] == ["Did ", {"undrawn": rare}, " help?"]
    assert content["title"].startswith(f"Did {rare} help?")


@pytest.mark.parametrize("length", [300, 1500])
def test_titles_of_any_length_and_empty_ones_are_set(length: int) -> None:
    word = "Donaudampfschifffahrtsgesellschaft"
    laid = a_short_page(question=(word * 50)[:length], initiative=(word * 50)[:length], organisation="")
    assert pdf.written(laid).startswith(b"%PDF-")
    assert pdf.written(a_short_page(question="", initiative="", objective="")).startswith(b"%PDF-")


def test_control_characters_and_broken_pairs_do_no_harm() -> None:
    laid = a_short_page(question="a\x00b\x1b[31m\ud800c\u202ed", data_notice="\x07" * 20)
    assert pdf.written(laid).startswith(b"%PDF-")


def test_an_error_that_is_not_about_letters_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_template", lambda _: b"#unknown-name")
    with pytest.raises(typst.TypstError, match="unknown variable"):
        pdf.written(a_short_page())


def test_charts_carry_the_light_colours_and_no_variable_is_left() -> None:
    figure = laid_out("chicago").event
    assert figure is not None
    drawn = standalone_svg(figure.wide, font="Libertinus Serif")
    assert "var(" not in drawn
    assert light_colours()["treated"] in drawn
    assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert light_colours()["page"] == "#ffffff"


def test_printable_text_is_one_line() -> None:
    assert printable("one\r\ntwo\tthree\u2028four") == "one two three four"
