"""The coverage map: every cent and hour of the plan in one cell, and what is left without the other."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.workspace.firm import a_firm

from upshot.plan import Plan, parse
from upshot.plan.costs import cost_lines
from upshot.workspace.coverage import Coverage, coverage_of
from upshot.workspace.disclosing import Disclosure


def a_plan(initiatives: list[dict[str, Any]], objectives: list[dict[str, Any]] | None = None) -> Plan:
    """A plan of three objectives, whatever the initiatives; costs, serves and verdicts come from the test."""
    base = {"hypothesis": {"if": "a", "then": "b"}, "audience": {"expected_size": 7}, "expected": [{"kpi": "calls"}]}
    goals = [{"id": name, "statement": name.title()} for name in ("speed", "care", "calm")]
    document = {
        "version": "upshot-plan/1",
        "rates": {"agent": 33.33},
        "objectives": objectives or goals,
        "kpis": [{"id": "calls"}],
        "initiatives": [{**base, **item} for item in initiatives],
    }
    return parse(json.dumps(document).encode(), "plan.yaml").plan


COSTS = [
    {"item": "Build", "amount": 1000.10},
    {"item": "Seat", "kind": "per-person", "amount": 19.99},
    {"item": "Time", "kind": "time", "minutes": 50, "rate": "agent"},
]


def covered(*initiatives: dict[str, Any], **more: Any) -> Coverage:
    return coverage_of(a_plan(list(initiatives)), **more)


def test_cells_add_up_to_the_plans_costs_exactly() -> None:
    plan = a_plan(
        [
            {"id": "one", "serves": ["speed", "care", "calm"], "costs": COSTS},
            {"id": "two", "serves": ["care"], "costs": COSTS[:1]},
            {"id": "three", "costs": COSTS[1:]},
        ]
    )
    found = coverage_of(plan)
    lines = [line for item in plan.initiatives for line in cost_lines(plan, item)]
    spend = sum((Decimal(repr(line.amount)).quantize(Decimal("0.01")) for line in lines if line.amount), Decimal(0))
    hours = sum((Decimal(repr(line.hours)).quantize(Decimal("0.01")) for line in lines if line.hours), Decimal(0))
    assert found.spend == spend
    assert found.hours == hours
    assert sum(cell.spend for cell in found.cells) == spend
    assert sum(cell.hours for cell in found.cells) == hours
    served = sum((row.spend for row in found.objectives), Decimal(0))
    orphaned = sum((cell.spend for cell in found.cells if cell.objective is None), Decimal(0))
    assert served + orphaned == spend


def test_an_initiative_shares_its_spend_evenly_over_what_it_serves() -> None:
    found = covered({"id": "one", "serves": ["speed", "care", "calm"], "costs": [{"item": "All", "amount": 100}]})
    assert [cell.spend for cell in found.cells] == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]


def test_orphans_stand_at_the_edge() -> None:
    found = covered({"id": "one", "serves": ["speed"]}, {"id": "two"})
    assert found.orphans == ("two",)
    assert found.unserved == ("care", "calm")


def test_an_objective_is_served_through_the_one_below_it() -> None:
    goals = [{"id": "care", "statement": "Care"}, {"id": "speed", "statement": "Speed", "parent": "care"}]
    found = coverage_of(a_plan([{"id": "one", "serves": ["speed"]}], goals))
    assert found.unserved == ()


def test_an_objective_without_learning_is_told() -> None:
    found = covered({"id": "one", "serves": ["care"], "diagnosis": {"verdict": "no-training"}})
    assert found.without_learning == ("care",)
    assert found.initiatives[0].training is False
    assert found.initiatives[0].people is None


def test_a_line_without_a_rate_is_named_and_left_out() -> None:
    found = covered({"id": "one", "serves": ["care"], "costs": [{"item": "T", "kind": "time", "minutes": 60}]})
    assert found.initiatives[0].unknown == ("T",)
    assert (found.spend, found.hours) == (Decimal(0), Decimal("7.00"))


def test_people_are_counted_by_the_roster_and_small_audiences_withheld(tmp_path: Path) -> None:
    other = {"id": "few", "audience": {"where": "person in ('p01', 'p02')"}}
    workspace = a_firm(tmp_path / "firm", more=[other])
    (workspace.root / "answers").mkdir()
    answer = {"grade": {"letter": "B"}}
    (workspace.root / "answers" / "coaching.json").write_text(json.dumps(answer), encoding="utf-8")
    found = coverage_of(workspace.plan().plan, workspace)
    assert [(row.id, row.people, row.grade) for row in found.initiatives] == [
        ("coaching", 48, "B"),
        ("few", None, None),
    ]
    strict = coverage_of(workspace.plan().plan, workspace, disclosure=Disclosure(minimum=50))
    assert strict.initiatives[0].people is None
