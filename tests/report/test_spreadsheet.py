"""The workbook: numbers are numbers, text is never a formula, every sheet has its header row."""

import datetime as dt
import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from tests.report.builders import refused
from tests.report.documents import a_workbook, book, laid_out

from upshot.report import spreadsheet
from upshot.report.numbers import display_for
from upshot.report.page import page

_SHEETS = ["Answer", "Terms", "Checks", "Value", "Slices", "Data", "Definitions"]


def rows(kind: str, sheet: str) -> list[dict[str, Any]]:
    """A sheet's rows by the heads of its columns."""
    head, *body = book(kind)[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


def row(kind: str, sheet: str, name: str) -> dict[str, Any]:
    return next(found for found in rows(kind, sheet) if name in found.values())


@pytest.mark.parametrize("kind", ["chicago", "everything", "refused", "hostile"])
def test_every_workbook_has_the_same_sheets_with_a_frozen_header(kind: str) -> None:
    made = book(kind)
    assert made.sheetnames == _SHEETS
    for sheet in made:
        assert sheet.freeze_panes == "B2", sheet.title
        assert sheet.column_dimensions["A"].width > 8
        assert sheet["A1"].font.bold


def test_the_effect_is_a_number_that_shows_as_the_page_prints_it() -> None:
    found, facts = row("chicago", "Answer", "Effect"), laid_out("chicago").findings
    display, estimate = display_for(facts), facts.estimate
    assert estimate.estimate is not None
    assert found["Value"] == pytest.approx(display.value(estimate.estimate), rel=1e-12)
    assert found["Low end"] == pytest.approx(-0.527276124, rel=1e-9)
    assert found["Unit"] == "complaints per 100 officer-months"
    cell = next(c for r in book("chicago")["Answer"].iter_rows() if r[0].value == "Effect" for c in r[2:3])
    assert cell.number_format == '+#,##0.00;"−"#,##0.00;#,##0.00'


def test_people_value_and_slices_are_numbers() -> None:
    assert row("everything", "Answer", "Compared")["Value"] == 640
    assert row("everything", "Value", "Return on investment")["Amount"] == pytest.approx(6.41)
    assert row("everything", "Value", "Cost: Course fees")["Planned"] == 80_000
    assert row("everything", "Slices", "North")["People"] == 210
    assert row("everything", "Slices", "South")["Why withheld"] == "fewer than 5 people"


def test_a_refusal_has_no_effect_on_its_first_sheet_and_names_what_was_computed() -> None:
    assert not [found for found in rows("computed-but-refused", "Answer") if found["What"] == "Effect"]
    heads = [cell.value for cell in book("computed-but-refused")["Terms"][1]]
    assert any(str(head).startswith("Computed, no answer") for head in heads)
    assert row("computed-but-refused", "Data", "headline")["note"] == "computed; no claim may be made of it"
    assert row("refused", "Answer", "What would make it knowable")["In words"].startswith("Start the next step")


def test_provenance_is_on_the_first_sheet() -> None:
    for name in ("Readings up to", "Data fingerprint", "Design hash", "Upshot version", "Seed"):
        assert row("chicago", "Answer", name)["In words"]


def test_the_data_sheet_holds_stored_units_audit_and_waves() -> None:
    parts = {found["part"] for found in rows("chicago", "Data")}
    assert {"headline", "event-study", "second-opinion", "dashboard", "audit", "wave"} <= parts
    assert row("chicago", "Data", "headline")["estimate"] == pytest.approx(-0.001126981, rel=1e-9)


@pytest.mark.parametrize("start", ["=1+1", "+49 30", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")'])
def test_a_text_that_begins_like_a_formula_stays_text(start: str) -> None:
    bare = replace(refused(), estimate=replace(refused().estimate, naive=None), initiative=start, question=start)
    written = spreadsheet.written(page(bare))
    sheet = openpyxl.load_workbook(io.BytesIO(written))["Answer"]
    cells = [
        cell for found in sheet.iter_rows() for cell in found if cell.value == start.strip() or cell.value == start
    ]
    assert len(cells) >= 2 or start.startswith("\t")
    assert all(cell.data_type == "s" for found in sheet.iter_rows() for cell in found if isinstance(cell.value, str))


def test_the_same_page_gives_the_same_bytes_dated_as_its_readings() -> None:
    assert spreadsheet.written(laid_out("refused")) == a_workbook("refused")
    assert book("refused").properties.created == dt.datetime(2026, 6, 30)


def test_long_names_and_every_script_are_kept_whole() -> None:
    name = "需求优先的对话 تدريب न्याय 🚀 " * 20
    bare = replace(refused(), estimate=replace(refused().estimate, naive=None), initiative=name)
    sheet = openpyxl.load_workbook(io.BytesIO(spreadsheet.written(page(bare))))["Answer"]
    assert name in [cell.value for found in sheet.iter_rows() for cell in found]
