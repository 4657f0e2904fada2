"""Whom a manager is pointed to: the newest change first, the rest in turn, at most three, never by merit."""

import datetime as dt
from collections.abc import Iterable

import pytest
from tests.web.teams.builders import MONDAY, a_candidate, a_place, days

from upshot.web.teams.attention import MOST, Candidate, candidate, chosen, recognised
from upshot.workspace.participation import STUCK_AFTER, Standing


def names(found: Iterable[Candidate]) -> list[str]:
    return [one.name for one in found]


def test_the_newest_changes_come_first_and_stand_in_alphabetical_order() -> None:
    found = [a_candidate("Zoe", 0), a_candidate("Ada", -5), a_candidate("Bo", -1), a_candidate("Cy", -2)]
    assert names(chosen(found, MONDAY)) == ["Bo", "Cy", "Zoe"]


def test_ties_go_by_name_whatever_order_they_came_in() -> None:
    found = [a_candidate(name, -1) for name in ("Dag", "Cy", "Bo", "Ada")]
    assert names(chosen(found, MONDAY)) == names(chosen(found[::-1], MONDAY)) == ["Ada", "Bo", "Cy"]


def test_everybody_has_their_turn_when_nothing_changes() -> None:
    team = [a_candidate(f"P{number:02}", -40, Standing.STUCK) for number in range(10)]
    seen: dict[str, int] = {}
    for week in range(10):
        for one in chosen(team, MONDAY + dt.timedelta(weeks=week)):
            seen[one.name] = seen.get(one.name, 0) + 1
    assert set(seen.values()) == {3}
    assert len(seen) == 10


def test_nobody_stands_there_two_weeks_running_in_a_team_of_six_or_more() -> None:
    team = [a_candidate(f"P{number:02}", -40, Standing.STUCK) for number in range(7)]
    for week in range(20):
        now = names(chosen(team, MONDAY + dt.timedelta(weeks=week)))
        following = names(chosen(team, MONDAY + dt.timedelta(weeks=week + 1)))
        assert not set(now) & set(following)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 30])
def test_never_more_than_three_and_nobody_twice(count: int) -> None:
    team = [a_candidate(f"P{number:02}", -number) for number in range(count)]
    found = names(chosen([*team, *team], MONDAY))
    assert len(found) == len(set(found)) == min(count, MOST)


def test_how_they_stand_plays_no_part_in_the_choice() -> None:
    standings = (Standing.STUCK, Standing.APPLIED, Standing.FINISHED, Standing.STARTED)
    for turn in range(4):
        team = [a_candidate(name, -1, standings[(at + turn) % 4]) for at, name in enumerate(("Ada", "Bo", "Cy", "Dag"))]
        assert names(chosen(team, MONDAY)) == ["Ada", "Bo", "Cy"]


def test_a_person_on_two_paths_is_named_once_for_their_newest_change() -> None:
    older, newer = a_candidate("Ada", -6, Standing.FINISHED), a_candidate("Ada", -1, Standing.STARTED)
    (one,) = chosen([older, newer], MONDAY)
    assert one.place.standing is Standing.STARTED


@pytest.mark.parametrize(
    ("standing", "more", "expected"),
    [
        (Standing.WAITING, {"start": days(10), "last": None}, days(-4)),
        (Standing.WAITING, {"start": days(30), "last": None}, None),
        (Standing.OPEN, {"start": days(-3), "last": None}, days(-3)),
        (Standing.STUCK, {"last": days(-40)}, max(days(-40), days(-21)) + STUCK_AFTER),
        (Standing.APPLIED, {"last": days(-90)}, days(-90)),
        (Standing.APPLIED, {"last": days(-91)}, None),
        (Standing.OPEN, {"start": days(-200), "last": None}, days(-200)),
        (Standing.OPEN, {"start": None, "last": None}, None),
    ],
)
def test_the_day_somebody_came_to_stand_where_they_stand(
    standing: Standing, more: dict[str, dt.date | None], expected: dt.date | None
) -> None:
    on = max(MONDAY, expected or MONDAY)
    found = candidate(a_place(standing=standing, **more), "Ada", on)
    assert (found.changed if found else None) == expected


def test_what_is_recognised_is_trying_before_finishing_and_never_older_than_two_weeks() -> None:
    finished, tried = a_candidate("Ada", 0, Standing.FINISHED), a_candidate("Bo", -10, Standing.APPLIED)
    old = a_candidate("Cy", -15, Standing.APPLIED)
    assert recognised([finished, tried, old], MONDAY) == tried
    assert recognised([finished, old], MONDAY) == finished
    assert recognised([old, a_candidate("Dag", 0, Standing.STUCK)], MONDAY) is None
