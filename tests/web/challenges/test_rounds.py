"""The chore: absences, waiting too long, lapsing, pairs and reminders; twice is once."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from tests.web.cast import Cast
from tests.web.challenges.builders import (
    a_verdict,
    handed_in,
    later,
    planned,
    signed,
    somebody,
    with_challenge,
)
from tests.web.trials import trying

from upshot.errors import InputError
from upshot.web.accounts.roles import Role
from upshot.web.challenges.asking import ask, firm_of
from upshot.web.challenges.chores import ask_anew, due, make_pairs
from upshot.web.challenges.models import Challenge, CheckIn, Pair, StandIn
from upshot.web.challenges.selectors import to_sign
from upshot.web.challenges.services.absences import name_observer, say_away, take_back_away
from upshot.web.challenges.services.deciding import decide
from upshot.web.challenges.services.following import Thoughts, debrief
from upshot.web.outbox.claiming import done_by_now
from upshot.web.outbox.models import Leave, Message
from upshot.web.people.models import Person


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    return with_challenge(cast, tmp_path)


def asked(challenge: Challenge) -> list[tuple[str, str]]:
    return list(challenge.asked.values_list("person", "relationship"))


def away(firm: Cast, **more: str) -> StandIn:
    today = timezone.localdate()
    return say_away(viewer=firm.viewer("manager"), first=today, last=today + dt.timedelta(days=7), **more)


def test_a_manager_who_goes_away_hands_over_and_comes_back(firm: Cast) -> None:
    made = handed_in(firm)
    assert asked(made) == [("m-1", "manager")]
    stood_in = away(firm, delegate="m-2")
    assert asked(made) == [("m-2", "delegate")]
    assert [one.challenge.pk for one in to_sign(somebody(firm, "m-2"))] == [made.pk]
    with pytest.raises(InputError, match="not asked to sign"):
        decide(viewer=firm.viewer("manager"), challenge=made, verdict=a_verdict(made))
    take_back_away(viewer=firm.viewer("manager"), number=stood_in.pk)
    assert asked(made) == [("m-1", "manager")]


def test_a_delegate_signs_and_it_says_as_what(firm: Cast) -> None:
    made = handed_in(firm)
    away(firm, delegate="m-2")
    done = decide(viewer=somebody(firm, "m-2", Role.MANAGER), challenge=made, verdict=a_verdict(made))
    assert (done.signed_by, done.signed_as) == ("m-2", "delegate")


def test_leave_known_to_the_outbox_counts_and_one_level_up_is_asked(firm: Cast) -> None:
    Person.objects.filter(key="m-1").update(manager="m-2")
    today = timezone.localdate()
    Leave.objects.create(organisation=firm.organisation, person="m-1", first=today, last=today)
    assert asked(handed_in(firm)) == [("m-2", "one-up")]


def test_where_the_manager_has_left_theirs_is_asked(firm: Cast) -> None:
    Person.objects.filter(key="m-1").update(manager="m-2", left=timezone.localdate())
    assert asked(handed_in(firm)) == [("m-2", "manager")]


def test_where_nobody_is_left_the_person_is_told_on_the_page(firm: Cast) -> None:
    Person.objects.filter(key="m-1").update(left=timezone.localdate())
    made = handed_in(firm)
    assert asked(made) == []
    page = firm.client("learner").get(f"/o/nordvik/challenges/{made.pk}/").content.decode()
    assert "Nobody can be asked to sign at present" in page


def test_after_two_weeks_of_waiting_one_level_up_may_sign_as_well(firm: Cast) -> None:
    Person.objects.filter(key="m-1").update(manager="m-2")
    made = handed_in(firm)
    assert ask_anew(firm.organisation, later(13)) == 0
    assert ask_anew(firm.organisation, later(15)) == 1
    assert asked(made) == [("m-1", "manager"), ("m-2", "one-up")]
    assert ask_anew(firm.organisation, later(15)) == 0


def test_observers_are_asked_by_name_and_the_first_to_sign_wins(cast: Cast, tmp_path: Path) -> None:
    firm = with_challenge(cast, tmp_path, by="observer")
    for person in ("p-1", "p-2"):
        name_observer(viewer=firm.viewer("designer"), initiative="selling", person=person, expert=False)
    made = handed_in(firm)
    assert asked(made) == [("p-1", "observer"), ("p-2", "observer")]
    seen = a_verdict(made)
    decide(viewer=somebody(firm, "p-2"), challenge=made, verdict=seen)
    with pytest.raises(InputError, match="Somebody else signed it already"):
        decide(viewer=somebody(firm, "p-1"), challenge=made, verdict=seen)


def test_a_message_about_a_signed_challenge_need_not_be_said_any_more(firm: Cast) -> None:
    made = handed_in(firm)
    open_ = list(Message.objects.filter(kind="sign-off"))
    assert done_by_now(firm.organisation, open_) == set()
    decide(viewer=firm.viewer("manager"), challenge=made, verdict=a_verdict(made))
    assert done_by_now(firm.organisation, open_) == {open_[0].pk}


def test_what_nobody_moves_lapses_once_and_can_be_begun_again(firm: Cast) -> None:
    first = planned(firm)
    due(later(59))
    first.refresh_from_db()
    assert first.state == "planned"
    for _ in range(2):
        due(later(61))
    first.refresh_from_db()
    assert first.state == "lapsed"
    assert Message.objects.filter(kind="challenge-lapsed").count() == 1
    assert planned(firm).number == 2


def test_check_ins_are_asked_for_on_their_day_once(firm: Cast) -> None:
    signed(firm)
    due(later(29))
    assert not Message.objects.filter(kind="check-in").exists()
    for _ in range(2):
        due(later(31))
    people = Message.objects.filter(kind="check-in").values_list("person", "context__days")
    assert sorted(people) == [("m-1", 30), ("p-3", 30)]


def test_check_ins_of_a_signer_who_left_go_to_the_manager_of_today(firm: Cast) -> None:
    signed(firm)
    Person.objects.filter(key="m-1").delete()
    Person.objects.filter(key="p-3").update(manager="m-2")
    due(later(1))
    assert set(CheckIn.objects.filter(source="observer").values_list("person", flat=True)) == {"m-2"}


def test_where_debriefs_are_tried_by_lot_nobody_is_paired_before_their_turn(firm: Cast) -> None:
    trying(firm, "debrief")
    for person in ("p-3", "p-6"):
        signed(firm, person)
    assert make_pairs(firm.organisation, later(0)) == 0
    assert make_pairs(firm.organisation, later(0)) == 0
    held = Message.objects.filter(kind="debrief")
    assert sorted(held.values_list("person", "state", "note")) == [
        ("p-3", "dropped", "turn"),
        ("p-6", "dropped", "turn"),
    ]
    assert not Pair.objects.exists()


def test_whose_turn_to_debrief_has_come_is_paired(firm: Cast) -> None:
    trying(firm, "debrief", team="Fjord")
    for person in ("p-3", "p-6"):
        signed(firm, person)
    assert make_pairs(firm.organisation, later(0)) == 1
    assert not Message.objects.filter(note="turn").exists()


def test_two_who_did_it_are_paired_once_and_read_each_other(firm: Cast) -> None:
    one, other = signed(firm), signed(firm, "p-6")
    assert make_pairs(firm.organisation, later(0)) == 1
    assert make_pairs(firm.organisation, later(0)) == 0
    assert Pair.objects.count() == 1
    said = Thoughts(happened="I asked.", surprised="They laughed.", next="Ask sooner. Mail me at a@b.example")
    assert debrief(viewer=somebody(firm, "p-6"), challenge=other, thoughts=said)
    assert not debrief(viewer=somebody(firm, "p-6"), challenge=other, thoughts=said)
    page = firm.client("learner").get(f"/o/nordvik/challenges/{one.pk}/").content.decode()
    assert "They laughed." in page
    assert "a@b.example" not in page


def test_without_a_partner_nothing_is_written_down(firm: Cast) -> None:
    alone = signed(firm)
    with pytest.raises(InputError, match="no partner"):
        debrief(viewer=somebody(firm, "p-3"), challenge=alone, thoughts=Thoughts(happened="a", surprised="b", next="c"))


def test_asking_again_where_nothing_changed_writes_nothing(firm: Cast) -> None:
    made = handed_in(firm)
    before = list(made.asked.values_list("pk", flat=True))
    assert ask(firm_of(firm.organisation), made, later(0)) == []
    assert list(made.asked.values_list("pk", flat=True)) == before
