"""How often a clean design is graded down by chance alone."""

import pytest
from tests.impact.checks.panels import a_panel

from upshot.impact.answer import answer
from upshot.impact.design import Design

SHARES = ((8, 1.0), (10, 1.0), (12, 1.0), (None, 1.0))
LOT = Design(assignment="random", assigned_by="team", registration="as-planned", planned_shares=SHARES)
MANAGED = Design(assignment="managed", registration="as-planned")


def letters(design, draws, **panel):
    return [answer(a_panel(seed=seed, **panel), design).grade.letter for seed in range(draws)]


@pytest.mark.slow
@pytest.mark.parametrize("panel", [{"people": 600, "teams": 60}, {"people": 400}], ids=["60 teams", "400 people"])
def test_a_clean_locked_lot_is_an_a_at_least_94_times_in_a_hundred(panel):
    """Expected 96 to 97; 300 draws have a Monte Carlo error of 1.1 points."""
    assert letters(LOT, 300, **panel).count("A") >= 0.94 * 300


@pytest.mark.slow
@pytest.mark.parametrize("panel", [{"people": 2_000}, {"people": 2_000, "teams": 200}], ids=["people", "teams"])
def test_a_clean_design_without_a_lot_is_mostly_a_b(panel):
    """The pre-trend test alone rejects 5 in a hundred; 150 draws have an error of 2 points."""
    assert letters(MANAGED, 150, **panel).count("B") >= 0.85 * 150
