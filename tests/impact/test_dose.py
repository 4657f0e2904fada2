"""Dose: effects by dose group, the line through them, and the stronger assumption said aloud."""

import numpy as np
import pytest

from upshot.errors import DesignError
from upshot.impact.accumulate import moments_of
from upshot.impact.answer import answer
from upshot.impact.design import Design
from upshot.impact.dose import dose_response
from upshot.impact.moments import Cell

CELLS = (Cell(3, ("long",)), Cell(3, ("short",)), Cell(5, ("long",)), Cell(5, ("short",)), Cell(None, ("none",)))
DOSES = {"short": 20.0, "long": 60.0}


def a_panel(*, per_minute=0.02, people=80, seed=1, cells=CELLS):
    draw = np.random.default_rng(seed)
    where = np.repeat(np.arange(len(cells)), people)
    minutes = np.array([DOSES.get(cell.stratum[0], 0.0) for cell in cells])[where]
    start = np.array([np.inf if cell.cohort is None else cell.cohort for cell in cells])[where]
    times = np.arange(1, 7)
    y = draw.normal(0, 1, (where.size, 1)) + draw.normal(0, 0.5, (where.size, 6)) + 0.1 * times
    y += per_minute * minutes[:, None] * (times >= start[:, None])
    return moments_of(y, where, periods=tuple(range(1, 7)), cells=cells)


def test_the_slope_is_the_line_through_the_effects_of_the_doses():
    found = dose_response(a_panel(), DOSES, Design(outcome="calls"))
    low, high = found.terms
    assert (low.term, high.term) == ("dose=20", "dose=60")
    assert found.estimate == pytest.approx((high.estimate - low.estimate) / 40, abs=1e-12)
    assert found.conf_low < 0.02 < found.conf_high


def test_each_dose_is_what_it_is_alone_against_the_untrained():
    moments = a_panel()
    found = dose_response(moments, DOSES, Design(control="never-treated"))
    for term in found.terms:
        kept = moments.keep(cell.stratum[0] in (term.group, "none") for cell in moments.cells)
        alone = answer(kept, Design(estimator="callaway-santanna", control="never-treated"))
        assert term.estimate == pytest.approx(alone.estimate, abs=1e-12)
        assert term.std_error == pytest.approx(alone.std_error, rel=1e-10)


def test_the_stronger_assumption_is_said_and_caps_the_grade_at_c():
    found = dose_response(a_panel(), DOSES, Design(assignment="random", registration="as-planned"))
    assert found.cautions[0].code == "strong-parallel-trends"
    assert found.grade.letter == "C"
    assert "dose-not-by-lot" in found.grade.codes


def test_one_dose_has_no_slope_and_says_so():
    found = dose_response(a_panel(), {"long": 60.0}, Design())
    assert found.estimate is None
    assert found.grade.letter == "D"
    assert "not-estimable" in [caution.code for caution in found.cautions]


def test_doses_that_are_not_in_the_panel_or_not_numbers_are_refused():
    with pytest.raises(DesignError, match="no dose group huge"):
        dose_response(a_panel(), {"huge": 90.0}, Design())
    with pytest.raises(DesignError, match="finite"):
        dose_response(a_panel(), {"long": float("nan")}, Design())
    with pytest.raises(DesignError, match="not kept by dose"):
        dose_response(a_panel(), DOSES, Design(), column=1)


@pytest.mark.slow
def test_the_interval_of_the_slope_covers_the_planted_slope():
    draws = 400
    hits = [
        found.conf_low <= 0.02 <= found.conf_high
        for found in (dose_response(a_panel(seed=seed), DOSES, Design()) for seed in range(draws))
    ]
    assert abs(np.mean(hits) - 0.95) < 3 * np.sqrt(0.95 * 0.05 / draws)
