"""What one initiative's promise rests on, and what it does not."""

import datetime as dt
from typing import Any

import pytest
from tests.plan.builders import a_kpi, a_plan, an_initiative, an_objective, as_text

from upshot.errors import PlanError
from upshot.plan import Plan, amend, lock, parse, part_of, plan_hash, registration

LOCKED = dt.datetime(2026, 1, 10, tzinfo=dt.UTC)
LAUNCH = dt.datetime(2026, 2, 2, tzinfo=dt.UTC)


def two(**keys: Any) -> Plan:
    """Two initiatives that share nothing but the plan; ``keys`` change the second."""
    listen = an_initiative(
        expected=[{"kpi": "complaints", "effect": -1}],
        owner="anna",
        costs=[{"item": "Time", "kind": "time", "minutes": 10, "rate": "hour"}],
    )
    sell = an_initiative(id="sell", serves=["grow"], expected=[{"kpi": "offers", "effect": 1}], **keys)
    return parse(
        as_text(
            a_plan(
                owners={"anna": {"role": "Runs it"}, "ben": {"role": "Runs the other"}},
                rates={"hour": 40, "day": 300},
                objectives=[an_objective(), an_objective(id="grow", statement="Grow", owner="ben")],
                kpis=[
                    a_kpi(owner="anna"),
                    a_kpi(id="offers"),
                    a_kpi(id="returns", guardrail_for=["complaints", "offers"]),
                ],
                initiatives=[listen, sell],
            )
        )
    ).plan


def test_a_part_holds_the_initiative_and_what_it_refers_to() -> None:
    part = part_of(two(), "listen")
    assert [item.id for item in part.initiatives] == ["listen"]
    assert [item.id for item in part.objectives] == ["calm"]
    assert [item.id for item in part.kpis] == ["complaints", "returns"]
    assert part.kpi("returns").guardrail_for == ("complaints",)
    assert set(part.owners) == {"anna"}
    assert part.rates == {"hour": 40.0}


def test_an_unknown_initiative_names_the_nearest() -> None:
    with pytest.raises(PlanError, match="Did you mean 'listen'"):
        part_of(two(), "lissten")


def test_planning_one_initiative_leaves_the_promise_of_another_as_it_was() -> None:
    before, after = two(), two(title="Sell by listening", stop_if="offers fall")
    assert plan_hash(before) != plan_hash(after)
    assert plan_hash(part_of(before, "listen")) == plan_hash(part_of(after, "listen"))
    assert plan_hash(part_of(before, "sell")) != plan_hash(part_of(after, "sell"))


def test_a_lock_of_one_initiative_holds_while_the_other_changes() -> None:
    locked = lock(two(), at=LOCKED, signatories=["sponsor"], baseline={"complaints": 3.0}, initiative="listen")
    changed = two(title="Sell by listening")
    assert registration(changed, locked, LAUNCH) == "as-planned"
    other = lock(two(), at=LOCKED, signatories=["sponsor"], initiative="sell")
    assert registration(changed, other, LAUNCH) == "exploratory"
    amended = amend(other, two(), changed, reason="a better name", at=LAUNCH, by="learning leader")
    assert "initiatives[sell].title" in amended.amendments[0].changed
    assert registration(changed, amended, LAUNCH) == "amended"


def test_a_lock_says_which_initiative_it_is_about_in_its_seal() -> None:
    whole = lock(two(), at=LOCKED, signatories=["sponsor"])
    assert whole.initiative is None
    listen = lock(two(), at=LOCKED, signatories=["sponsor"], initiative="listen")
    assert listen.seal != lock(two(), at=LOCKED, signatories=["sponsor"], initiative="sell").seal


def test_a_lock_whose_initiative_left_the_plan_is_exploratory() -> None:
    locked = lock(two(), at=LOCKED, signatories=["sponsor"], initiative="listen")
    assert registration(part_of(two(), "sell"), locked, LAUNCH) == "exploratory"


def test_the_baseline_of_one_initiative_names_its_own_kpis() -> None:
    with pytest.raises(PlanError, match="'offers'"):
        lock(two(), at=LOCKED, signatories=["sponsor"], baseline={"offers": 1.0}, initiative="listen")
