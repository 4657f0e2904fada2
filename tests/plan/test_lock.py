"""Locking, amending and judging a plan."""

import datetime as dt
from dataclasses import replace

import pytest
from tests.plan.builders import a_kpi, a_plan, as_text

from upshot.errors import PlanError
from upshot.plan import Lock, Plan, amend, lock, parse, plan_hash, registration

UTC = dt.UTC
LOCKED = dt.datetime(2026, 1, 10, tzinfo=UTC)
LAUNCH = dt.datetime(2026, 2, 2, tzinfo=UTC)


def plan(**keys: object) -> Plan:
    return parse(as_text(a_plan(**keys))).plan


def locked() -> Lock:
    return lock(plan(), at=LOCKED, signatories=["boss"], baseline={"complaints": 0.046})


def amended(reason: str = "the works council asked for it") -> Lock:
    return amend(locked(), plan(), plan(currency="CHF"), reason=reason, at=LAUNCH, by="boss")


def test_a_plan_locked_before_launch_and_unchanged_is_as_planned() -> None:
    assert registration(plan(), locked(), LAUNCH) == "as-planned"


def test_a_plan_amended_with_a_reason_is_amended() -> None:
    record = amended()
    assert record.amendments[0].changed == ("currency",)
    assert record.intact
    assert registration(plan(currency="CHF"), record, LAUNCH) == "amended"


@pytest.mark.parametrize("at", [LAUNCH, LAUNCH + dt.timedelta(days=1)])
def test_a_plan_locked_at_or_after_launch_is_exploratory(at: dt.datetime) -> None:
    assert registration(plan(), lock(plan(), at=at, signatories=["boss"]), LAUNCH) == "exploratory"


def test_a_plan_without_a_lock_or_changed_without_an_amendment_is_exploratory() -> None:
    assert registration(plan(), None, LAUNCH) == "exploratory"
    assert registration(plan(currency="CHF"), locked(), LAUNCH) == "exploratory"
    assert registration(plan(), amended(), LAUNCH) == "exploratory"


def test_a_record_that_was_tampered_with_is_exploratory() -> None:
    record = amended()
    forged = replace(record, amendments=(replace(record.amendments[0], previous="0" * 64),))
    backdated = replace(record, at=LOCKED - dt.timedelta(days=9))
    for tampered in (forged, backdated):
        assert not tampered.intact
        assert registration(plan(currency="CHF"), tampered, LAUNCH) == "exploratory"


def test_amendments_append_and_leave_the_lock_as_it_was() -> None:
    before = locked()
    after = amended()
    twice = amend(after, plan(currency="CHF"), plan(), reason="back again", at=LAUNCH, by="boss")
    assert before.amendments == ()
    assert twice.amendments[0] == after.amendments[0]
    assert twice.hash == before.hash == plan_hash(plan())
    assert twice.amendments[1].previous == after.amendments[0].seal


def test_everything_wrong_with_an_amendment_is_said_at_once() -> None:
    with pytest.raises(PlanError) as raised:
        amend(locked(), plan(currency="USD"), plan(currency="USD"), reason=" ", at=dt.datetime(2026, 1, 1), by="")
    codes = {problem.code for problem in raised.value.problems}
    assert codes == {"time-without-zone", "not-in-force", "nothing-changed", "no-reason", "no-signatory"}


def test_an_amendment_is_not_dated_before_what_it_amends() -> None:
    with pytest.raises(PlanError, match="dated before"):
        amend(locked(), plan(), plan(currency="CHF"), reason="x", at=LOCKED - dt.timedelta(1), by="boss")


def test_a_lock_needs_a_signature_and_a_baseline_of_known_kpis() -> None:
    with pytest.raises(PlanError) as raised:
        lock(plan(kpis=[a_kpi()]), at=LOCKED, signatories=[], baseline={"sales": 1.0})
    assert {problem.code for problem in raised.value.problems} == {"no-signatory", "unknown-kpi"}
