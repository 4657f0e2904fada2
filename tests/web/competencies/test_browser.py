"""In Chromium: a designer walks from an action of the plan to a published scenario that a learner plays; every page."""

import re

import pytest
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast
from tests.web.competencies.builders import a_framework, a_plan, an_entry, on_the_roster
from tests.web.practice.builders import a_published

from upshot.web.competencies import evidence
from upshot.web.competencies.models import Evidence, Item
from upshot.web.improving import services as work
from upshot.web.practice.models import ScenarioVersion

ORG = "/o/nordvik/"


def test_a_designer_walks_from_an_action_to_a_published_scenario_without_javascript(cast: Cast, opened: Opener) -> None:
    a_plan(cast)
    page = opened(f"{ORG}competencies/map/", cast.users["designer"], javascript=False)
    page.get_by_text("no competency named").first.wait_for()
    page.get_by_role("link", name="Draw the lines").click()
    first = page.get_by_role("group", name="Repeats the complaint in own words")
    first.get_by_label("Staying calm").check()
    page.get_by_role("button", name="Draw it").click()
    page.get_by_text("no practice").wait_for()
    page.get_by_role("link", name="Write it").nth(1).click()
    text = page.get_by_label("The scenario", exact=True)
    assert "calm: {weight: 1" in text.input_value()
    page.get_by_role("button", name="Store as a new version").click()
    page.get_by_role("button", name="Ask for a review").click()
    reviewer = opened(page.url, cast.users["leader"], javascript=False)
    reviewer.get_by_role("button", name=re.compile("Publish")).click()
    page.goto(f"{ORG}competencies/map/")
    assert page.get_by_text("no practice").count() == 0
    made = ScenarioVersion.objects.get(state="published")
    assert (made.title, made.scenario.activity, made.reviewer) == ("Wrong bills", "lms:LI-2", cast.users["leader"])


@pytest.mark.parametrize("mode", MODES)
def test_pages_of_designers_pass_axe(cast: Cast, opened: Opener, mode: str) -> None:
    a_plan(cast)
    a_framework(cast)
    a_published(cast)
    number = Item.objects.get(key="asking-for-dates").pk
    made = work.add(
        viewer=cast.viewer("leader"), activity="a:1", scenario="late-parcel", title="Parcels", what="Too long"
    )
    page = opened(f"{ORG}competencies/map/", cast.users["designer"], mode=mode)
    accessible(page, f"map-{mode}")
    for name in (
        "competencies/", "competencies/map/listen/", f"competencies/items/{number}/",
        f"competencies/frameworks/{Item.objects.get(pk=number).framework_id}/", "improving/", f"improving/{made.pk}/",
    ):  # fmt: skip
        page.goto(f"{ORG}{name}")
        accessible(page, f"{name.replace('/', '-')}{mode}")


@pytest.mark.parametrize("mode", MODES)
def test_pages_of_learners_and_managers_pass_axe(cast: Cast, opened: Opener, mode: str) -> None:
    a_plan(cast)
    on_the_roster(cast)
    an_entry(cast)
    page = opened(f"{ORG}my-competencies/", cast.users["learner"], mode=mode)
    accessible(page, f"mine-{mode}")
    page.get_by_role("button", name="Ask my manager to look").click()
    page.get_by_text("Your manager is asked.").wait_for()
    page.goto(f"{ORG}my-cases/new")
    accessible(page, f"case-new-{mode}")
    page.get_by_label("A name for it").fill("The rent")
    page.get_by_label("What happened").fill("Ina Lund passed me a caller.")
    page.get_by_label("What you did").fill("I waited.")
    page.get_by_label("What somebody would do").fill("Ask what he needs today.")
    page.get_by_role("button", name="Show it to me").click()
    page.get_by_role("heading", name="May designers read this?").wait_for()
    accessible(page, f"case-agree-{mode}")
    page.get_by_label("I have read it").check()
    page.get_by_role("button", name="Give it to the designers").click()
    page.get_by_text("A designer works on it from here.").wait_for()
    accessible(page, f"my-cases-{mode}")
    manager = opened(f"{ORG}team/competencies/", cast.users["manager"], mode=mode)
    accessible(manager, f"asked-{mode}")


def test_an_observation_by_a_manager_is_the_learners_to_see(cast: Cast, opened: Opener) -> None:
    a_plan(cast)
    on_the_roster(cast)
    an_entry(cast)
    evidence.ask(viewer=cast.viewer("learner"), competency="calm", level=2)
    manager = opened(f"{ORG}team/competencies/", cast.users["manager"], javascript=False)
    manager.get_by_label("Yes, I have seen it").check()
    manager.get_by_label("What you saw").fill("Calmed a caller on Monday")
    manager.get_by_role("button", name="Answer").click()
    manager.get_by_text("It stands in their log.").wait_for()
    page = opened(f"{ORG}my-competencies/", cast.users["learner"])
    page.get_by_text("What shows it: 2 entries").click()
    assert page.get_by_text("Calmed a caller on Monday").is_visible()
    assert Evidence.objects.filter(kind="observed").count() == 1
