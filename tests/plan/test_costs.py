"""What an initiative costs, by hand-made sums."""

import pytest
from tests.plan.builders import a_plan, an_initiative, as_text, example

from upshot.plan import parse
from upshot.plan.costs import cost_lines, manager_minutes, path_minutes


def test_the_worked_example_adds_up() -> None:
    plan = parse(example()).plan
    initiative = plan.initiatives[0]
    assert path_minutes(initiative) == 35 + 20 + 5
    assert manager_minutes(initiative.manager) == 10 + 20 * (90 // 14)
    lines = {line.item: (line.amount, line.hours) for line in cost_lines(plan, initiative)}
    assert lines["Design and build"] == (48_000, None)
    assert lines["Licences"] == (22 * 640, None)
    assert lines["Learner time"] == (None, 640.0)
    assert lines["Manager time"] == (None, pytest.approx(640 * 130 / 60))


def test_time_is_money_once_a_rate_is_known() -> None:
    costs = [
        {"item": "By name", "kind": "time", "minutes": 30, "rate": "hour"},
        {"item": "By number", "kind": "time", "minutes": 30, "rate": 50},
    ]
    initiative = an_initiative(audience={"expected_size": 10}, costs=costs)
    plan = parse(as_text(a_plan(rates={"hour": 40}, initiatives=[initiative]))).plan
    assert [line.amount for line in cost_lines(plan, plan.initiatives[0])] == [200.0, 250.0]


def test_what_depends_on_an_unknown_number_of_people_has_no_amount() -> None:
    costs = [{"item": "Seat", "kind": "per-person", "amount": 7.5}, {"item": "Time", "kind": "time", "minutes": 5}]
    plan = parse(as_text(a_plan(initiatives=[an_initiative(costs=costs)]))).plan
    lines = cost_lines(plan, plan.initiatives[0])
    assert [(line.amount, line.hours) for line in lines] == [(None, None), (None, None)]
    assert [line.text for line in lines] == ["EUR 7.5 a person", "5 min a person"]
