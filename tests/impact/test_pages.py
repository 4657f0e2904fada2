"""Every example on the pages about few teams, value and monthly reviews runs and prints what it says."""

import doctest
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["how-to/few-teams.md", "explanation/value.md", "how-to/review-monthly.md"])
def test_the_examples_on_the_page_hold(page):
    found = doctest.testfile(str(DOCS / page), module_relative=False, encoding="utf-8")
    assert found.attempted > 5
    assert found.failed == 0
