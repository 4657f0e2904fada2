"""Estimators by name: which one is chosen, what each refuses, and what it reports."""

import numpy as np
import pytest
from tests.impact.builders import a_panel, with_leavers

from upshot.errors import DesignError
from upshot.impact.design import Design
from upshot.impact.methods import METHODS, default_estimator, prepare


@pytest.mark.parametrize(
    ("assignment", "wanted"),
    [
        ("random", "roth-santanna"),
        ("as-if-random", "roth-santanna"),
        ("managed", "callaway-santanna"),
        ("voluntary", "callaway-santanna"),
        ("unknown", "callaway-santanna"),
    ],
)
def test_the_estimator_follows_from_how_people_came(assignment: str, wanted: str) -> None:
    assert default_estimator(Design(assignment=assignment)) == wanted  # type: ignore[arg-type]


@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize("aggregation", ["simple", "event", "group", "calendar"])
def test_every_method_gives_a_number_and_its_error(method: str, aggregation: str) -> None:
    design = Design(aggregation=aggregation)  # type: ignore[arg-type]
    found = METHODS[method](prepare(a_panel().moments(), design), design, True)
    assert found.estimate == pytest.approx(0.5, abs=0.4)
    assert found.std_error is not None
    assert 0 < found.std_error < 0.5
    assert len(found.keys) == found.terms.size == found.variances.size == found.reference.size


@pytest.mark.parametrize("method", sorted(METHODS))
def test_components_can_be_left_out_without_changing_the_number(method: str) -> None:
    design = Design(aggregation="event")
    panel = prepare(a_panel().moments(), design)
    assert METHODS[method](panel, design, False).estimate == METHODS[method](panel, design, True).estimate


def test_the_covariance_of_many_terms_is_left_out_unless_asked_for() -> None:
    moments = a_panel(people=120, periods=30, starts=(*range(5, 22), np.inf)).moments()
    for wanted in (False, True):
        design = Design(covariance=wanted)
        found = METHODS["callaway-santanna"](prepare(moments, design), design, True)
        assert found.terms.size > 400
        assert (found.covariance is not None) == wanted


def test_pairs_nobody_was_seen_in_are_said() -> None:
    panel = with_leavers(a_panel())
    den = panel.den.copy()  # type: ignore[union-attr]
    den[panel.start == 3, 5] = 0
    moments = type(panel)(y=panel.y * den, den=den, start=panel.start, periods=panel.periods).moments()
    found = METHODS["callaway-santanna"](prepare(moments, Design()), Design(), True)
    assert [caution.code for caution in found.cautions] == ["pairs-not-seen"]


def test_roth_santanna_refuses_never_treated_controls() -> None:
    design = Design(control="never-treated")
    with pytest.raises(DesignError, match="not yet treated"):
        METHODS["roth-santanna"](prepare(a_panel().moments(), design), design, True)


def test_two_way_fixed_effects_say_how_much_they_weigh_below_zero() -> None:
    found = METHODS["twfe"](prepare(a_panel(starts=(2, 6)).moments(), Design()), Design(), True)
    assert "weights below zero add up to -" in found.cautions[0].text
