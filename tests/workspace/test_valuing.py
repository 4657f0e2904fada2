"""What an answer is worth: held to the planted effect, to closed forms, and to every reason for silence."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.workspace.simulated import COSTS, WORTH, a_trained_firm, moved

from upshot.errors import InputError
from upshot.impact.estimate import Grade
from upshot.impact.value import Principles, ValuePerUnit
from upshot.workspace.answering import answer_initiative
from upshot.workspace.answers import Answer
from upshot.workspace.costing import ActualCost, costs_of
from upshot.workspace.dynamics import path_after_start
from upshot.workspace.valuing import value_of

TRUTH = 2 * 32 * 8 * 50
"""Two calls fewer, 32 people, 8 of 12 months seen, 50 a call."""


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    return answered(tmp_path_factory.mktemp("firm") / "firm")


def answered(root: Path, **more: Any) -> Answer:
    return answer_initiative(a_trained_firm(root, **more), "coaching")


def test_the_planted_benefit_lies_in_the_interval(answer: Answer) -> None:
    found = value_of(answer, hurdle=0.2)
    assert found.benefit is not None
    assert found.benefit.low is not None
    assert found.benefit.high is not None
    assert found.benefit.low < TRUTH < found.benefit.high
    assert found.share is not None
    assert found.share.estimate == pytest.approx(8 / 12)
    assert found.units == 32
    assert found.text.startswith("ROI")
    assert found.withheld == ""


def test_the_benefit_is_the_event_studys_sum_times_people_and_price(answer: Answer) -> None:
    study = path_after_start(answer)
    assert study is not None
    total = sum(t.estimate or 0.0 for t in study.terms if t.event_time is not None and t.event_time >= 0)
    found = value_of(answer)
    assert found.benefit is not None
    assert found.benefit.estimate == pytest.approx(-total * 32 * 50, rel=1e-12)
    assert found.net is not None
    assert found.cost is not None
    assert found.net.estimate == pytest.approx(found.benefit.estimate - found.cost.estimate, rel=1e-12)


def test_the_break_even_effect_would_just_pay_the_costs(answer: Answer) -> None:
    found = value_of(answer)
    assert found.break_even is not None
    assert found.cost is not None
    assert found.break_even.estimate < 0
    assert -found.break_even.estimate * 32 * 8 * 50 == pytest.approx(found.cost.estimate, rel=1e-12)


def test_actual_lines_replace_planned_ones_and_both_are_kept(answer: Answer) -> None:
    found = value_of(
        answer,
        actuals=[
            ActualCost(item=" design", amount=3000),
            ActualCost(item="Design", amount=2000),
            ActualCost(item="Room", amount=300, note="invoice 7"),
        ],
    )
    rows = {row.item: row for row in found.costs}
    assert (rows["Design"].planned, rows["Design"].actual, rows["Design"].counted) == (4000, 5000, 5000)
    assert (rows["Time"].planned, rows["Time"].actual, rows["Time"].counted) == (3840, None, 3840)
    assert (rows["Room"].planned, rows["Room"].counted) == (None, 300)
    assert "invoice 7" in rows["Room"].note
    assert (found.planned_total, found.actual_total) == (7840, 5300)
    assert found.cost is not None
    assert found.cost.estimate == 9140


def test_actual_lines_are_refused_all_at_once(answer: Answer) -> None:
    wrong = [ActualCost(item=" ", amount=1), ActualCost(item="Room", amount=-3), ActualCost(item="Cake", amount=1e400)]
    with pytest.raises(InputError) as caught:
        costs_of(answer.plan, answer.initiative, wrong)
    assert [problem.code for problem in caught.value.problems] == ["cost-name", "cost-number", "cost-number"]


@pytest.mark.parametrize("letter", ["C", "D"])
def test_a_weak_answer_gets_no_return_but_its_break_even_effect(answer: Answer, letter: Any) -> None:
    weak = replace(answer.estimate, grade=Grade(letter=letter, codes=("weak",), text="Weak."), claimable=letter == "C")
    found = value_of(replace(answer, estimate=weak))
    assert found.withheld
    assert found.text == ""
    assert (found.roi, found.net, found.benefit, found.chance_of_profit) == (None, None, None, None)
    assert found.break_even is not None


def test_without_a_value_per_unit_no_money_is_shown_but_costs(tmp_path: Path) -> None:
    found = value_of(answered(tmp_path / "firm", kpi={}))
    assert "nobody has agreed" in found.withheld
    assert (found.roi, found.break_even) == (None, None)
    assert found.cost is not None
    assert found.cost.estimate == 7840


def test_a_cost_without_a_rate_is_named_and_nothing_is_divided_by_it(tmp_path: Path) -> None:
    costs = [COSTS[0], {"item": "Time", "kind": "time", "minutes": 120, "rate": "agent"}]
    found = value_of(answered(tmp_path / "firm", costs=costs))
    assert "the cost of Time is not known" in found.withheld
    assert (found.roi, found.cost) == (None, None)
    assert next(row.hours for row in found.costs if row.item == "Time") == 64


def test_a_ratio_counts_the_opportunities_each_of_them_had(tmp_path: Path) -> None:
    rows = [
        {"kpi": r["kpi"], "person": r["person"], "date": f"{r['month']}-01", "numerator": 4 * r["value"],
         "denominator": 4}
        for r in moved()
    ]  # fmt: skip
    kpi = {**WORTH, "type": "ratio", "numerator": "numerator", "denominator": "denominator"}
    ratio = value_of(answered(tmp_path / "ratio", kpis=rows, kpi=kpi))
    plain = value_of(answered(tmp_path / "plain"))
    assert ratio.benefit is not None
    assert plain.benefit is not None
    assert ratio.benefit.estimate == pytest.approx(4 * plain.benefit.estimate, rel=1e-9)
    assert any("4 opportunities a month" in line for line in ratio.assumptions)


def test_the_smallest_of_several_values_is_used(answer: Answer) -> None:
    assert value_of(answer, alternatives=[ValuePerUnit(amount=20)]).value_per_unit == 20


def test_a_principle_switched_off_is_said_aloud(answer: Answer) -> None:
    found = value_of(answer, principles=Principles(load_all_costs=False))
    assert found.cost is not None
    assert found.cost.estimate == 4000
    assert any("A guiding principle is off" in line for line in found.assumptions)


def test_time_that_no_line_pays_for_is_said_aloud(tmp_path: Path) -> None:
    path = [{"id": "talk", "kind": "module", "minutes": 30, "ref": "coaching"}]
    found = value_of(answered(tmp_path / "firm", costs=[COSTS[0]], path=path))
    assert any("No line counts participants' time" in line for line in found.assumptions)
