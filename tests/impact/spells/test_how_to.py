import doctest
from pathlib import Path

import pytest

GUIDES = Path(__file__).parents[3] / "docs" / "how-to"


@pytest.mark.parametrize("page", ["time-to-event.md", "interrupted-time-series.md"])
def test_every_example_of_the_guide_runs_as_printed(page):
    found = doctest.testfile(str(GUIDES / page), module_relative=False)
    assert found.attempted > 5
    assert found.failed == 0
