"""Plans for tests: a smallest one that loads, its pieces, and the worked example."""

import copy
import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "plans" / "value-selling.yaml"


def example() -> str:
    return EXAMPLE.read_text(encoding="utf-8")


def an_initiative(**keys: Any) -> dict[str, Any]:
    return {
        "id": "listen",
        "serves": ["calm"],
        "hypothesis": {"if": "agents practise listening", "then": "complaints fall by 3 in 100"},
        "audience": {},
        **keys,
    }


def a_kpi(**keys: Any) -> dict[str, Any]:
    return {"id": "complaints", "type": "mean", **keys}


def an_objective(**keys: Any) -> dict[str, Any]:
    return {"id": "calm", "statement": "Customers leave calmer than they came", **keys}


def a_plan(**keys: Any) -> dict[str, Any]:
    whole = {"objectives": [an_objective()], "kpis": [a_kpi()], "initiatives": [an_initiative()], **keys}
    return copy.deepcopy(whole)


def a_complete_plan() -> dict[str, Any]:
    """A plan nothing is left to say about."""
    return a_plan(
        objectives=[
            an_objective(
                owner="boss",
                key_results=[{"kpi": "complaints", "baseline": 0.2, "target": 0.1, "by": "2026-12-31"}],
            )
        ],
        kpis=[
            a_kpi(
                owner="boss",
                unit="complaints",
                direction="down",
                grain={"entity": "person", "time": "month"},
                in_use_since="2020-01-01",
            )
        ],
        initiatives=[
            an_initiative(
                owner="boss",
                diagnosis={"observed": "agents interrupt", "because": ["skill"]},
                actions=[{"text": "Repeats the complaint in own words", "seen_by": ["manager"]}],
                expected=[{"kpi": "complaints", "effect": -0.03, "smallest_worth_having": 0.01}],
                audience={"where": "role = 'agent'", "expected_size": 100},
                design={"assign": "random-by-team", "seed": 7},
                waves=[
                    {"id": "w1", "start": "2026-02-01", "share": 0.5},
                    {"id": "w2", "start": "2026-05-01", "share": 0.5},
                ],
                costs=[{"item": "Licences", "kind": "per-person", "amount": 20}],
                manager={"before": {"ask": "agree on one call", "minutes": 10}},
                stop_if="complaints rise for 2 reviews",
            )
        ],
    )


def as_text(plan: dict[str, Any]) -> str:
    """JSON is YAML; dates stay quoted, which a plan may do."""
    return json.dumps(plan, ensure_ascii=False, indent=1)
