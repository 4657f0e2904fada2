"""A KPI against its goal, in words: which way, how far, and nothing of too few people."""

import pytest

from upshot.plan import Plan, parse
from upshot.web.reviews.trends import HEIGHT, WIDTH, Trend, trend_of
from upshot.workspace.alerting import KpiSeries


def a_plan(baseline: str = "10", target: str = "6", entity: str = "person") -> Plan:
    return parse(
        f"""
objectives:
  - {{id: calm, statement: Fewer complaints, key_results: [
      {{kpi: letters, baseline: {baseline}, target: {target}, by: 2026-12-31}}]}}
kpis: [{{id: letters, label: Letters, unit: letters, direction: down, grain: {{entity: {entity}, time: month}}}}]
initiatives: [{{id: a, serves: [calm], hypothesis: {{if: we practise, then: they fall}}, audience: {{}}}}]
"""
    ).plan


def told(*values: float, plan: Plan | None = None, people: int = 40) -> Trend:
    plan = plan or a_plan()
    periods = tuple(f"2026-{number + 1:02d}" for number in range(len(values)))
    series = KpiSeries(kpi="letters", label="Letters", grain="month", periods=periods, values=values)
    return trend_of(plan, plan.objectives[0].key_results[0], {"letters": series}, {"letters": people}, 5)


@pytest.mark.parametrize(
    ("now", "arrow", "word", "tone"),
    [
        (8.0, "↓", "50\N{NARROW NO-BREAK SPACE}% of the way", "better"),
        (6.0, "↓", "goal reached", "better"),
        (11.0, "↑", "away from the goal", "worse"),
        (9.9, "→", "has hardly moved", ""),
    ],
)
def test_the_course_is_told_with_arrow_and_word(now: float, arrow: str, word: str, tone: str) -> None:
    found = told(10.0, now)
    assert (found.arrow, found.word, found.tone) == (arrow, word, tone)
    assert found.goal == "goal 6 letters by 31 December 2026"


def test_the_line_stays_in_its_box_and_is_there_as_a_table_and_a_sentence_too() -> None:
    found = told(10.0, 12.0, 9.0)
    corners = [tuple(map(float, point.split(","))) for point in found.points.split()]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in corners)
    assert found.readings == (
        ("January 2026", "10 letters"),
        ("February 2026", "12 letters"),
        ("March 2026", "9 letters"),
    )
    assert found.description == "Letters from 10 letters in January 2026 to 9 letters in March 2026"


def test_a_reading_of_too_few_people_is_not_shown() -> None:
    found = told(10.0, 8.0, people=4)
    assert (found.now, found.points, found.readings) == ("", "", ())
    assert found.withheld == "Not shown: a period was read for fewer than 5 people."
    assert told(10.0, 8.0, people=3, plan=a_plan(entity="site")).now == "8 letters"


def test_a_kpi_that_is_not_read_says_so() -> None:
    assert told().withheld == "No reading of the whole firm."
