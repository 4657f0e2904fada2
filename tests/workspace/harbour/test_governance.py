"""Locks, signatures and decisions of the demonstration: in order of time, and by people who may."""

import datetime as dt

import pytest

from upshot.plan import registration
from upshot.workspace.folder import Workspace
from upshot.workspace.harbour import DECISIONS, LOCKED_ON, SIGNATORIES, Decision, harbour_plan, locked
from upshot.workspace.harbour.staff import DIRECTORS

PLAN = harbour_plan().plan
WITH_WAVES = [initiative for initiative in PLAN.initiatives if initiative.waves]


@pytest.mark.parametrize("initiative", WITH_WAVES, ids=lambda i: i.id)
def test_a_plan_is_locked_weeks_before_its_first_wave(initiative: object) -> None:
    found = next(i for i in WITH_WAVES if i is initiative)
    first = min(wave.start for wave in found.waves)
    assert first - LOCKED_ON[found.id] >= dt.timedelta(weeks=3)


@pytest.mark.parametrize("name", ["leading-well", "know-your-customer"])
def test_a_plan_without_waves_is_locked_before_anybody_took_part(name: str, harbour: Workspace) -> None:
    codes = ", ".join(f"'{code}'" for code in PLAN.initiative(name).resolved().records.activities)
    first = harbour.lake().query(f"SELECT min(date) AS first FROM learning WHERE activity IN ({codes})")["first"][0]
    assert first.as_py() - LOCKED_ON[name] >= dt.timedelta(weeks=2)


@pytest.mark.parametrize("initiative", WITH_WAVES, ids=lambda i: i.id)
def test_a_lock_makes_its_answer_as_planned(initiative: object) -> None:
    found = next(i for i in WITH_WAVES if i is initiative)
    launch = dt.datetime.combine(min(wave.start for wave in found.waves), dt.time.min, tzinfo=dt.UTC)
    assert registration(PLAN, locked(PLAN, found.id), launch) == "as-planned"


def test_whoever_signs_is_an_owner_in_the_plan_under_the_same_number() -> None:
    for signatures in SIGNATORIES.values():
        for signature in signatures:
            assert DIRECTORS[signature.person] == signature.role
            assert PLAN.owners[signature.role].account == f"hr:{signature.person}"


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda d: f"{d.initiative}-{d.on}")
def test_a_decision_is_taken_by_those_and_on_the_day_the_plan_names(decision: Decision) -> None:
    initiative = PLAN.initiative(decision.initiative)
    if initiative.is_training:
        review = next(review for review in initiative.reviews if review.date == decision.on)
        assert set(decision.by) <= set(review.by)
        assert decision.choice in review.decide
    assert set(decision.by) <= set(PLAN.owners)
    assert decision.on > LOCKED_ON[decision.initiative]


def test_decisions_stand_in_order_of_time_and_every_kind_occurs() -> None:
    days = [decision.on for decision in DECISIONS]
    assert days == sorted(days)
    assert {decision.choice for decision in DECISIONS} == {"keep", "fix", "scale", "stop"}
