"""Motivation handed out by the plan: offered from each one's turn on, chosen by the person, told plainly to both."""

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client
from tests.web.cast import Cast
from tests.web.challenges.builders import somebody
from tests.web.motivation.builders import chose, offering
from tests.web.trials import trying

from upshot.errors import InputError
from upshot.plan.support import ELEMENTS
from upshot.web.accounts.viewer import workspace_of
from upshot.web.motivation.models import Choice, Element, Firm, Programme
from upshot.web.motivation.offering import choosing, offered, standing_of
from upshot.web.motivation.services.switching import set_programme

ON = dt.date(2026, 11, 24)
PAGE = "/o/nordvik/learning/what-i-see/"


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    """A programme offers levels and badges; goals and badges go by lot: Fjord now, Vidde far off, Dal never."""
    offering(cast, tmp_path, elements=("levels", "badges"))
    trying(cast, "motivation", team="Fjord")
    path = workspace_of(cast.organisation).root / "plan.yaml"
    said = path.read_text(encoding="utf-8").replace("of: selling}", 'of: "goals, badges"}')
    path.write_text(said, encoding="utf-8")
    return cast


def test_the_plan_knows_the_elements_by_the_names_people_choose_them_under() -> None:
    assert tuple(Element.values) == ELEMENTS


def test_it_is_offered_from_the_turn_on_and_nothing_else_offers_it_before(firm: Cast) -> None:
    given = offered(firm.organisation, ["p-3", "p-1"], on=ON)
    assert given == {"p-3": frozenset({"goals", "levels", "badges"}), "p-1": frozenset({"levels"})}
    with pytest.raises(InputError, match="not offered"):
        chose(firm, "goals", person="p-1")
    Choice.objects.create(organisation=firm.organisation, person="p-1", element="badges")
    assert choosing(firm.organisation, Element.BADGES, on=ON) == set()


def test_it_stays_a_choice_and_needs_the_firms_switch(firm: Cast) -> None:
    assert standing_of(somebody(firm, "p-3"), on=ON).chosen == frozenset()
    chose(firm, "goals")
    assert standing_of(somebody(firm, "p-3"), on=ON).chosen == {"goals"}
    Firm.objects.update(on=False)
    assert standing_of(somebody(firm, "p-3"), on=ON).offered == frozenset()


def test_the_persons_page_says_what_waits_and_that_who_says_no_is_counted_too(firm: Cast) -> None:
    page = firm.client("learner").get(PAGE).content.decode()
    assert "you count in the group you were drawn into, whether you choose it or not" in page
    assert "Not offered to you yet" not in page
    later = somebody(firm, "p-1")
    assert standing_of(later, on=ON).later == {"goals", "badges"}
    client = Client()
    client.force_login(later.user)
    waits = client.get(PAGE).content.decode()
    assert "Not offered to you yet" in waits
    assert "your turn comes later, or not at all" in waits


def test_the_designer_sees_what_is_tried_and_cannot_offer_it_twice(firm: Cast) -> None:
    page = firm.client("designer").get("/o/nordvik/motivation/").content.decode()
    assert "Tried by lot" in page
    with pytest.raises(InputError, match="The plan says"):
        set_programme(viewer=firm.viewer("designer"), initiative="trial", elements=["team"], when="at-once")
    assert Programme.objects.count() == 1
