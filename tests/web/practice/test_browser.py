"""In Chromium: a scenario played with the keyboard alone, without JavaScript, and every page at every width."""

import pytest
from playwright.sync_api import Page
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast
from tests.web.practice.builders import BEST, TEXT, WORST, a_learner, a_published, a_version, played
from tests.web.practice.pictures import PNG

from upshot.web.practice import authoring
from upshot.web.practice.importing import keep_picture
from upshot.web.practice.models import Attempt, ScenarioVersion

PLAYER = "/o/nordvik/practice/late-parcel/"
STUDIO = "/o/nordvik/studio/"


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def tab_to(page: Page, what: str) -> None:
    """Press Tab until the named element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(
            "w => (document.activeElement.value || document.activeElement.textContent).trim() === w", what
        ):
            return
    raise AssertionError(f"The keyboard does not reach {what!r}.")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_scenario_is_played_with_the_keyboard_alone(cast: Cast, opened: Opener, javascript: bool) -> None:
    a_published(cast)
    page = opened(PLAYER, cast.users["learner"], javascript=javascript)
    tab_to(page, "Begin")
    page.keyboard.press("Enter")
    page.wait_for_url("**/#step")
    for choice, after in zip(BEST, ("The number", "She thanks you"), strict=True):
        tab_to(page, "ask" if choice == "ask" else "day")
        page.keyboard.press("Space")
        tab_to(page, "Decide")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name=after, level=2).wait_for()
        assert focused(page) == after
    assert page.get_by_text("Passed: this went as it should.").is_visible()
    assert Attempt.objects.get().scaled == 1.0


def test_the_back_button_and_a_second_window_change_nothing(cast: Cast, opened: Opener) -> None:
    a_published(cast)
    page = opened(PLAYER, cast.users["learner"])
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("Ask for the number").wait_for()
    other = opened(PLAYER, cast.users["learner"])
    page.get_by_label("Ask for the number").check()
    page.get_by_role("button", name="Decide").click()
    page.get_by_role("heading", name="The number").wait_for()
    other.get_by_label("Say it is not your fault").check()
    other.get_by_role("button", name="Decide").click()
    other.get_by_text("That step was answered before.").wait_for()
    assert other.get_by_role("heading", name="The number").is_visible()
    page.go_back()
    page.get_by_role("heading", name="The number").wait_for()
    assert Attempt.objects.get().decisions.count() == 1


@pytest.mark.parametrize("mode", MODES)
def test_every_page_of_the_player_passes_axe(cast: Cast, opened: Opener, mode: str) -> None:
    version = a_published(cast)
    keep_picture(scenario=version.scenario, name="door.png", content=PNG)
    page = opened("/o/nordvik/practice/", cast.users["learner"], mode=mode)
    accessible(page, f"practice-list-{mode}")
    page.goto(PLAYER)
    accessible(page, f"practice-before-{mode}")
    page.get_by_role("button", name="Begin").click()
    accessible(page, f"practice-first-{mode}")
    page.get_by_label("Ask for the number").check()
    page.get_by_role("button", name="Decide").click()
    page.get_by_role("heading", name="The number").wait_for()
    accessible(page, f"practice-second-{mode}")
    page.get_by_label("Name the new day").check()
    page.get_by_role("button", name="Decide").click()
    page.get_by_role("heading", name="She thanks you").wait_for()
    accessible(page, f"practice-ended-{mode}")


@pytest.mark.parametrize("mode", MODES)
def test_every_page_of_the_studio_passes_axe(cast: Cast, opened: Opener, mode: str) -> None:
    version = a_published(cast)
    for number in range(14):
        played(a_learner(cast, number), version, WORST if number % 2 else BEST)
    renamed = TEXT.replace("{#number}", "{#digits}").replace("(#number)", "(#digits)")
    later = a_version(cast, renamed.replace("{id=soon}", "{id=vague}"), base=1)
    authoring.ask_for_review(viewer=cast.viewer("designer"), version=later)
    authoring.comment(viewer=cast.viewer("leader"), version=later, text="Who would say this?")
    page = opened(STUDIO, cast.users["leader"], mode=mode)
    accessible(page, f"studio-list-{mode}")
    paths = {
        "new": "new",
        "edit": "late-parcel/",
        "version": "late-parcel/versions/2/",
        "try": "try?scenario=late-parcel&version=2",
        "answers": "late-parcel/answers/",
    }
    for name, path in paths.items():
        page.goto(f"{STUDIO}{path}")
        assert page.locator("h1").count() == 1
        accessible(page, f"studio-{name}-{mode}")


def test_lint_and_graph_follow_what_is_typed_and_it_is_tried_beside_the_text(cast: Cast, opened: Opener) -> None:
    a_version(cast)
    page = opened(f"{STUDIO}late-parcel/", cast.users["designer"])
    page.get_by_label("The scenario").fill(TEXT.replace("](#good)", "](#god)"))
    page.get_by_text("leads to 'god', which is not a step").wait_for()
    page.get_by_label("The scenario").fill(TEXT.replace("She reads out the number.", "She spells it out."))
    page.get_by_text("Nothing is open").wait_for()
    page.get_by_role("button", name="Try it here").click()
    page.get_by_label("Ask for the number").check()
    page.get_by_role("button", name="Decide").click()
    page.get_by_text("She spells it out.", exact=True).last.wait_for()
    assert "calm +1, clear +1, best" in page.locator("#tried").inner_text()
    assert ScenarioVersion.objects.count() == 1
    assert not Attempt.objects.exists()


def test_a_renamed_step_is_mapped_before_it_is_published(cast: Cast, opened: Opener) -> None:
    played(cast.viewer("learner"), a_published(cast))
    renamed = TEXT.replace("{#number}", "{#digits}").replace("(#number)", "(#digits)")
    later = a_version(cast, renamed, base=1)
    authoring.ask_for_review(viewer=cast.viewer("designer"), version=later)
    page = opened(f"{STUDIO}late-parcel/versions/2/", cast.users["leader"], javascript=False)
    assert page.get_by_label("number").input_value() == "digits"
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Learners get this version.").wait_for()
    assert ScenarioVersion.objects.get(number=2).renamed == {"number": "digits"}
