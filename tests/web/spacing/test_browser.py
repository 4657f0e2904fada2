"""In Chromium: questions that are asked again, by page and by link, at every width."""

import pytest
from django.utils import timezone
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast
from tests.web.spacing.builders import moved_back, practised

from upshot.web.outbox.models import Message
from upshot.web.spacing import chores
from upshot.web.spacing.models import Review


@pytest.mark.parametrize("mode", MODES)
def test_a_question_is_answered_by_page_and_every_page_passes_axe(cast: Cast, opened: Opener, mode: str) -> None:
    practised(cast)
    moved_back(10)
    page = opened("/o/nordvik/again/", cast.users["learner"], mode=mode)
    accessible(page, f"again-{mode}")
    page.get_by_role("link", name="Decide").click()
    accessible(page, f"again-question-{mode}")
    page.get_by_role("radio").last.check()
    page.get_by_role("button", name="Decide").click()
    page.get_by_role("heading", name="Not this time").wait_for()
    accessible(page, f"again-answer-{mode}")
    assert Review.objects.count() == 1


def test_a_link_in_a_message_needs_neither_sign_in_nor_javascript(cast: Cast, opened: Opener) -> None:
    practised(cast)
    moved_back(10)
    chores.due(timezone.now())
    page = opened(Message.objects.get().link, javascript=False)
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Decide").click()
    page.get_by_role("heading", name="Remembered").wait_for()
    lit = opened(Message.objects.get().link)
    accessible(lit, "again-by-link")
    assert Review.objects.get().way == "link"
