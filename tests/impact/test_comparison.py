"""Which cohorts can be judged: first-period, late, lonely and last cohorts, and why nothing can be."""

import numpy as np
import pytest
from tests.impact.builders import a_panel

from upshot.impact.comparison import by_cohort, comparison
from upshot.impact.design import Design
from upshot.impact.moments import Cell


def settled(starts: tuple[float, ...], periods: int = 6, **changes: object):
    return comparison(a_panel(starts=starts, periods=periods, people=60).moments(), Design(**changes))  # type: ignore[arg-type]


def test_people_treated_from_the_first_period_are_left_out_and_counted() -> None:
    found = settled((1, 4, np.inf))
    assert found.cohorts == (4,)
    assert all(cell.cohort != 1 for cell in found.moments.cells)
    assert [caution.code for caution in found.cautions] == ["treated-from-the-start"]


def test_late_starters_count_as_never_treated() -> None:
    found = settled((4, 9, np.inf))
    assert [cell.cohort for cell in found.moments.cells] == [4, None]
    assert found.cohorts == (4,)


def test_the_last_cohort_is_comparison_until_it_starts() -> None:
    found = settled((3, 5))
    assert found.cohorts == (3,)
    assert found.last == 4
    assert [caution.code for caution in found.cautions] == ["last-wave-is-comparison"]


def test_anticipation_takes_the_last_cohort_out_earlier() -> None:
    assert settled((4, 6), anticipation=1).last == 4


def test_a_cohort_without_a_period_before_anticipation_is_not_judged() -> None:
    assert settled((2, 4, np.inf), anticipation=1).cohorts == (4,)


def test_a_cohort_of_one_is_said() -> None:
    panel = a_panel(starts=(3, np.inf), people=40)
    panel.start[0] = 5
    codes = [caution.code for caution in comparison(panel.moments(), Design()).cautions]
    assert codes == ["single-person-wave"]


@pytest.mark.parametrize(
    ("starts", "periods", "changes", "code"),
    [
        ((1, np.inf), 1, {}, "one-period"),
        ((np.inf,), 4, {}, "nobody-treated"),
        ((9, np.inf), 4, {}, "nobody-treated"),
        ((1, np.inf), 4, {}, "no-pre-period"),
        ((3, 4), 5, {"control": "never-treated"}, "no-never-treated"),
        ((3,), 5, {}, "everyone-at-once"),
    ],
)
def test_nothing_to_judge_has_its_reason(
    starts: tuple[float, ...], periods: int, changes: dict[str, object], code: str
) -> None:
    assert [reason.code for reason in settled(starts, periods, **changes).reasons] == [code]


def test_merging_strata_leaves_one_cell_per_cohort() -> None:
    assert by_cohort(a_panel(strata=(2, 2)).moments()).cells == (Cell(3), Cell(5), Cell(None))
