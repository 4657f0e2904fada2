"""Every gap is found where it is, and nowhere else."""

from typing import Any

import pytest
from tests.plan.builders import a_complete_plan, a_plan, an_initiative, as_text

from upshot.plan import check

Change = dict[str, Any]


def initiative(**keys: Any) -> tuple[str, Change]:
    return "initiatives", keys


def kpi(**keys: Any) -> tuple[str, Change]:
    return "kpis", keys


def objective(**keys: Any) -> tuple[str, Change]:
    return "objectives", keys


LOT = {"assign": "random-by-team", "seed": 7}
HALF = [{"id": "w1", "start": "2026-02-01", "share": 0.5}]
ONE_DAY = [{"id": "w1", "start": "2026-02-01", "share": 1}]
TWO = [{"id": "w1", "start": "2026-02-01", "share": 0.5}, {"id": "w2", "start": "2026-05-01", "share": 0.5}]

GAPS: list[tuple[str, tuple[str, Change]]] = [
    ("objective-nothing-serves initiative-serves-nothing", initiative(serves=None)),
    ("objective-without-owner", objective(owner=None)),
    ("kpi-without-owner", kpi(owner=None)),
    ("kpi-without-unit", kpi(unit=None)),
    ("kpi-without-direction", kpi(direction=None)),
    ("kpi-without-grain", kpi(grain=None)),
    ("kpi-without-range", kpi(direction="hold-within")),
    ("count-without-exposure", kpi(type="count")),
    ("value-not-agreed", kpi(value_per_unit={"amount": 10})),
    ("no-diagnosis", initiative(diagnosis=None)),
    ("diagnosis-without-cause", initiative(diagnosis={"observed": "x"})),
    ("training-may-not-help", initiative(diagnosis={"because": ["environment"]})),
    ("no-observable-action", initiative(actions=None)),
    ("no-observable-action", initiative(actions=[{"text": "Repeats the complaint"}])),
    ("no-expected-effect", initiative(expected=None)),
    ("no-smallest-effect", initiative(expected=[{"kpi": "complaints", "effect": -0.03}])),
    (
        "effect-not-worth-having",
        initiative(expected=[{"kpi": "complaints", "effect": -0.01, "smallest_worth_having": 0.02}]),
    ),
    (
        "effect-against-direction",
        initiative(expected=[{"kpi": "complaints", "effect": 0.03, "smallest_worth_having": 0.01}]),
    ),
    ("no-comparison", initiative(design={"assign": "everyone"})),
    ("no-comparison", initiative(design={**LOT, "compare": "none"})),
    ("no-comparison", initiative(waves=ONE_DAY)),
    ("no-comparison", initiative(design={**LOT, "compare": "never-started"})),
    ("assignment-unknown", initiative(design=None)),
    ("no-seed", initiative(design={"assign": "random-by-person"})),
    ("period-finer-than-kpi", initiative(design={**LOT, "period": "week"})),
    ("no-costs", initiative(costs=None)),
    ("rate-unknown", initiative(costs=[{"item": "Time", "kind": "time", "minutes": 5}])),
    ("size-unknown", initiative(audience={})),
]


def changed(section: str, keys: Change) -> dict[str, Any]:
    plan = a_complete_plan()
    item = {**plan[section][0], **keys}
    plan[section][0] = {key: value for key, value in item.items() if value is not None}
    return plan


@pytest.mark.parametrize(("codes", "change"), GAPS)
def test_a_gap_is_named_alone(codes: str, change: tuple[str, Change]) -> None:
    problems = check(as_text(changed(*change)))
    assert sorted(problem.code for problem in problems if problem.kind != "advice") == sorted(codes.split())
    assert all(problem.fix and problem.line for problem in problems)


def test_a_part_of_the_audience_that_never_starts_is_a_comparison() -> None:
    assert check(as_text(changed(*initiative(waves=HALF)))) == ()
    assert check(as_text(changed(*initiative(waves=HALF, design={**LOT, "compare": "never-started"})))) == ()


def test_a_wave_outside_the_period_is_a_gap() -> None:
    plan = a_complete_plan()
    plan["period"] = {"start": "2026-03-01", "end": "2026-12-31"}
    (problem,) = check(as_text(plan))
    assert (problem.code, problem.column) == ("wave-outside-period", "initiatives[listen].waves[w1].start")


def test_an_initiative_that_moves_none_of_its_objectives_kpis_is_a_gap() -> None:
    plan = a_complete_plan()
    plan["kpis"].append({**plan["kpis"][0], "id": "calls"})
    plan["initiatives"][0]["expected"][0]["kpi"] = "calls"
    assert [problem.code for problem in check(as_text(plan))] == ["kpi-not-of-objective"]


def test_a_dose_belongs_to_a_person_and_a_kpi_of_teams_has_none() -> None:
    plan = changed(*initiative(design={**LOT, "dose": {"by": "minutes"}}))
    assert check(as_text(plan)) == ()
    plan["kpis"][0]["grain"] = {"entity": "team", "time": "month"}
    (problem,) = check(as_text(plan))
    assert (problem.code, problem.column) == ("dose-not-personal", "initiatives[listen].design.dose")


def test_a_check_in_asks_what_there_is_of_somebody_there_is() -> None:
    def codes(**keys: Any) -> list[str]:
        path = [{"id": "later", "kind": "check-in", **keys}]
        return [problem.code for problem in check(as_text(changed(*initiative(path=path))))]

    assert codes(asks=["used_it", "example"], of=["self", "manager"]) == []
    assert codes(asks=["used_it", "mood"]) == ["check-in-asks-unknown"]
    assert codes(of=["self", "boss"]) == ["check-in-of-unknown"]
    assert codes(of=["boss"]) == ["check-in-of-nobody", "check-in-of-unknown"]


def test_no_comparison_says_what_will_be_shown_instead() -> None:
    (problem,) = check(as_text(changed(*initiative(design={"assign": "everyone"}))))
    assert problem.text == (
        "Everyone gets it, so there is no comparison group: a before/after figure will be shown, no effect claimed."
    )


def test_support_that_is_tried_needs_no_diagnosis_and_no_actions_of_its_own() -> None:
    training = an_initiative(id="train", path=[{"id": "basics", "kind": "module"}])
    waves = [{"id": "one", "start": "2026-03-02", "share": 0.5}]
    design = {"assign": "random-by-team", "seed": 1}
    trial = an_initiative(
        id="trial",
        support={"kind": "nudge", "of": "train"},
        waves=waves,
        design=design,
        expected=[{"kpi": "complaints"}],
    )
    found = check(as_text(a_plan(initiatives=[training, trial])))
    own = {one.code for one in found if (one.column or "").startswith("initiatives[trial]")}
    assert "no-smallest-effect" in own
    assert not own & {"no-diagnosis", "no-observable-action"}
    assert "no-diagnosis" in {one.code for one in found}, "the training is still asked for one"
