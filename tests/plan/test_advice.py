"""Goal quality: the advice a plan deserves, no more and no less."""

import json
from typing import Any

import pytest
from ruamel.yaml import YAML
from tests.plan.builders import ROOT, a_complete_plan, as_text

from upshot.plan import check

GOALS = json.loads(
    json.dumps(YAML(typ="safe", pure=True).load(ROOT / "tests" / "data" / "plans" / "goals.yaml"), default=str)
)


@pytest.mark.parametrize("case", GOALS, ids=lambda case: case["goal"]["statement"])
def test_a_goal_gets_the_advice_it_deserves(case: dict[str, Any]) -> None:
    plan = a_complete_plan()
    plan["period"] = {"start": "2026-01-01", "end": "2026-12-31"}
    plan["objectives"] = [{"id": "calm", "owner": "boss", **case["goal"]}]
    assert sorted(problem.code for problem in check(as_text(plan))) == case["advice"]


@pytest.mark.parametrize(
    ("code", "section", "keys"),
    [
        ("measure-not-in-use", "kpis", {"in_use_since": None}),
        (
            "action-not-visible",
            "initiatives",
            {"actions": [{"text": "Understands the caller", "seen_by": ["manager"]}]},
        ),
        ("initiative-without-owner", "initiatives", {"owner": None}),
        ("no-part-for-managers", "initiatives", {"manager": None}),
        ("no-decision-rule", "initiatives", {"stop_if": None}),
        ("voluntary", "initiatives", {"design": {"assign": "voluntary"}}),
        (
            "starts-at-completion",
            "initiatives",
            {"design": {"assign": "managed", "first_treated": {"from": "completion"}}},
        ),
        (
            "hypothesis-without-number",
            "initiatives",
            {
                "hypothesis": {"if": "agents practise", "then": "complaints fall"},
                "expected": [{"kpi": "complaints", "smallest_worth_having": 0.01}],
            },
        ),
    ],
)
def test_advice_is_given_alone(code: str, section: str, keys: dict[str, Any]) -> None:
    plan = a_complete_plan()
    item = {**plan[section][0], **keys}
    plan[section][0] = {key: value for key, value in item.items() if value is not None}
    assert [(problem.kind, problem.code) for problem in check(as_text(plan))] == [("advice", code)]


def test_a_kpi_nobody_refers_to_is_named_and_a_guardrail_is_not() -> None:
    plan = a_complete_plan()
    plan["kpis"] += [{**plan["kpis"][0], "id": "a"}, {**plan["kpis"][0], "id": "b", "guardrail_for": ["complaints"]}]
    assert [(problem.code, problem.column) for problem in check(as_text(plan))] == [("kpi-not-used", "kpis[a]")]
