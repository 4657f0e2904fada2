"""Answers in the background: stored whole, once, and told apart from what changed since."""

from pathlib import Path

import pytest
from tests.web.cast import Cast
from tests.web.measures.firms import answered, with_firm

from upshot.web.measures.selectors import newest_answers


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_stored_with_all_its_pages_need(cast: Cast, home: Path) -> None:
    with_firm(cast, home)
    run = answered(cast)
    assert (run.grade, run.claimable, run.registration) == ("C", True, "exploratory")
    summary = newest_answers(cast.viewer("executive"))["coaching"]
    assert summary.sentence.startswith("The training lowered repeat calls by")
    assert not summary.stale
