"""Differences adjusted for strata: collapse, double robustness, overlap, and errors by brute force."""

from dataclasses import replace

import numpy as np
import pytest
from tests.impact.builders import Panel, a_panel, as_ratio, brute_force_error, in_teams, with_leavers, with_weights

from upshot.errors import DesignError
from upshot.impact.aggregate import aggregate
from upshot.impact.answer import answer
from upshot.impact.design import Adjustment, Design
from upshot.impact.influence import variances
from upshot.impact.methods import prepare
from upshot.impact.moments import Moments

METHODS: tuple[Adjustment, ...] = ("saturated", "regression", "inverse-propensity", "doubly-robust")


def simple(moments: Moments, design: Design) -> tuple[float, float]:
    panel = prepare(moments, design)
    found = aggregate(panel.effects, panel.ready.moments, panel.means, design).overall
    assert found is not None
    return float(found.estimate[0]), float(np.sqrt(variances(panel.ready.moments, panel.means, found)[0]))


@pytest.mark.parametrize("method", METHODS)
def test_one_stratum_is_the_plain_difference_in_differences(method: Adjustment) -> None:
    panel = a_panel(strata=(1,))
    assert simple(panel.moments(), Design(adjust=method)) == pytest.approx(simple(panel.moments(), Design()), rel=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_with_one_column_every_method_is_the_saturated_one(method: Adjustment) -> None:
    moments = a_panel(strata=(3,), people=400).moments()
    wanted = simple(moments, Design(adjust="saturated", control="never-treated"))
    assert simple(moments, Design(adjust=method, control="never-treated")) == pytest.approx(wanted, rel=1e-9)


SHAPES = {
    "plain": lambda panel: panel,
    "leavers": with_leavers,
    "weights": with_weights,
    "ratio": as_ratio,
    "teams": in_teams,
    "weighted-leavers": lambda panel: with_weights(with_leavers(panel)),
}


@pytest.mark.parametrize(
    ("method", "shape"),
    [("doubly-robust", shape) for shape in SHAPES] + [(method, "weighted-leavers") for method in METHODS[:3]],
)
def test_standard_errors_equal_brute_force_influence(method: Adjustment, shape: str) -> None:
    panel: Panel = SHAPES[shape](a_panel(people=48, periods=3, starts=(3, np.inf), strata=(2, 2), seed=11))
    design = Design(adjust=method)
    wanted = brute_force_error(lambda moments: simple(moments, design)[0], panel)
    assert simple(panel.moments(), design)[1] == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_a_trend_that_differs_by_stratum_does_not_bias_an_adjusted_effect(method: Adjustment) -> None:
    panel = a_panel(people=4000, strata=(2, 3), starts=(4, np.inf), effect=0.5)
    plain, adjusted = simple(panel.moments(), Design())[0], simple(panel.moments(), Design(adjust=method))[0]
    assert abs(adjusted - 0.5) < 0.1 < abs(plain - 0.5)


@pytest.mark.parametrize("method", METHODS)
def test_a_level_without_controls_is_left_out_and_said(method: Adjustment) -> None:
    panel = a_panel(strata=(2,), people=200, starts=(4, np.inf))
    strata = list(panel.strata or ())
    strata[:2] = [("remote",)] * 2
    found = answer(replace(panel, strata=tuple(strata)).moments(), Design(adjust=method))
    kept = answer(panel.take(np.arange(2, 200)).moments(), Design(adjust=method))
    assert [caution.code for caution in found.cautions] == ["no-overlap"]
    assert "remote" in found.cautions[0].text
    assert found.estimate == pytest.approx(kept.estimate, rel=1e-12)
    assert found.std_error == pytest.approx(kept.std_error, rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_without_any_overlap_there_is_no_number(method: Adjustment) -> None:
    panel = a_panel(people=80, starts=(4, np.inf))
    strata = tuple(("trained",) if np.isfinite(g) else ("rest",) for g in panel.start)
    found = answer(replace(panel, strata=strata).moments(), Design(adjust=method))
    assert found.estimate is None
    assert found.grade is not None
    assert found.grade.letter == "D"


def test_separation_by_two_columns_together_is_left_out_too() -> None:
    panel = a_panel(people=90, starts=(4, np.inf))
    third = np.arange(90) % 3
    strata = tuple({0: ("a", "x"), 1: ("b", "y"), 2: ("a", "y")}[int(k)] for k in third)
    start = np.where(third == 2, np.inf, np.where(third == 0, 4.0, panel.start))
    found = answer(replace(panel, strata=strata, start=start).moments(), Design(adjust="inverse-propensity"))
    assert "no-overlap" in {caution.code for caution in found.cautions}


def test_strata_are_categories_whatever_they_look_like() -> None:
    panel = a_panel(strata=(3,))
    renamed = {"00": "10", "01": "2", "02": "300"}
    other = replace(panel, strata=tuple((renamed[name],) for (name,) in panel.strata or ()))
    for method in METHODS:
        wanted = simple(panel.moments(), Design(adjust=method))
        assert simple(other.moments(), Design(adjust=method)) == pytest.approx(wanted, rel=1e-10)


def test_adjusting_without_strata_is_refused() -> None:
    with pytest.raises(DesignError, match="no strata"):
        answer(a_panel().moments(), Design(adjust="regression"))


@pytest.mark.parametrize("estimator", ["roth-santanna", "sun-abraham", "imputation", "twfe"])
def test_other_estimators_refuse_to_adjust(estimator: str) -> None:
    with pytest.raises(DesignError, match="cannot adjust for strata"):
        answer(a_panel(strata=(2,)).moments(), Design(adjust="regression", estimator=estimator))  # type: ignore[arg-type]


def test_strata_send_a_randomised_plan_to_callaway_santanna() -> None:
    found = answer(a_panel(strata=(2,)).moments(), Design(adjust="regression", assignment="random"))
    assert found.method == "callaway-santanna"
