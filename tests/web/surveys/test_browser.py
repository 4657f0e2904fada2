"""In Chromium: a survey answered without JavaScript, and every page of surveys at every width."""

from pathlib import Path

import pytest
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast
from tests.web.paths.builders import a_round, with_path
from tests.web.surveys.builders import a_use, asked, done, responses

from upshot.web.surveys.models import Ask, Response

HERE = "/o/nordvik/surveys/"


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    with_path(cast, tmp_path)
    a_round(cast)
    return cast


def test_a_survey_is_found_at_home_and_answered_without_javascript(firm: Cast, opened: Opener) -> None:
    done(firm, "p-3")
    asked(firm, a_use(firm))
    page = opened("/o/nordvik/", firm.users["learner"], javascript=False)
    page.get_by_role("link", name="Answer").click()
    assert "neither shown to you, nor changed, nor deleted afterwards" in page.locator("#kept").inner_text()
    page.get_by_label("About half of it").check()
    page.get_by_label("What would have to change").fill("More time on Thursdays.")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Your answers are kept without your name.").wait_for()
    kept = Response.objects.get()
    assert (kept.answers, kept.words) == ({"use": "half"}, {"change": "More time on Thursdays."})


@pytest.mark.parametrize("mode", MODES)
def test_every_page_of_surveys_passes_axe(firm: Cast, opened: Opener, mode: str) -> None:
    use = a_use(firm)
    done(firm, "p-3")
    asked(firm, use)
    page = opened(f"{HERE}{Ask.objects.get().pk}/", firm.users["learner"], mode=mode)
    accessible(page, f"surveys-answer-{mode}")
    page.get_by_role("button", name="Send").click()
    accessible(page, f"surveys-answer-errors-{mode}")
    designer = opened(HERE, firm.users["designer"], mode=mode)
    accessible(designer, f"surveys-list-{mode}")
    designer.goto(f"{HERE}results/{use.pk}/")
    accessible(designer, f"surveys-few-{mode}")
    responses(use, ("none", 6), ("half", 14), ("most", 8))
    responses(use, ("half", 9), group="East")
    responses(a_use(firm, "manager-follow-up"), ("few", 7))
    designer.goto(f"{HERE}results/{use.pk}/")
    accessible(designer, f"surveys-results-{mode}")
    designer.goto(f"{HERE}text/after-path/")
    accessible(designer, f"surveys-text-{mode}")
