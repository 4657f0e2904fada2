"""The manager's page: own teams only, taking part only, no order of merit, no small groups, every look logged."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast
from tests.web.courses import TODAY, with_course, with_readings

from upshot.web.audit.models import Access
from upshot.web.people.models import Person
from upshot.web.teams.selectors import teams_of

URL = "/o/nordvik/team/"


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    return with_course(cast, tmp_path)


def text_of(firm: Cast, part: str = "manager", url: str = URL) -> str:
    return firm.client(part).get(url).content.decode()


def test_a_manager_sees_their_team_by_name_and_where_each_takes_part(firm: Cast) -> None:
    page = text_of(firm)
    rows = dict(re.findall(r'<th scope="row">(p-\d+)</th><td>([^<]+)</td>', page))
    assert rows["p-3"] == "No step for four weeks"
    assert rows["p-6"] == "Tried it at work"
    assert set(rows) == {f"p-{number}" for number in range(3, 31, 3)}


def test_names_stand_in_alphabetical_order_whatever_people_did(firm: Cast) -> None:
    Person.objects.filter(key="p-6").update(name="Zoe")
    Person.objects.filter(key="p-9").update(name="Ada")
    names = re.findall(r'<th scope="row">([^<]+)</th>', text_of(firm))
    assert names == sorted(names, key=str.casefold)
    assert (names[0], names[-1]) == ("Ada", "Zoe")


def test_scores_are_nowhere_on_the_page(firm: Cast) -> None:
    page = text_of(firm)
    assert "0.37" not in page
    assert "37" not in re.sub(r"[0-9a-f]{32,}|value=\"[^\"]+\"", "", page.split("<main", 1)[1])


def test_another_managers_team_is_not_there(firm: Cast) -> None:
    assert firm.client("other_manager").get(URL + "?team=Fjord").status_code == 404
    assert "Fjord" not in text_of(firm, "other_manager")
    assert firm.client("outsider").get(URL).status_code == 404
    assert firm.client("leader").get(URL).status_code == 403


def test_those_who_wait_are_told_from_those_who_have_not_moved(firm: Cast) -> None:
    page = text_of(firm, "other_manager", URL + "?team=Dal")
    assert page.count("Waits for their turn") == 10
    assert "5 January 2099" in page
    assert "Agree one customer to try it with" in page


def test_every_look_is_logged_and_not_twice_for_a_team_without_anybody(firm: Cast) -> None:
    text_of(firm)
    seen = Access.objects.get()
    assert (seen.what, seen.people, seen.user) == ("team Fjord", 10, firm.users["manager"])


def test_a_teams_kpi_is_shown_from_ten_people_on(firm: Cast, tmp_path: Path) -> None:
    with_readings(firm, tmp_path, 9)
    assert "too few to show" in text_of(firm)
    with_readings(firm, tmp_path, 10, "2025-06")
    page = text_of(firm)
    assert "4.0 offers a week" in page
    assert "too few to show" not in page


def test_a_team_whose_manager_left_goes_to_the_one_above(firm: Cast) -> None:
    boss = firm.viewer("other_manager")
    assert teams_of(boss, on=TODAY) == {"Dal": "", "Vidde": ""}
    Person.objects.filter(key="m-1").update(left="2026-01-01", manager="m-2")
    assert teams_of(boss, on=TODAY) == {"Dal": "", "Vidde": "", "Fjord": "left"}
    assert "its manager has left" in text_of(firm, "other_manager", URL + "?team=Fjord")


def test_somebody_who_manages_nobody_is_told_what_to_do(cast: Cast) -> None:
    assert "manager of no team" in text_of(cast)


def test_the_number_of_queries_does_not_grow_with_the_team(firm: Cast, tmp_path: Path) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            text_of(firm)
        return len(seen)

    text_of(firm)
    ten = queries()
    Person.objects.filter(team="Dal").update(team="Fjord", manager="m-1")
    assert queries() == ten


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_the_page_is_accessible_at_every_width(firm: Cast, opened: Opener, mode: str) -> None:
    page = opened(URL, firm.users["manager"], mode=mode)
    accessible(page, f"team-{mode}")
    assert page.get_by_role("heading", level=1).inner_text() == "What do you do this week?"
