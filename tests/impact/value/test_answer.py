"""From an answer to its value: terms, covariance and letter are taken over, gaps are refused."""

from dataclasses import replace

import numpy as np
import pytest

from upshot.errors import InputError
from upshot.impact.design import Design
from upshot.impact.estimate import Estimate, Grade, Term
from upshot.impact.synthetic import synthetic_did, team_panel
from upshot.impact.value import CostItem, Value, ValuePerUnit, ValueRefusal, load_costs, value_estimate

WORTH = {
    "periods_per_year": 12,
    "units": 50,
    "values": [ValuePerUnit(amount=10.0)],
    "cost": load_costs([CostItem(item="All", kind="fixed", amount=400.0)]),
}
GRADES = {letter: Grade(letter=letter, codes=(), text="") for letter in "ABCD"}


def an_answer(letter="B", **changes) -> Estimate:
    fields = {
        "method": "callaway-santanna",
        "estimand": "att",
        "outcome": "deals",
        "level": 0.9,
        "registration": "as-planned",
        "n_units": 100,
        "estimate": 0.2,
        "std_error": 0.05,
        "grade": GRADES.get(letter),
        "terms": tuple(Term(term=str(e), event_time=e, estimate=0.2, std_error=0.05) for e in range(-2, 6)),
        "covariance": 0.0025 * np.eye(8),
    }
    return Estimate(**{**fields, **changes})


def test_terms_covariance_and_level_come_from_the_answer():
    found = value_estimate(an_answer(), **WORTH)
    assert isinstance(found, Value)
    assert found.benefit.estimate == pytest.approx(50 * 10 * 0.2 * 6)
    assert found.benefit.conf_high - found.benefit.estimate == pytest.approx(1.644854 * 500 * 0.05 * 6**0.5)
    assert found.level == 0.9
    assert found.grade == "B"


def test_without_a_covariance_the_interval_is_the_widest():
    found = value_estimate(replace(an_answer(), covariance=None), **WORTH)
    assert found.benefit.conf_high - found.benefit.estimate == pytest.approx(1.644854 * 500 * 0.05 * 6)


@pytest.mark.parametrize("letter", ["C", "D"])
def test_a_weak_letter_is_refused(letter):
    assert value_estimate(an_answer(letter), **WORTH).code == "grade-too-low"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"estimate": None}, "no-estimate"),
        ({"std_error": None}, "no-standard-error"),
        ({"grade": None}, "not-isolated"),
    ],
)
def test_what_is_missing_is_refused_by_name(changes, code):
    found = value_estimate(replace(an_answer(), **changes), **WORTH)
    assert isinstance(found, ValueRefusal)
    assert found.code == code


def test_a_single_reading_needs_to_know_how_long_it_was_seen():
    once = replace(an_answer("A"), terms=(), covariance=None)
    with pytest.raises(InputError, match="how the effect runs"):
        value_estimate(once, **WORTH)
    found = value_estimate(once, periods_seen=3, **WORTH)
    assert found.benefit.estimate == pytest.approx(50 * 10 * 0.2 * 3)


def test_a_synthetic_answer_flows_through():
    rng = np.random.default_rng(0)
    outcome = rng.normal(size=(11, 1)) + rng.normal(size=20) + 0.1 * rng.normal(size=(11, 20))
    outcome[10, 12:] += 1.0
    panel = team_panel(outcome, [None] * 10 + [12])
    answer = replace(synthetic_did(panel, Design(covariance=True)), grade=GRADES["B"])
    found = value_estimate(answer, **WORTH)
    assert found.benefit.estimate == pytest.approx(500 * 8 * answer.estimate)
    assert (found.benefit.conf_high - found.benefit.estimate) == pytest.approx(
        1.959964 * 500 * 8 * answer.std_error, rel=1e-5
    )
