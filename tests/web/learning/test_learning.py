"""The learner's page: one's own paths, data and who looked; nobody else's."""

import json
from pathlib import Path

import pytest
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast
from tests.web.courses import with_course

from upshot.web.accounts.models import Membership
from upshot.web.people.models import Person

URL = "/o/nordvik/learning/"


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    return with_course(cast, tmp_path)


def as_person(firm: Cast, key: str) -> str:
    Membership.objects.filter(user=firm.users["learner"]).update(person=key)
    return firm.client("learner").get(URL).content.decode()


def test_somebody_who_waits_learns_when_and_that_it_says_nothing_about_them(firm: Cast) -> None:
    page = as_person(firm, "p-1")
    assert "Your turn begins on 5 January 2099." in page
    assert "drawn by lot" in page
    assert "says nothing about you" in page
    assert "Next:" not in page


def test_the_next_step_comes_with_its_reason(firm: Cast) -> None:
    page = as_person(firm, "p-3")
    assert "Next: Openings" in page
    assert "It builds on Basics." in page
    assert "It is yours because of your work: adviser." in page


def test_who_did_everything_has_no_next_step(firm: Cast) -> None:
    page = as_person(firm, "p-6")
    assert "Done, and tried at work" in page
    assert "Next:" not in page


def test_ones_own_results_are_shown_and_nobody_elses(firm: Cast) -> None:
    assert "0.37" in as_person(firm, "p-3")
    page = as_person(firm, "p-9")
    assert "0.37" not in page
    assert "p-3" not in page


def test_a_look_at_the_team_is_told_to_its_people_and_to_nobody_else(firm: Cast) -> None:
    firm.client("manager").get("/o/nordvik/team/")
    assert "Who is where on their learning path" in as_person(firm, "p-3")
    assert "Who is where on their learning path" not in as_person(firm, "p-1")


def test_the_export_holds_ones_own_data_only(firm: Cast) -> None:
    Membership.objects.filter(user=firm.users["learner"]).update(person="p-3")
    reply = firm.client("learner").get(URL + "my-data.json")
    assert reply["Content-Disposition"] == 'attachment; filename="my-data.json"'
    stores = json.loads(reply.content)["stores"]
    people = {row.get("person", row.get("account")) for row in stores["lake"] if row["table"] in ("people", "learning")}
    assert people == {"p-3"}


def test_who_is_not_on_the_roster_is_told_so_and_gets_an_empty_file(firm: Cast) -> None:
    Person.objects.filter(key="p-1").delete()
    assert "You are not on the roster" in as_person(firm, "")
    assert json.loads(firm.client("learner").get(URL + "my-data.json").content)["stores"] == {}


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_the_page_is_accessible_at_every_width(firm: Cast, opened: Opener, mode: str) -> None:
    Membership.objects.filter(user=firm.users["learner"]).update(person="p-3")
    accessible(opened(URL, firm.users["learner"], mode=mode), f"learning-{mode}")
