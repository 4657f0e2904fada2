"""The hash changes with the meaning and with nothing else."""

import copy
import json
import random
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.plan.builders import a_complete_plan, a_kpi, a_plan, an_initiative, an_objective, as_text, example

from upshot.errors import PlanError
from upshot.plan import canonical_json, differences, parse, plan_hash

EXAMPLE: dict[str, Any] = json.loads(json.dumps(YAML(typ="safe", pure=True).load(example()), default=str))


def hash_of(plan: dict[str, Any]) -> str:
    return plan_hash(parse(as_text(plan)).plan)


def shuffled(value: Any, rng: random.Random) -> Any:
    if isinstance(value, dict):
        keys = rng.sample(list(value), len(value))
        return {key: shuffled(value[key], rng) for key in keys}
    return [shuffled(item, rng) for item in value] if isinstance(value, list) else value


def block_style(plan: dict[str, Any]) -> str:
    yaml, stream = YAML(), StringIO()
    yaml.dump(plan, stream)
    return stream.getvalue()


@settings(deadline=None, max_examples=50)
@given(st.randoms(use_true_random=False))
def test_the_order_of_keys_makes_no_difference(rng: random.Random) -> None:
    plan = a_complete_plan()
    assert hash_of(shuffled(plan, rng)) == hash_of(plan)


def test_block_style_flow_style_and_comments_make_no_difference() -> None:
    expected = plan_hash(parse(example()).plan)
    assert hash_of(EXAMPLE) == expected
    assert plan_hash(parse(block_style(EXAMPLE)).plan) == expected
    commented = "\n".join(line + "  # note" if line.endswith("}") else line for line in example().splitlines())
    assert plan_hash(parse(commented).plan) == expected


@settings(deadline=None, max_examples=50)
@given(st.floats(-1e6, 1e6, allow_subnormal=False))
def test_the_spelling_of_a_number_makes_no_difference(effect: float) -> None:
    text = as_text(a_plan(initiatives=[an_initiative(expected=[{"kpi": "complaints", "effect": 7.75}])]))
    spellings = {f"{effect!r}", f"{effect:.30e}", f"{effect:+.25e}"}
    if effect == int(effect):
        spellings |= {f"{int(effect)}", f"{int(effect)}.", f"{int(effect)}.00"}
    assert len({plan_hash(parse(text.replace("7.75", spelling)).plan) for spelling in spellings}) == 1


def test_a_duration_and_an_expression_have_one_spelling() -> None:
    one = an_initiative(audience={"where": "role='a'  and not(on_leave)"}, recertify={"every": "8w"})
    two = an_initiative(audience={"where": 'role = "a" and not on_leave'}, recertify={"every": "56d"})
    assert hash_of(a_plan(initiatives=[one])) == hash_of(a_plan(initiatives=[two]))


DEFAULTS: list[tuple[str, dict[str, Any]]] = [
    ("the top", a_plan(version="upshot-plan/1", currency="EUR", owners={}, rates=None, competencies=[], period={})),
    ("a KPI", a_plan(kpis=[a_kpi(label="complaints", agg="average", min_cell=5, source={"kpi": "complaints"})])),
    ("a grain", a_plan(kpis=[a_kpi(grain={"entity": "person", "time": "month"}, moves_with=[])])),
    ("simple", a_plan(kpis=[a_kpi(type="simple", agg="average")])),
    ("an objective", a_plan(objectives=[an_objective(owner=None, key_results=[])])),
    (
        "an initiative",
        a_plan(
            initiatives=[
                an_initiative(
                    title="listen",
                    design={
                        "assign": "unknown", "compare": "not-yet-started", "period": "month", "anticipation": 0,
                        "first_treated": {"from": "completion", "round": "nearest"}, "level": 0.950, "window": {},
                    },
                    records={"activities": ["listen"], "verbs": ["completed", "passed"], "take": "first"},
                    notify={"channels": ["email"], "weekdays_only": True, "max_per_week": 3},
                )
            ]
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("what", "plan"), DEFAULTS, ids=[what for what, _ in DEFAULTS])
def test_a_default_written_out_makes_no_difference(what: str, plan: dict[str, Any]) -> None:
    assert hash_of(plan) == hash_of(a_plan())


def test_a_missing_share_is_an_equal_part_of_what_is_left() -> None:
    written = [{"id": "a", "start": "2026-01-01", "share": 0.5}, {"id": "b", "start": "2026-03-01", "share": 0.5}]
    bare = [{"id": "a", "start": "2026-01-01"}, {"id": "b", "start": "2026-03-01"}]
    assert hash_of(a_plan(initiatives=[an_initiative(waves=written)])) == hash_of(
        a_plan(initiatives=[an_initiative(waves=bare)])
    )


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in [(*path, key), *leaves(item, (*path, key))]]
    if isinstance(value, list):
        return [leaf for at, item in enumerate(value) for leaf in [(*path, at), *leaves(item, (*path, at))]]
    return []


def without(plan: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    changed = copy.deepcopy(plan)
    parent: Any = changed
    for key in path[:-1]:
        parent = parent[key]
    del parent[path[-1]]
    return changed


# keys the example writes although they hold their default
AT_DEFAULT = {
    "currency",
    "initiatives.0.costs.0.kind",
    "initiatives.0.design.compare",
    "initiatives.0.design.first_treated",
    "initiatives.0.design.first_treated.from",
    "initiatives.0.design.first_treated.round",
    "initiatives.0.design.period",
    "initiatives.0.notify.max_per_week",
    "initiatives.0.notify.weekdays_only",
    "initiatives.0.path.1.move_on",
    "initiatives.0.path.4.evidence.min",
    "initiatives.0.path.4.sign_off.by",
    "initiatives.0.path.5.max_per_week",
    "initiatives.0.path.5.retention",
    "initiatives.0.path.5.schedule",
    "initiatives.0.recertify.on_expiry",
    "initiatives.0.reviews.0.decide",
    "initiatives.0.waves.0.share",
    "initiatives.0.waves.1.share",
    "initiatives.0.waves.2.share",
    "kpis.0.grain.time",
    "kpis.1.grain.time",
    "kpis.1.type",
    "version",
}


def test_leaving_out_any_one_thing_of_the_example_changes_the_hash_or_is_refused() -> None:
    before = hash_of(EXAMPLE)
    unchanged = set()
    for path in leaves(EXAMPLE):
        try:
            same = hash_of(without(EXAMPLE, path)) == before
        except PlanError:
            continue
        if same:
            unchanged.add(".".join(map(str, path)))
    assert unchanged == AT_DEFAULT


def test_canonical_json_is_sorted_bare_and_stable() -> None:
    text = canonical_json(parse(as_text(a_plan())).plan)
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    assert hash_of(a_plan()).startswith("a61975cc9271")


def test_differences_name_what_changed_by_its_id() -> None:
    before = parse(example()).plan
    after = parse(example().replace("smallest_worth_having: 0.01", "smallest_worth_having: 0.02")).plan
    assert differences(before, after) == ("initiatives[value-selling].expected[0].smallest_worth_having",)
    assert differences(before, before) == ()


def test_a_plan_that_asks_for_no_dose_keeps_the_hash_it_had_before_there_were_doses() -> None:
    plan = a_complete_plan()
    assert hash_of(plan) == "522184d3e972eb0278131f638363d8df489fc9bf727ffc6a0931db8dcae96621"
    plan["initiatives"][0]["design"]["dose"] = {"by": "minutes"}
    assert differences(parse(as_text(a_complete_plan())).plan, parse(as_text(plan)).plan) == (
        "initiatives[listen].design.dose.by",
    )
