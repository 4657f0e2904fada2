"""What a dashboard would say, by hand."""

from dataclasses import replace

import numpy as np
import pytest
from tests.impact.builders import Panel, a_panel

from upshot.impact.influence import cell_means
from upshot.impact.naive import naive_figures


def figures(panel: Panel, shift: float = 0.0):
    moments = panel.moments(shift=shift)
    return naive_figures(moments, cell_means(moments))


def test_before_and_after_compare_the_treated_with_themselves() -> None:
    panel = a_panel(starts=(4, np.inf), periods=5)
    y = panel.y[np.isfinite(panel.start)] + 10
    found = figures(replace(panel, y=panel.y + 10))
    assert found.before_after == pytest.approx(y[:, 3:].mean() - y[:, :3].mean())
    assert found.before_after_relative == pytest.approx(y[:, 3:].mean() / y[:, :3].mean() - 1)


def test_trained_against_the_rest_uses_periods_with_both() -> None:
    panel = a_panel(starts=(4, np.inf), periods=5)
    treated = np.isfinite(panel.start)
    found = figures(panel)
    assert found.treated_vs_rest == pytest.approx(panel.y[treated, 3:].mean() - panel.y[~treated, 3:].mean())


def test_cohorts_seen_on_one_side_only_are_left_out_of_before_and_after() -> None:
    panel = a_panel(starts=(1, 4, np.inf), periods=5)
    kept = figures(panel.take(panel.start != 1))
    assert figures(panel).before_after == pytest.approx(kept.before_after)


def test_the_shift_does_not_show() -> None:
    panel = a_panel()
    assert figures(panel, shift=5.0).treated_vs_rest_relative == pytest.approx(figures(panel).treated_vs_rest_relative)


def test_with_nobody_treated_there_is_nothing_to_say() -> None:
    found = figures(a_panel(starts=(np.inf,)))
    assert found.before_after is None
    assert found.treated_vs_rest is None
