"""The overview as slides and PDF: everything it says is there, in the same bytes each time, and tagged."""

import datetime as dt
import io
import shutil
import subprocess
from typing import Any

import pytest
from pptx import Presentation
from tests.report.test_goal_chart import a_picture

from upshot.report import overview_pdf, overview_slides
from upshot.report.goal_chart import goal_figure
from upshot.report.overview import Overview, OverviewLine, Told


def an_overview(lines: int = 2, *, drawn: bool = True) -> Overview:
    told = Told(
        title="Needs-first",
        sentence="The training raised offers by 1.75 points.",
        grade="A",
        money="EUR 334,511 (111,503 to 557,518)",
        asked="Decide by 30 November 2026",
    )
    refused = Told(title="Careful hands", sentence="We cannot tell.", grade="D", money_reason="No return is stated.")
    figures = (goal_figure(a_picture()),) if drawn else ()
    made = [
        OverviewLine(
            objective=f"Objective {number}",
            readings=("Win rate: 23.0 %; goal 24.0 %",),
            figures=figures if number == 0 else (),
            told=(told, refused) if number == 0 else (),
        )
        for number in range(lines)
    ]
    return Overview(
        organisation="Harbour",
        question="What did we get for the money?",
        lead="Planned: EUR 930,702. 4 of 8 initiatives have an answer we can rely on.",
        as_of=dt.date(2026, 11, 24),
        lines=tuple(made),
        notice="Simulated data",
        orphans="Serving no objective: nothing.",
    )


def words_of(shape: Any) -> str:
    if shape.has_text_frame:
        return str(shape.text_frame.text)
    cells = [cell.text for row in shape.table.rows for cell in row.cells] if shape.has_table else []
    return " ".join(cells)


def test_the_slides_hold_all_objectives_then_one_each_then_the_meanings() -> None:
    deck = Presentation(io.BytesIO(overview_slides.render(an_overview(8))))
    texts = [" ".join(words_of(shape) for shape in slide.shapes) for slide in deck.slides]
    assert len(texts) == 2 + 8 + 1
    assert "EUR 334,511 (111,503 to 557,518)" in texts[0]
    assert "Objective 7" in texts[1]
    assert "In month 3 our initiatives account for +0.8 points of it" in texts[2]
    assert "Nothing is done about it yet." in texts[3]
    pictures = [shape for shape in deck.slides[2].shapes if shape.name == "Chart"]
    assert len(pictures) == 1
    assert "No return is stated." in deck.slides[2].notes_slide.notes_text_frame.text


def test_the_paper_says_the_same_with_title_language_and_tags() -> None:
    made = overview_pdf.render(an_overview())
    for mark in (b"/MarkInfo", b"/Lang", b"/StructTreeRoot", b"pdfuaid"):
        assert mark in made
    reader = shutil.which("pdftotext")
    if reader is not None:
        done = subprocess.run([reader, "-", "-"], input=made, capture_output=True, check=True)  # noqa: S603
        text = " ".join(done.stdout.decode("utf-8").split())
        told = ("What did we get for the money?", "raised offers by 1.75 points", "We cannot tell.", "Objective 1")
        assert [said for said in told if said not in text] == []


@pytest.mark.parametrize("render", [overview_slides.render, overview_pdf.render])
def test_the_same_overview_gives_the_same_bytes(render: Any) -> None:
    assert render(an_overview(drawn=False)) == render(an_overview(drawn=False))


@pytest.mark.parametrize("render", [overview_slides.render, overview_pdf.render])
def test_a_plan_without_objectives_still_makes_a_file(render: Any) -> None:
    assert len(render(an_overview(0))) > 1000
