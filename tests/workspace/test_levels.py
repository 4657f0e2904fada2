"""Every KPI period by period: the same levels as one query a KPI gave, and numbers as people read them."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from tests.workspace.firm import a_firm

from upshot.workspace.levels import Level, level_rows, level_text, levels_of, newest_level


def test_one_pass_reads_what_a_query_a_kpi_reads(tmp_path: Path) -> None:
    workspace = a_firm(tmp_path / "firm")
    (kpi,) = (kpi.resolved() for kpi in workspace.plan().plan.kpis)
    with workspace.lake().connect() as connection:
        levels = levels_of(connection)
        rows = connection.execute(
            "SELECT period, avg(value), count(*) FROM kpis WHERE kpi = $kpi GROUP BY period ORDER BY period",
            {"kpi": kpi.id},
        ).fetchall()
    own = level_rows(levels, kpi)
    assert [(level.period, level.readings) for level in own] == [(period, count) for period, _, count in rows]
    assert [level.read(kpi) for level in own] == pytest.approx([mean for _, mean, _ in rows], rel=1e-12)
    newest = newest_level(levels, kpi)
    assert newest is not None
    assert newest.period == rows[-1][0]


def test_the_grain_most_readings_have_is_read_and_empty_periods_are_left_out(tmp_path: Path) -> None:
    workspace = a_firm(tmp_path / "firm")
    (kpi,) = (kpi.resolved() for kpi in workspace.plan().plan.kpis)
    day = dt.date(2025, 1, 1)
    months = [
        Level(grain="month", period=day.replace(month=at), readings=20, entities=20, mean=None if at == 2 else 1.0 * at)
        for at in (1, 2, 3)
    ]
    week = Level(grain="week", period=dt.date(2025, 5, 5), readings=3, entities=3, mean=9.0)
    found = level_rows({kpi.id: (*months, week)}, kpi)
    assert [level.mean for level in found] == [1.0, 3.0]
    assert newest_level({kpi.id: (*months, week)}, kpi) == week


@pytest.mark.parametrize(
    ("value", "how", "text"),
    [
        (0.6291, {"share": True}, "62.9 %"),
        (0.62912, {"share": True, "width": 0.0004}, "62.912 %"),
        (1234.5, {"unit": "minutes", "width": 40.0}, "1,234 minutes"),
        (-0.5, {"unit": "points"}, "−0.5 points"),
        (3.0, {"width": 0.0}, "3.00"),
    ],
)
def test_levels_are_printed_with_unit_and_as_fine_as_they_must_be_told_apart(
    value: float, how: dict[str, Any], text: str
) -> None:
    assert level_text(value, **how).replace("\u202f", " ") == text
