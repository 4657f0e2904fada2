"""In Chromium: a learner's way from the start of their wave to a kept sentence, and how it moves the chain."""

from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast
from tests.web.paths.builders import a_round, enrolled, records, with_path
from tests.web.practice.builders import a_published

from upshot.web.lrs.services.lake import follow
from upshot.web.paths.models import Certificate, Commitment

LEARNING = "/o/nordvik/learning/"
CHAIN = "/o/nordvik/initiatives/selling/"


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    """Ten people of the wave that began; four of them are through, by records of the learning system."""
    with_path(cast, tmp_path)
    a_published(cast)
    done = [
        (f"p-{n}", f"selling/{step}", "completed", "2026-11-05")
        for n in (6, 9, 12, 15)
        for step in ("basics", "openings")
    ]
    records(cast, tmp_path, *done)
    a_round(cast)
    return cast


def figure(page: Page, stage: str) -> str:
    """The number under a link of the chain."""
    heading = page.get_by_role("heading", name=stage, exact=True)
    return page.locator(".chain .link").filter(has=heading).locator(".figure").inner_text()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_learner_walks_from_module_to_sentence_and_the_chain_moves(
    firm: Cast, opened: Opener, javascript: bool
) -> None:
    before = opened(CHAIN, firm.users["leader"], javascript=javascript)
    assert figure(before, "Started") == figure(before, "Completed") == "–"
    page = opened(LEARNING, firm.users["learner"], javascript=javascript)
    assert page.get_by_role("heading", name="Next: Basics").is_visible()
    page.get_by_role("link", name="Open it Basics").click()
    page.get_by_role("button", name="I have worked through it").click()
    page.get_by_role("heading", name="Next: Openings").wait_for()
    page.get_by_role("link", name="Open the scenario Openings").click()
    page.get_by_role("button", name="Begin").click()
    for choice in ("Ask for the number", "Name the new day"):
        page.get_by_label(choice).check()
        page.get_by_role("button", name="Decide").click()
    page.get_by_text("Passed: this went as it should.").wait_for()
    page.goto(LEARNING)
    page.get_by_role("link", name="Write it My if-then plan").click()
    page.get_by_label("If … then I will …").fill("If a customer hesitates, then I will ask what they need it for.")
    page.get_by_label("Who may read it?").select_option("m-1")
    page.get_by_role("button", name="Keep my sentence").click()
    page.get_by_role("heading", name="My certificates").wait_for()
    assert enrolled(firm).done is not None
    assert Certificate.objects.filter(enrolment__person="p-3").count() == 1
    assert Commitment.objects.get().reader == "m-1"
    manager = opened("/o/nordvik/learning/shared/", firm.users["manager"], javascript=javascript)
    assert manager.get_by_text("then I will ask what they need it for").is_visible()
    follow(firm.organisation)
    after = opened(CHAIN, firm.users["leader"], javascript=javascript)
    assert figure(after, "Started") == figure(after, "Completed") == "5"


@pytest.mark.parametrize("mode", list(MODES))
def test_the_learners_pages_are_accessible_at_every_width(firm: Cast, opened: Opener, mode: str) -> None:
    number = enrolled(firm).pk
    accessible(opened(LEARNING, firm.users["learner"], mode=mode), f"learning-path-{mode}")
    for step in ("basics", "openings", "live", "mine", "fresh"):
        page = opened(f"{LEARNING}paths/{number}/{step}/", firm.users["learner"], mode=mode)
        accessible(page, f"path-step-{step}-{mode}")
