"""The examples on the page about slices run and print what it says."""

import doctest
from pathlib import Path


def test_the_examples_on_the_page_hold():
    page = Path(__file__).parents[2] / "docs" / "how-to" / "slice-an-answer.md"
    found = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert found.attempted > 5
    assert found.failed == 0
