"""ATT(g, t) against means by hand: bases, controls, anticipation, gaps and readings nobody has."""

from dataclasses import replace

import numpy as np
import pytest
from tests.impact.builders import Panel, a_panel, with_leavers

from upshot.impact.callaway_santanna import group_time, pairs
from upshot.impact.comparison import comparison
from upshot.impact.design import Design
from upshot.impact.influence import cell_means


def effects(panel: Panel, design: Design):
    ready = comparison(panel.moments(), design)
    return group_time(ready, cell_means(ready.moments), design)


def by_hand(panel: Panel, cohort: float, period: int, base: int, controls: np.ndarray) -> float:
    own = panel.start == cohort
    change = panel.y[:, panel.periods.index(period)] - panel.y[:, panel.periods.index(base)]
    return float(change[own].mean() - change[controls].mean())


@pytest.mark.parametrize("control", ["never-treated", "not-yet-treated"])
@pytest.mark.parametrize("base", ["varying", "universal"])
@pytest.mark.parametrize("anticipation", [0, 1])
def test_every_effect_is_a_difference_of_mean_changes(control: str, base: str, anticipation: int) -> None:
    panel = a_panel(starts=(4, 6, np.inf))
    design = Design(control=control, base=base, anticipation=anticipation)  # type: ignore[arg-type]
    found = effects(panel, design)
    for g, t, value, reference in zip(found.cohort, found.period, found.linear.estimate, found.reference, strict=True):
        period, fixed = int(t) + 1, int(g) - 1 - anticipation
        start = fixed if base == "universal" or period >= g else period - 1
        until = max(period, start) + anticipation
        controls = np.isinf(panel.start) if control == "never-treated" else (panel.start > until) & (panel.start != g)
        assert reference == (period == start)
        assert value == pytest.approx(by_hand(panel, g, period, start, controls), abs=1e-12)


def test_pairs_are_in_order_of_cohort_and_period() -> None:
    ready = comparison(a_panel(starts=(3, 5, np.inf), periods=5).moments(), Design())
    found = pairs(ready, Design())
    assert found.cohort.tolist() == [3] * 4 + [5] * 4
    assert found.period.tolist() == [1, 2, 3, 4] * 2
    assert found.base.tolist() == [0, 1, 1, 1, 0, 1, 2, 3]


def test_one_cohort_is_plain_difference_in_differences() -> None:
    panel = a_panel(starts=(2, np.inf), periods=2)
    found = effects(panel, Design())
    assert found.linear.estimate.tolist() == pytest.approx([by_hand(panel, 2, 2, 1, np.isinf(panel.start))])


def test_event_times_are_differences_of_labels_also_across_gaps() -> None:
    panel = replace(a_panel(starts=(4, np.inf), periods=4), periods=(1, 2, 4, 8))
    assert effects(panel, Design()).event_time.tolist() == [-2, 0, 4]


def test_pairs_that_nobody_was_seen_in_are_missing() -> None:
    panel = with_leavers(a_panel(starts=(3, 5, np.inf)))
    gone = panel.start == 3
    den = panel.den.copy()  # type: ignore[union-attr]
    den[gone, 4] = 0.0
    found = effects(replace(panel, den=den, y=panel.y * den), Design())
    assert found.missing.cohort.tolist() == [3]
    assert found.missing.period.tolist() == [4]
    assert found.linear.estimate.size == 11


def test_a_constant_outcome_has_no_effect_and_no_spread() -> None:
    panel = a_panel()
    found = effects(replace(panel, y=np.full_like(panel.y, 4.0)), Design())
    assert not found.linear.estimate.any()
