"""Decisions: by those who may, once, with the pack as it stood, on a ledger that holds."""

import pytest
from django.core.exceptions import PermissionDenied
from tests.web.cast import Cast, a_member
from tests.web.reviews.firm import a_review, days, decided

from upshot.errors import InputError
from upshot.web.accounts.roles import Role, ScopeKind
from upshot.web.accounts.viewer import viewer_of
from upshot.web.audit.models import Event
from upshot.web.ledger.models import Entry
from upshot.web.ledger.selectors import verify
from upshot.web.measures.models import Run
from upshot.web.reviews.models import Action, Decision, Review
from upshot.web.reviews.personal import ReviewStore
from upshot.web.reviews.selectors import pack_kept, plan_of, reviewed
from upshot.web.reviews.services import AskedAction, decide, finish, plan_review, remove_review, reopen


def form(run: Run, **more: str) -> dict[str, str]:
    typed = {
        "seen": str(run.pk),
        "decision": "scale",
        "reason": "Calls fell where it ran.",
        "owner": "leader",
        "function": "learning-leader",
        "actions-TOTAL_FORMS": "3",
        "actions-INITIAL_FORMS": "0",
    }
    return {**typed, "owner": "learning-leader", **more}


def url(cast: Cast, number: int = 3, act: str = "") -> str:
    return f"/o/nordvik/reviews/coaching/{days(number).isoformat()}/{act}"


def test_a_decision_freezes_its_pack_and_stands_in_the_ledger_by_function(cast: Cast, run_: Run) -> None:
    row = decided(cast, days(3), seen=str(run_.pk), decision=Decision.SCALE)
    entry = Entry.objects.get(kind="decision")
    body = entry.body
    assert (entry.number, entry.subject) == (row.entry, "coaching")
    assert (body["decision"], body["reason"], body["decided_as"]) == ("scale", "It works.", "learning-leader")
    assert body["sentence"] == run_.sentence
    assert (body["grade"], body["run"], body["as_of"]) == ("B", str(run_.pk), run_.newest_reading.isoformat())
    assert body["planned_and_actual"]["Effect"]["planned"] == "−3 calls"
    assert body["planned_and_actual"]["Cost"]["planned"] == "EUR 2,500"
    assert not any(user.name in entry.said or user.email in entry.said for user in cast.users.values())
    assert verify(cast.organisation) is None
    kept = pack_kept(cast.viewer("analyst"), row)
    assert kept is not None
    assert kept.sentence == run_.sentence
    assert reviewed(cast.organisation)["coaching"] == days(0)


def test_a_double_click_decides_once(cast: Cast, run_: Run) -> None:
    a_review(cast, days(3))
    client = cast.client("leader")
    for _ in range(2):
        assert client.post(url(cast, act="decide"), form(run_)).status_code == 302
    assert Entry.objects.filter(kind="decision").count() == 1
    assert Review.objects.exclude(held=None).count() == 1
    assert verify(cast.organisation) is None


def test_a_second_decision_on_the_same_review_is_refused_and_changes_nothing(cast: Cast, run_: Run) -> None:
    a_review(cast, days(3))
    cast.client("leader").post(url(cast, act="decide"), form(run_))
    other = form(run_, decision="stop", function="executive", owner="executive")
    reply = cast.client("executive").post(url(cast, act="decide"), other, follow=True).content.decode()
    assert "decided already" in reply
    assert Review.objects.get().decision == "scale"


def test_a_newer_answer_is_shown_before_anything_is_decided(cast: Cast, run_: Run) -> None:
    a_review(cast, days(3))
    reply = cast.client("leader").post(url(cast, act="decide"), form(run_, seen="0"))
    page = reply.content.decode()
    assert "A newer answer came in" in page
    assert "Calls fell where it ran." in page
    assert f'name="seen" value="{run_.pk}"' in page
    assert not Entry.objects.filter(kind="decision").exists()


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(cast: Cast, run_: Run) -> None:
    a_review(cast, days(3))
    typed = form(run_, reason="", **{"actions-0-what": "Book rooms", "actions-1-due": days(9).isoformat()})
    page = cast.client("leader").post(url(cast, act="decide"), typed).content.decode()
    assert 'id="id_reason-error"' in page
    assert "Book rooms" in page
    assert "Who does it?" in page
    assert "What is to be done?" in page
    assert not Entry.objects.filter(kind="decision").exists()


def test_actions_and_the_next_look_come_with_the_decision(cast: Cast, run_: Run) -> None:
    a_review(cast, days(3))
    owner = cast.users["analyst"]
    more = {"actions-0-what": "Book rooms", "actions-0-owner": str(owner.pk), "actions-0-due": days(9).isoformat()}
    cast.client("leader").post(url(cast, act="decide"), form(run_, next_review=days(90).isoformat(), **more))
    action = Action.objects.get()
    assert (action.what, action.owner, action.due) == ("Book rooms", owner, days(9))
    assert Review.objects.get(due=days(90)).by_hand


@pytest.mark.parametrize("part", ["analyst", "designer", "council", "manager"])
def test_whoever_may_not_decide_cannot(cast: Cast, run_: Run, part: str) -> None:
    with pytest.raises(PermissionDenied):
        decided(cast, days(3), part=part, seen=str(run_.pk))
    a_review(cast, days(3))
    assert cast.client(part).post(url(cast, act="decide"), form(run_)).status_code == 403
    assert not Entry.objects.filter(kind="decision").exists()


def test_a_role_for_a_part_of_the_firm_neither_sees_nor_decides(cast: Cast, run_: Run) -> None:
    user = a_member(cast.organisation, Role.LEADER, name="west", scope=(ScopeKind.REGION, "west"))
    viewer = viewer_of(user, "nordvik")
    assert viewer is not None
    a_review(cast, days(3))
    client = cast.client("leader")
    client.force_login(user)
    for path in ("/o/nordvik/reviews/", url(cast), "/o/nordvik/at-a-glance/", "/o/nordvik/reviews/calendar.ics"):
        assert client.get(path).status_code == 403
    with pytest.raises(PermissionDenied):
        plan_review(viewer=viewer, initiative_id="coaching", day=days(9))


def test_nobody_decides_in_a_function_they_do_not_hold(cast: Cast, run_: Run) -> None:
    document = plan_of(cast.viewer("leader"))
    assert document is not None
    with pytest.raises(PermissionDenied):
        decide(
            viewer=cast.viewer("leader"),
            plan=document.plan,
            initiative_id="coaching",
            day=days(3),
            decision=Decision.KEEP,
            reason="It works.",
            owner="",
            function=Role.EXECUTIVE,
            seen=str(run_.pk),
        )


def test_a_decision_without_a_reason_is_refused_below_the_form_too(cast: Cast, run_: Run) -> None:
    with pytest.raises(InputError, match="Say why"):
        decided(cast, days(3), seen=str(run_.pk), reason="  ")
    assert not Review.objects.exclude(held=None).exists()


def test_an_initiative_without_an_answer_can_be_decided_on_and_says_so(cast: Cast, run_: Run) -> None:
    row = decided(cast, days(3), initiative_id="later")
    assert "sentence" not in Entry.objects.get(number=row.entry).body
    page = cast.client("designer").get(f"/o/nordvik/reviews/later/{days(3).isoformat()}/").content.decode()
    assert "There is no answer yet" in page


def test_actions_are_ticked_by_their_owner_or_a_decider_and_taken_back(cast: Cast, run_: Run) -> None:
    asked = (AskedAction(what="Book rooms", owner=cast.users["analyst"], due=days(9)),)
    decided(cast, days(3), seen=str(run_.pk), actions=asked)
    action = Action.objects.select_related("review").get()
    with pytest.raises(PermissionDenied):
        finish(viewer=cast.viewer("designer"), action=action)
    assert finish(viewer=cast.viewer("analyst"), action=action, note="Hall 2")
    assert not finish(viewer=cast.viewer("analyst"), action=action, note="again")
    assert Action.objects.get().note == "Hall 2"
    assert reopen(viewer=cast.viewer("leader"), action=action)
    assert Action.objects.get().done is None
    assert set(Event.objects.values_list("action", flat=True)) >= {"review-decided", "action-done", "action-reopened"}


def test_a_day_set_by_hand_is_taken_back_unless_it_was_held(cast: Cast, run_: Run) -> None:
    viewer = cast.viewer("executive")
    first = plan_review(viewer=viewer, initiative_id="coaching", day=days(20))
    assert plan_review(viewer=viewer, initiative_id="coaching", day=days(20)) == first
    assert remove_review(viewer=viewer, initiative_id="coaching", day=days(20))
    decided(cast, days(3), seen=str(run_.pk))
    assert not remove_review(viewer=viewer, initiative_id="coaching", day=days(3))


def test_an_erased_person_is_no_longer_linked_and_the_decision_stays(cast: Cast, run_: Run) -> None:
    membership = cast.users["leader"].memberships.get()
    membership.person = "p-77"
    membership.save()
    asked = (AskedAction(what="Book rooms", owner=cast.users["leader"], due=days(9)),)
    decided(cast, days(3), seen=str(run_.pk), actions=asked)
    store = ReviewStore()
    assert len(store.export(cast.organisation, "p-77")) == 2
    assert store.erase(cast.organisation, "p-77") == 2
    assert store.export(cast.organisation, "p-77") == []
    assert Review.objects.get().decision == "keep"
    assert store.erase(cast.organisation, "") == 0
