"""Signing, locking, amending; what is refused, and what tampering does."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from tests.web.cast import Cast
from tests.web.plans.builders import NOW, a_version, changed, locked, signed

from upshot.errors import InputError, PlanError
from upshot.plan import registration
from upshot.web.accounts.models import Membership, RoleGrant
from upshot.web.accounts.roles import Role, ScopeKind
from upshot.web.ledger.chain import first_break
from upshot.web.ledger.models import Entry
from upshot.web.plans.models import Amendment, Function, PromiseLock, Signature, Version
from upshot.web.plans.parsed import parsed
from upshot.web.plans.promising import (
    amend,
    lock_initiative,
    may_sign_as,
    sign,
    sign_on_paper,
    withdraw,
)
from upshot.web.plans.selectors import (
    document_in_force,
    lock_in_force,
    locked_of,
    promise_hash,
    signatures_of,
)


def codes(error: pytest.ExceptionInfo[InputError]) -> set[str]:
    return {problem.code for problem in error.value.problems}


def refused(cast: Cast, version: Version, initiative: str = "listen", **more: object) -> set[str]:
    with pytest.raises(InputError) as caught:
        lock_initiative(
            organisation=cast.organisation,
            viewer=cast.viewer("leader"),
            version=version,
            initiative_id=initiative,
            baseline={},
            **more,
        )
    return codes(caught)


def test_who_may_sign_as_what(cast: Cast) -> None:
    assert may_sign_as(cast.viewer("executive")) == {Function.SPONSOR, Function.FINANCE}
    assert may_sign_as(cast.viewer("leader")) == {Function.SPONSOR}
    assert may_sign_as(cast.viewer("council")) == {Function.COUNCIL}
    for part in ("analyst", "designer", "manager", "learner", "administrator"):
        assert may_sign_as(cast.viewer(part)) == frozenset()


def test_a_role_for_a_part_of_the_firm_does_not_sign_for_all_of_it(cast: Cast) -> None:
    RoleGrant.objects.filter(membership__user=cast.users["executive"]).update(
        scope_kind=ScopeKind.SITE, scope_value="Eastquay"
    )
    assert may_sign_as(cast.viewer("executive")) == frozenset()


def test_nobody_signs_for_another_function_or_for_two(cast: Cast) -> None:
    version = a_version(cast)
    digest = promise_hash(parsed(version.text).plan, "listen")
    with pytest.raises(PermissionDenied):
        sign(
            viewer=cast.viewer("leader"),
            initiative_id="listen",
            function=Function.COUNCIL,
            seen=digest,
            version=version,
        )
    executive = cast.viewer("executive")
    first = sign(viewer=executive, initiative_id="listen", function=Function.FINANCE, seen=digest, version=version)
    again = sign(viewer=executive, initiative_id="listen", function=Function.FINANCE, seen=digest, version=version)
    assert first == again
    with pytest.raises(InputError) as caught:
        sign(viewer=executive, initiative_id="listen", function=Function.SPONSOR, seen=digest, version=version)
    assert codes(caught) == {"signed-twice"}


def test_a_promise_that_changed_under_the_reader_is_not_signed(cast: Cast) -> None:
    version = a_version(cast)
    digest = promise_hash(parsed(version.text).plan, "listen")
    newer = changed(cast, "effect: -3", "effect: -4")
    with pytest.raises(InputError) as caught:
        sign(
            viewer=cast.viewer("council"),
            initiative_id="listen",
            function=Function.COUNCIL,
            seen=digest,
            version=newer,
        )
    assert codes(caught) == {"promise-moved"}


def test_a_lock_without_signatures_kpi_and_comparison_is_refused_with_the_whole_list(cast: Cast) -> None:
    version = a_version(cast)
    assert refused(cast, version, "speak") == {"not-signed", "no-expected-effect"}
    everyone = changed(cast, "assign: random-by-team, seed: 7", "assign: everyone")
    assert refused(cast, everyone) == {"not-signed", "no-comparison"}
    assert not Entry.objects.exists()


def test_a_signature_for_an_earlier_wording_does_not_count_but_one_for_another_initiative_stands(cast: Cast) -> None:
    signed(cast, a_version(cast))
    other = changed(cast, "title: Speaking", "title: Speaking slowly")
    assert refused(cast, changed(cast, "effect: -3", "effect: -4")) == {"signed-earlier"}
    assert lock_initiative(
        organisation=cast.organisation,
        viewer=cast.viewer("leader"),
        version=other,
        initiative_id="listen",
        baseline={},
    ).pk


def test_a_lock_after_launch_is_refused(cast: Cast) -> None:
    version = a_version(cast)
    signed(cast, version)
    assert refused(cast, version, at=dt.datetime(2030, 2, 4, 8, tzinfo=dt.UTC)) == {"after-launch"}


def test_no_training_has_nothing_to_lock(cast: Cast) -> None:
    version = a_version(cast)
    version = changed(cast, "  - id: speak\n", "  - id: speak\n    diagnosis: {verdict: no-training}\n")
    assert refused(cast, version, "speak") == {"no-training"}


def test_a_lock_fixes_hash_signatures_and_baseline_and_tells_the_ledger(cast: Cast) -> None:
    version = a_version(cast)
    row = locked(cast, version, at=NOW)
    lock = lock_in_force(cast.organisation, "listen")
    assert lock is not None
    assert lock.signatories == ("sponsor", "finance", "works council")
    assert dict(lock.baseline) == {"complaints": 5.25}
    assert lock.initiative == "listen"
    plan = document_in_force(cast.organisation, "listen").plan
    assert registration(plan, lock, dt.datetime(2030, 2, 4, tzinfo=dt.UTC)) == "as-planned"
    entry = Entry.objects.get()
    assert (entry.kind, entry.subject, entry.number) == ("promise", "listen", row.entry)
    assert entry.body["seal"] == lock.seal
    assert entry.body["sentence"].startswith("Complaints a week will fall by 3 letters by 31 December 2030")
    assert entry.body["baseline"] == {"complaints": 5.25}
    assert not any(user.email in str(entry.body) or user.name in str(entry.body) for user in cast.users.values())


def test_a_second_click_locks_once(cast: Cast) -> None:
    version = a_version(cast)
    assert locked(cast, version) == locked(cast, version)
    assert Entry.objects.count() == 1


def test_each_initiative_is_locked_by_itself(cast: Cast) -> None:
    version = a_version(cast)
    locked(cast, version)
    changed(cast, "title: Speaking", "title: Speaking slowly")
    assert lock_in_force(cast.organisation, "speak") is None
    lock = lock_in_force(cast.organisation, "listen")
    assert lock is not None
    assert registration(
        document_in_force(cast.organisation, "listen").plan, lock, dt.datetime.max.replace(tzinfo=dt.UTC)
    )


def test_a_plan_that_is_rewritten_changes_no_answer_before_it_is_amended(cast: Cast) -> None:
    locked(cast, a_version(cast))
    newer = changed(cast, "effect: -3", "effect: -4")
    assert document_in_force(cast.organisation, "listen").plan.initiative("listen").expected[0].effect == -3
    row = amend(
        organisation=cast.organisation,
        viewer=cast.viewer("leader"),
        version=newer,
        initiative_id="listen",
        reason="Finance expects more",
        by="learning leader",
    )
    lock = lock_in_force(cast.organisation, "listen")
    assert lock is not None
    plan = document_in_force(cast.organisation, "listen").plan
    assert plan.initiative("listen").expected[0].effect == -4
    assert registration(plan, lock, dt.datetime(2030, 2, 4, tzinfo=dt.UTC)) == "amended"
    assert row.changed == ["initiatives[listen].expected[0].effect"]
    assert [(entry.kind, entry.body.get("reason")) for entry in Entry.objects.order_by("number")] == [
        ("promise", None),
        ("amendment", "Finance expects more"),
    ]
    assert first_break(Entry.objects.order_by("number"), cast.organisation.slug) is None


def test_an_amendment_needs_a_lock_a_reason_and_a_difference(cast: Cast) -> None:
    version = a_version(cast)
    say = {
        "organisation": cast.organisation,
        "viewer": cast.viewer("leader"),
        "initiative_id": "listen",
        "by": "leader",
    }
    with pytest.raises(InputError) as none:
        amend(version=version, reason="why not", **say)
    assert codes(none) == {"no-lock"}
    locked(cast, version)
    with pytest.raises(PlanError) as empty:
        amend(version=version, reason=" ", **say)
    assert codes(empty) == {"nothing-changed", "no-reason"}


@pytest.mark.parametrize(
    "change",
    [
        {"hash": "0" * 64},
        {"baseline": {"complaints": 9.0}},
        {"at": NOW - dt.timedelta(days=90)},
        {"signatories": ["sponsor"]},
    ],
)
def test_a_lock_that_was_changed_in_the_database_is_not_in_force(cast: Cast, change: dict[str, object]) -> None:
    row = locked(cast, a_version(cast), at=NOW)
    PromiseLock.objects.filter(pk=row.pk).update(**change)
    assert lock_in_force(cast.organisation, "listen") is None
    found = locked_of(cast.organisation, "listen")
    assert found is not None
    assert not found.sound


def test_a_lock_resealed_by_hand_or_with_another_text_is_found_too(cast: Cast) -> None:
    row = locked(cast, a_version(cast), at=NOW)
    found = locked_of(cast.organisation, "listen")
    assert found is not None
    PromiseLock.objects.filter(pk=row.pk).update(baseline={"complaints": 9.0}, seal="f" * 64)
    assert lock_in_force(cast.organisation, "listen") is None
    PromiseLock.objects.filter(pk=row.pk).update(baseline={"complaints": 5.25}, seal=found.lock.seal)
    assert lock_in_force(cast.organisation, "listen") is not None
    Version.objects.filter(pk=row.version_id).update(text=found.version.text.replace("effect: -3", "effect: -2"))
    assert lock_in_force(cast.organisation, "listen") is None


def test_an_amendment_taken_out_or_changed_is_found(cast: Cast) -> None:
    locked(cast, a_version(cast))
    newer = changed(cast, "effect: -3", "effect: -4")
    row = amend(
        organisation=cast.organisation,
        viewer=None,
        version=newer,
        initiative_id="listen",
        reason="Finance expects more",
        by="command line",
    )
    Amendment.objects.filter(pk=row.pk).update(reason="No reason")
    assert lock_in_force(cast.organisation, "listen") is None
    Amendment.objects.filter(pk=row.pk).delete()
    assert lock_in_force(cast.organisation, "listen") is None


def test_a_signature_can_be_withdrawn_by_its_giver_until_the_lock(cast: Cast) -> None:
    version = a_version(cast)
    signed(cast, version)
    council = signatures_of(cast.organisation, "listen")[Function.COUNCIL]
    with pytest.raises(PermissionDenied):
        withdraw(viewer=cast.viewer("leader"), initiative_id="listen", number=council.pk)
    withdraw(viewer=cast.viewer("council"), initiative_id="listen", number=council.pk)
    assert refused(cast, version) == {"not-signed"}
    locked(cast, version)
    again = signatures_of(cast.organisation, "listen")[Function.COUNCIL]
    with pytest.raises(InputError, match="locked"):
        withdraw(viewer=cast.viewer("council"), initiative_id="listen", number=again.pk)
    assert Signature.objects.filter(withdrawn=None).count() == 3


def test_only_a_firm_without_a_works_council_goes_without_its_signature(cast: Cast) -> None:
    version = a_version(cast)
    document = parsed(version.text)
    say = {"organisation": cast.organisation, "document": document, "initiative_id": "listen"}
    with pytest.raises(InputError) as caught:
        sign_on_paper(function=Function.COUNCIL, reason="We have none", **say)
    assert codes(caught) == {"signature-needed"}
    Membership.objects.filter(grants__role=Role.COUNCIL).delete()
    sign_on_paper(function=Function.COUNCIL, reason="We have none", **say)
    with pytest.raises(InputError):
        sign_on_paper(function=Function.FINANCE, reason="They are busy", **say)
    sign_on_paper(function=Function.FINANCE, name="Kim", **say)
    sign_on_paper(function=Function.SPONSOR, name="Ola", **say)
    lock_initiative(organisation=cast.organisation, viewer=None, version=version, initiative_id="listen", baseline={})
    body = Entry.objects.get().body
    assert body["signed"] == ["sponsor", "finance"]
    assert body["not_needed"] == {"works council": "We have none"}
    assert "Kim" not in str(body)


@pytest.mark.parametrize("part", ["analyst", "designer", "executive", "council"])
def test_only_who_may_lock_locks_and_amends(cast: Cast, part: str) -> None:
    version = a_version(cast)
    with pytest.raises(PermissionDenied):
        lock_initiative(
            organisation=cast.organisation,
            viewer=cast.viewer(part),
            version=version,
            initiative_id="listen",
            baseline={},
        )
    with pytest.raises(PermissionDenied):
        amend(
            organisation=cast.organisation,
            viewer=cast.viewer(part),
            version=version,
            initiative_id="listen",
            reason="Because",
            by=part,
        )
