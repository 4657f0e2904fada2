"""Every example on the how-to pages for library users runs and prints what the page says."""

import doctest
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs" / "how-to"
PAGES = (
    "notebook",
    "analyse-a-staggered-rollout",
    "one-date-with-untreated-group",
    "volunteers-and-offers",
    "repeated-cross-sections",
    "ratio-kpis",
)


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_on_the_page_hold(page):
    found = doctest.testfile(str(DOCS / f"{page}.md"), module_relative=False, encoding="utf-8")
    assert found.attempted > 5
    assert found.failed == 0


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_a_page_links_to_are_there(page):
    links = re.findall(r"\]\(([^)#]+)\)", (DOCS / f"{page}.md").read_text(encoding="utf-8"))
    assert [link for link in links if not (DOCS / link).exists()] == []
