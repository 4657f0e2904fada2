"""The team panel: what it takes, what it refuses, and how starts become cohorts."""

import numpy as np
import pytest

from upshot.errors import PanelError
from upshot.impact.synthetic import team_panel
from upshot.impact.synthetic.teams import cohorts_of


def test_every_problem_is_named_at_once():
    with pytest.raises(PanelError) as found:
        team_panel([[1.0, np.nan], [1.0, 2.0]], [None], units=["a", "a"], periods=[2, 1])
    texts = " ".join(p.text for p in found.value.problems)
    for part in ("stands twice", "one start", "time order", "missing or infinite"):
        assert part in texts


@pytest.mark.parametrize("matrix", [[], [[]], [1.0, 2.0]])
def test_an_empty_or_flat_outcome_is_refused(matrix):
    with pytest.raises(PanelError, match="matrix of units by periods"):
        team_panel(matrix, [])


def test_a_start_that_is_no_period_is_refused_with_its_value():
    with pytest.raises(PanelError, match=r"2024\.5"):
        team_panel([[1.0, 2.0], [1.0, 2.0]], [None, 2024.5], periods=[2024, 2025])


def test_never_treated_is_null_and_later_than_the_panel_counts_as_never():
    panel = team_panel(np.ones((4, 3)), [None, float("nan"), 2030, 2026], periods=[2024, 2025, 2026])
    assert panel.start.tolist() == [-1, -1, -1, 2]
    assert panel.donors.tolist() == [0, 1, 2]


def test_treated_before_the_panel_is_neither_donor_nor_usable():
    panel = team_panel(np.ones((3, 4)), [None, "2024-01", "2025-03"], periods=[f"2025-0{m}" for m in range(1, 5)])
    assert panel.start.tolist() == [-1, 0, 2]
    assert cohorts_of(panel)[1] == 1


@pytest.mark.parametrize("typo", ["soon", "2025-5", "2025-03-01"])
def test_a_start_written_otherwise_is_never_taken_for_never_treated(typo):
    with pytest.raises(PanelError, match="not a period"):
        team_panel(np.ones((2, 4)), [None, typo], periods=[f"2025-0{m}" for m in range(1, 5)])


def test_cohorts_need_two_periods_before_and_count_who_had_fewer():
    panel = team_panel(np.ones((4, 5)), [None, 1, 2, 4])
    cohorts, dropped = cohorts_of(panel)
    assert [c.start for c in cohorts] == [2, 4]
    assert dropped == 1
    assert cohorts[0].pre.tolist() == [0, 1]
    assert cohorts[0].post.tolist() == [2, 3, 4]


def test_anticipation_shortens_the_time_before_only():
    cohorts, _ = cohorts_of(team_panel(np.ones((2, 6)), [None, 4]), anticipation=1)
    assert cohorts[0].pre.tolist() == [0, 1, 2]
    assert cohorts[0].post.tolist() == [4, 5]
