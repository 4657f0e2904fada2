"""Two-way fixed effects against least squares with every dummy written out."""

from dataclasses import replace

import numpy as np
import pytest
from tests.impact.builders import Panel, a_panel, brute_force_error, with_leavers, with_weights

from upshot.errors import DesignError
from upshot.impact.influence import cell_means, variances
from upshot.impact.twfe import negative_weight, two_way_fixed_effects


def fitted(panel: Panel):
    moments = panel.moments()
    means = cell_means(moments)
    linear = two_way_fixed_effects(moments, means)
    return float(linear.estimate[0]), float(np.sqrt(variances(moments, means, linear)[0]))


def dense(panel: Panel) -> float:
    n, T = panel.y.shape
    treated = (np.array(panel.periods)[None, :] >= panel.start[:, None]).astype(float)
    x = np.c_[treated.ravel(), np.kron(np.eye(n), np.ones((T, 1))), np.kron(np.ones((n, 1)), np.eye(T))]
    root = np.sqrt(np.ones(n) if panel.weight is None else panel.weight).repeat(T)
    return float(np.linalg.lstsq(x * root[:, None], panel.y.ravel() * root, rcond=None)[0][0])


@pytest.mark.parametrize("shape", [lambda p: p, with_weights])
def test_the_coefficient_is_that_of_the_dummy_regression(shape: object) -> None:
    panel = shape(a_panel(people=40, periods=5))  # type: ignore[operator]
    assert fitted(panel)[0] == pytest.approx(dense(panel), abs=1e-10)


def test_its_error_is_the_unit_sandwich_by_brute_force() -> None:
    panel = a_panel(people=40, periods=4)
    wanted = brute_force_error(lambda m: float(two_way_fixed_effects(m, cell_means(m)).estimate[0]), panel)
    assert fitted(panel)[1] == pytest.approx(wanted, rel=1e-6)


def test_one_cohort_gives_no_negative_weight_and_early_starters_do() -> None:
    one, early = a_panel(starts=(4, np.inf)).moments(), a_panel(starts=(2, 6)).moments()
    assert negative_weight(one, cell_means(one)) == 0
    assert negative_weight(early, cell_means(early)) < -0.1


def test_weights_recover_the_coefficient_from_the_effects() -> None:
    """Outcomes that are nothing but effects: growing effects pull the coefficient below their mean."""
    panel = a_panel(starts=(2, 6))
    time = np.array(panel.periods)
    growing = np.maximum(time[None, :] - panel.start[:, None] + 1, 0.0)
    value, _ = fitted(replace(panel, y=growing))
    assert value < growing[growing > 0].mean()


def test_unbalanced_and_untreated_panels_are_refused() -> None:
    with pytest.raises(DesignError, match="balanced"):
        fitted(with_leavers(a_panel()))
    with pytest.raises(DesignError, match="does not vary"):
        fitted(a_panel(starts=(np.inf,)))
