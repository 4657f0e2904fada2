"""Harbour's plan: it loads, and what it leaves open was left open on purpose."""

from upshot.plan import examine
from upshot.workspace.folder import Workspace
from upshot.workspace.harbour import LOCKED_ON, PLANTED_GAPS, harbour_plan

PLAN = harbour_plan().plan


def test_the_plan_has_no_errors_and_no_gaps_but_those_planted(harbour: Workspace) -> None:
    document = examine((harbour.root / "plan.yaml").read_bytes(), "plan.yaml")
    by_kind = {kind: [p.code for p in document.problems if p.kind == kind] for kind in ("error", "gap")}
    assert by_kind["error"] == []
    assert sorted(by_kind["gap"]) == sorted(PLANTED_GAPS)


def test_every_training_initiative_names_what_it_costs_who_decides_and_when_it_stops() -> None:
    for initiative in PLAN.initiatives:
        if initiative.is_training:
            assert initiative.costs, initiative.id
            assert initiative.reviews, initiative.id
            assert initiative.stop_if, initiative.id
            assert initiative.manager is not None, initiative.id
            assert initiative.actions[0].seen_by, initiative.id


def test_values_say_who_agreed_them_but_for_the_one_that_was_left_open() -> None:
    agreed = {kpi.id: kpi.value_per_unit.agreed_by for kpi in PLAN.kpis if kpi.value_per_unit}
    assert {name for name, who in agreed.items() if who is None} == {"engagement"}


def test_everybody_the_plan_refers_to_works_there(harbour: Workspace) -> None:
    known = set(harbour.lake().query("SELECT DISTINCT person FROM people")["person"].to_pylist())
    assert {(owner.account or "").removeprefix("hr:") for owner in PLAN.owners.values()} <= known


def test_waves_by_lot_have_ids_of_their_own_since_a_person_carries_one() -> None:
    names = [wave.id for initiative in PLAN.initiatives for wave in initiative.waves]
    assert len(names) == len(set(names))


def test_the_plan_covers_each_initiative_that_was_locked() -> None:
    assert set(LOCKED_ON) == {initiative.id for initiative in PLAN.initiatives}
