"""The charts as specifications: what is drawn, over which window, from which numbers."""

import pytest
from tests.report.builders import an_event_study, chicago, chicago_waves, value_selling

from upshot.report.charts import NARROW_WIDTH, WIDE_WIDTH, IntervalRow, event_study, event_window, intervals, waves
from upshot.report.findings import Wave
from upshot.report.numbers import display_for
from upshot.report.theme import COLOURS, svg


def test_long_event_studies_show_a_year_before_and_two_after() -> None:
    terms = an_event_study(range(-59, 60)).terms
    assert [t.event_time for t in event_window(terms, WIDE_WIDTH)] == list(range(-12, 25))
    assert [t.event_time for t in event_window(terms, NARROW_WIDTH)] == list(range(-6, 13))


def test_short_event_studies_are_shown_whole() -> None:
    assert len(event_window(an_event_study(range(-6, 10)).terms, NARROW_WIDTH)) == 16


def test_the_event_study_is_drawn_in_printed_units() -> None:
    findings = chicago()
    spec = event_study(
        findings.event_study.terms if findings.event_study else (), display_for(findings), "month", width=WIDE_WIDTH
    ).to_dict()
    points = (
        next(rows for rows in spec["datasets"].values() if "value" in rows[0] and "time" in rows[0])
        if "datasets" in spec
        else spec["layer"][0]["data"]["values"]
    )
    start = next(t for t in an_event_study(range(-59, 60)).terms if t.event_time == 0)
    drawn = next(row for row in points if row["time"] == 0)
    assert drawn["value"] == pytest.approx(100 * (start.estimate or 0))
    assert drawn["band_low"] == pytest.approx(100 * (start.band_low or 0))


def test_an_interval_chart_always_holds_its_marks() -> None:
    row = IntervalRow(label="effect", value=5.0, text="5", low=4.0, high=6.0, treated=True)
    spec = intervals([row], [(0.0, "no effect")], width=WIDE_WIDTH, decimals=1).to_dict()
    domains = [
        layer["encoding"]["x"]["scale"]["domain"]
        for layer in spec["layer"]
        if "scale" in layer["encoding"].get("x", {})
    ]
    assert domains[0][0] < 0
    assert domains[0][1] > 6


@pytest.mark.parametrize("width", [WIDE_WIDTH, NARROW_WIDTH])
def test_drawings_take_their_colours_from_the_page_and_fit_it(width: int) -> None:
    drawn = svg(waves(chicago_waves(), "month", width=width).to_dict(), name="w", description="Bars.", css="chart")
    assert not any(colour in drawn for colour in COLOURS.values())
    assert "var(--treated)" in drawn
    assert float(drawn.partition('width="')[2].partition('"')[0]) <= width + 12


def test_a_withheld_wave_has_a_sign_and_no_bar() -> None:
    held = (Wave(start="2026-01", people=50), Wave(start="2026-02", note="fewer than 5"))
    drawn = svg(waves(held, "month", width=WIDE_WIDTH).to_dict(), name="w", description="Bars.", css="chart")
    assert drawn.count('fill="var(--treated)"') == 1
    assert ">·<" in drawn


def test_a_label_cannot_leave_its_place_in_the_specification() -> None:
    held = (Wave(start="'];datum.x=1//", people=50), Wave(start="\\", people=50))
    drawn = svg(waves(held, "month", width=WIDE_WIDTH).to_dict(), name="w", description='a "b" <c>', css="chart")
    assert "];datum.x=1//" in drawn
    assert 'aria-label="a &#34;b&#34; &lt;c&gt;"' in drawn


def test_planned_waves_carry_a_tick_each() -> None:
    spec = waves(value_selling().waves, "month", width=WIDE_WIDTH).to_dict()
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["bar", "tick", "text"]
