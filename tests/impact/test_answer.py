"""From moments to answer: whole answers, refusals, and panels nobody should bring."""

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.impact.builders import Panel, a_panel, in_teams, the_design

from upshot.errors import DesignError
from upshot.impact.answer import answer
from upshot.impact.design import Design
from upshot.impact.methods import METHODS


def test_an_answer_is_plain_json_without_placeholders() -> None:
    found = answer(a_panel().moments(), the_design(aggregation="event", covariance=True)).to_dict()
    text = json.dumps(found, allow_nan=False)
    assert "null" not in text
    assert found["schema"] == "upshot-estimate/1"
    assert len(found["covariance"]) == len(found["terms"])


def test_the_same_moments_and_design_give_the_same_answer() -> None:
    moments = a_panel().moments()
    assert answer(moments, the_design()).to_dict() == answer(moments, the_design()).to_dict()


def test_people_in_any_order_give_the_same_answer() -> None:
    panel = a_panel()
    shuffled = panel.take(np.random.default_rng(0).permutation(len(panel.start)))
    left, right = (answer(p.moments(), the_design()) for p in (panel, shuffled))
    assert left.estimate == pytest.approx(right.estimate, rel=1e-12)
    assert left.std_error == pytest.approx(right.std_error, rel=1e-12)


def test_the_effect_is_found() -> None:
    found = answer(a_panel(people=2000, effect=0.5).moments(), the_design())
    assert found.conf_low is not None
    assert found.conf_high is not None
    assert found.conf_low < 0.5 < found.conf_high
    assert found.n_units == 2000
    assert found.n_periods == 7


def test_the_periods_are_labelled_as_the_panel_writes_them() -> None:
    found = answer(a_panel().moments(), the_design(aggregation="group"), label=lambda period: f"week {period}")
    assert [term.group for term in found.terms] == ["week 3", "week 5"]


def refused(panel: Panel, design: Design | None = None) -> tuple[str, ...]:
    found = answer(panel.moments(), design or the_design())
    assert found.estimate is None
    assert found.std_error is None
    assert not found.claimable
    assert found.grade is not None
    assert found.grade.letter == "D"
    return found.grade.codes


ONE_PERIOD = a_panel(starts=(1, np.inf), periods=1)
NO_UNTREATED = a_panel(starts=(3,))
FROM_THE_FIRST = a_panel(starts=(1, np.inf))
NOBODY = a_panel(starts=(np.inf,))


@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize(
    ("panel", "code"),
    [
        (ONE_PERIOD, "one-period"),
        (NO_UNTREATED, "everyone-at-once"),
        (FROM_THE_FIRST, "no-pre-period"),
        (NOBODY, "nobody-treated"),
    ],
    ids=["one period", "no untreated", "treated in the first period", "nobody treated"],
)
def test_what_cannot_be_known_is_refused_with_its_reason(method: str, panel: Panel, code: str) -> None:
    assert code in refused(panel, the_design(estimator=method))


def test_a_constant_outcome_is_refused() -> None:
    panel = a_panel()
    assert "nothing-measured" in refused(replace(panel, y=np.full_like(panel.y, 7.0)))


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_wave_of_one_person_is_said_and_does_not_break(method: str) -> None:
    panel = a_panel()
    panel.start[0] = 4
    found = answer(panel.moments(), the_design(estimator=method, aggregation="event"))
    assert found.estimate is not None
    assert "single-person-wave" in {caution.code for caution in found.cautions}


def test_two_people_are_too_few_to_claim_anything() -> None:
    panel = a_panel().take([0, -1])
    start = np.array([3.0, np.inf])
    found = answer(replace(panel, start=start).moments(), the_design())
    assert not found.claimable


@pytest.mark.parametrize("method", sorted(METHODS))
def test_gaps_between_periods_do_not_break(method: str) -> None:
    panel = replace(a_panel(starts=(4, 16, np.inf), periods=7), periods=(1, 2, 4, 8, 16, 32, 64))
    found = answer(panel.moments(), the_design(estimator=method, aggregation="event"))
    assert found.estimate is not None


@pytest.mark.parametrize("method", sorted(METHODS))
def test_outcomes_around_a_billion_give_the_same_effect(method: str) -> None:
    """Doubles near 1e9 are 1e-7 apart; nothing beyond that rounding of the data may show."""
    panel = a_panel(people=120)
    plain = answer(panel.moments(), the_design(estimator=method))
    lifted = replace(panel, y=panel.y + 1e9)
    found = answer(lifted.moments(shift=1e9), the_design(estimator=method))
    assert found.estimate == pytest.approx(plain.estimate, abs=1e-6)
    assert found.std_error == pytest.approx(plain.std_error, rel=1e-5)


@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_the_unit_of_the_outcome_only_scales_the_answer(method: str, scale: float) -> None:
    panel = a_panel(people=120)
    plain = answer(panel.moments(), the_design(estimator=method))
    found = answer(replace(panel, y=scale * panel.y).moments(), the_design(estimator=method))
    assert found.estimate == pytest.approx(scale * (plain.estimate or 0), rel=1e-9)
    assert found.std_error == pytest.approx(scale * (plain.std_error or 0), rel=1e-9)
    assert found.p_value == pytest.approx(plain.p_value, rel=1e-6)


def test_teams_are_counted_and_widen_the_error_when_people_move_together() -> None:
    panel = a_panel(people=300, starts=(4, np.inf))
    team = np.arange(300) // 10
    shock = np.random.default_rng(1).normal(0, 1, (30, 7))[team]
    moved = replace(panel, y=panel.y + shock, start=np.where(team % 2 == 0, 4.0, np.inf))
    people, teams = (answer(p.moments(), the_design()) for p in (moved, in_teams(moved, size=10)))
    assert teams.n_clusters == 30
    assert teams.estimate == pytest.approx(people.estimate)
    assert (teams.std_error or 0) > 1.5 * (people.std_error or 0)


def test_two_way_fixed_effects_are_never_the_second_opinion_without_their_warning() -> None:
    others = {other.method: other for other in answer(a_panel().moments(), the_design()).other_estimates}
    assert others["twfe"].estimand == "twfe-coefficient"
    assert others["twfe"].text


def test_an_unknown_estimator_is_refused() -> None:
    with pytest.raises(DesignError, match="estimator"):
        answer(a_panel().moments(), the_design(estimator="magic"))


def test_teams_with_people_in_several_strata_are_counted_once() -> None:
    panel = a_panel(people=300, starts=(4, np.inf), strata=(3,))
    team = np.arange(300) // 10
    panel = replace(panel, start=np.where(team % 2 == 0, 4.0, np.inf), cluster=team)
    found = answer(panel.moments(), the_design(adjust="regression"))
    (check,) = [check for check in found.checks if check.name == "few-clusters"]
    assert "30 teams (15 treated)" in check.text
