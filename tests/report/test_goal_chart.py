"""A KPI against its goal: what is drawn, what is said for those who cannot see it, and its table."""

import pytest

from upshot.report.goal_chart import GoalPicture, GoalPoint, goal_figure


def a_picture(*, known: bool = True, goal: float | None = 24.0) -> GoalPicture:
    points = [
        GoalPoint(
            period=f"month {at}",
            value=20.0 + at,
            text=f"{20 + at}.0 %",
            low=19.0 + at if known and at > 1 else None,
            high=19.5 + at if known and at > 1 else None,
            without=f"{19 + at}.0 to {19 + at}.5 %" if known and at > 1 else "",
        )
        for at in range(4)
    ]
    return GoalPicture(
        name="goal-0",
        finding="In month 3 our initiatives account for +0.8 points of it",
        measure="win rate",
        points=tuple(points),
        goal=goal,
        goal_text="" if goal is None else "goal 24.0 % by 31 December 2026",
    )


def test_the_description_says_where_it_began_where_it_is_and_where_it_would_be() -> None:
    figure = goal_figure(a_picture())
    assert figure.description == (
        "A line from 20.0 % in month 0 to 23.0 % in month 3, beside a band that ends at 22.0 to 22.5 %; "
        "goal 24.0 % by 31 December 2026."
    )
    assert "The band is what it would have read without them." in figure.subtitle


def test_the_table_holds_every_period_newest_first_and_says_where_nothing_is_known() -> None:
    table = goal_figure(a_picture()).table
    assert table.columns == ("Period", "Reading", "Without the initiatives")
    assert table.rows[0] == ("month 3", "23.0 %", "22.0 to 22.5 %")
    assert table.rows[-1] == ("month 0", "20.0 %", "not known")


@pytest.mark.parametrize("goal", [None, 24.0])
def test_without_an_answer_there_is_no_band_and_no_column(goal: float | None) -> None:
    picture = a_picture(known=False, goal=goal)
    figure = goal_figure(picture)
    assert not picture.explained
    assert figure.table.columns == ("Period", "Reading")
    assert "band" not in figure.subtitle + figure.description
    assert ("31 December 2026" in figure.wide) == (goal is not None)
