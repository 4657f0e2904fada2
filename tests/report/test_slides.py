"""Slides: few, real text, nothing overlaps or runs over, pictures described, the same every time."""

import datetime as dt
import io
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from tests.report.builders import refused
from tests.report.documents import a_deck, deck, laid_out, notes, slide_texts

from upshot.report import slides
from upshot.report.page import page
from upshot.report.slide_text import Line, fitted, height, lines_needed

_KINDS = ("chicago", "everything", "refused", "hostile", "computed-but-refused")
_EMU = 914400


def boxes(slide: Any) -> list[tuple[str, float, float, float, float]]:
    return [
        (s.name, s.left / _EMU, s.top / _EMU, (s.left + s.width) / _EMU, (s.top + s.height) / _EMU)
        for s in slide.shapes
        if s.name != "Rule"
    ]


def needed(shape: Any) -> float:
    """Inches its text takes, by the same estimate that chose its size."""
    frame, width = shape.text_frame, shape.width / _EMU
    total = 0.0
    for paragraph in frame.paragraphs:
        size = max((run.font.size.pt for run in paragraph.runs if run.font.size), default=9.0)
        total += height((Line(text=paragraph.text),), size, width)
        total += paragraph.space_before.inches if paragraph.space_before else 0.0
    return total


@pytest.mark.parametrize("kind", _KINDS)
def test_there_are_four_to_six_wide_slides_and_each_has_a_title_and_notes(kind: str) -> None:
    made = deck(kind)
    assert 4 <= len(made.slides) <= 6
    assert round(made.slide_width / made.slide_height, 2) == 1.78
    for slide in made.slides:
        assert slide.shapes.title.text_frame.text
        assert slide.shapes.title.placeholder_format.type == PP_PLACEHOLDER.TITLE
        assert len(notes(slide)) > 40


@pytest.mark.parametrize("kind", _KINDS)
def test_no_two_shapes_overlap_and_none_leaves_the_slide(kind: str) -> None:
    for number, slide in enumerate(deck(kind).slides, start=1):
        held = boxes(slide)
        for name, left, top, right, bottom in held:
            assert left >= 0, (number, name)
            assert top >= 0, (number, name)
            assert right <= 13.34, (number, name)
            assert bottom <= 7.5, (number, name)
        for one, other in combinations(held, 2):
            apart = one[3] <= other[1] + 0.01 or other[3] <= one[1] + 0.01
            apart = apart or one[4] <= other[2] + 0.01 or other[4] <= one[2] + 0.01
            assert apart, (number, one, other)


@pytest.mark.parametrize("kind", _KINDS)
def test_no_text_needs_more_room_than_its_box(kind: str) -> None:
    for slide in deck(kind).slides:
        for shape in slide.shapes:
            if shape.has_text_frame and shape.text_frame.text:
                assert needed(shape) <= shape.height / _EMU + 0.02, (shape.name, shape.text_frame.text)


@pytest.mark.parametrize("kind", ["chicago", "everything"])
def test_every_picture_and_table_is_described(kind: str) -> None:
    found = 0
    for slide in deck(kind).slides:
        for shape in slide.shapes:
            if shape.shape_type in (MSO_SHAPE_TYPE.PICTURE, MSO_SHAPE_TYPE.TABLE):
                described = shape._element.xpath(".//p:cNvPr/@descr")
                assert described
                assert len(described[0]) > 10
                found += 1
    assert found >= 4


def test_tables_have_a_header_row_and_no_placeholder_is_left_empty() -> None:
    for slide in deck("everything").slides:
        for shape in slide.shapes:
            assert not shape.is_placeholder or shape.text_frame.text, shape.name
            assert not shape.has_table or shape.table.first_row


def test_the_notice_and_the_date_stand_on_every_slide() -> None:
    for slide in deck("everything").slides:
        foot = next(text for text in slide_texts(slide) if "as of" in text)
        assert foot.startswith("Simulated: Harbour is not a real firm.")
        assert "30 June 2026" in foot


def test_the_same_page_gives_the_same_bytes_and_no_clock_is_read() -> None:
    assert slides.written(laid_out("refused")) == a_deck("refused")
    held = deck("refused").core_properties
    assert held.created == dt.datetime(2026, 6, 30)
    assert held.modified == held.created


def test_names_of_every_script_are_kept_and_run_the_right_way() -> None:
    names = {"question": "هل ساعد التدريب؟", "initiative": "需求优先的对话" * 40, "organisation": "संस्था 🚀\x00"}
    written = slides.written(page(replace(refused(), estimate=replace(refused().estimate, naive=None), **names)))
    first = Presentation(io.BytesIO(written)).slides[0]
    asked = next(shape for shape in first.shapes if shape.name == "Question")
    assert asked.text_frame.text == names["question"]
    assert asked.text_frame.paragraphs[0]._p.pPr.get("rtl") == "1"
    assert all("\x00" not in text for text in slide_texts(first))


def test_text_that_fits_at_no_size_is_cut_and_says_so() -> None:
    lines, size = fitted((Line(text="word " * 400),), 3.0, 1.0, (18.0, 12.0))
    assert size == 12.0
    assert lines[0].text.endswith("…")
    assert height(lines, size, 3.0) <= 1.0


def test_wide_letters_take_more_lines_than_narrow_ones() -> None:
    assert lines_needed("汉" * 40, 18, 3.0) > lines_needed("i" * 40, 18, 3.0)
    assert lines_needed("x" * 300, 18, 3.0) >= 10
