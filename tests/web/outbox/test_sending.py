"""From proposed to sent: cap, leave, wishes, what is done meanwhile, who cannot be reached, what was interrupted."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings
from tests.web.cast import Cast
from tests.web.outbox.builders import MONDAY, a_message, later, run

from upshot.web.accounts.models import Membership, Organisation
from upshot.web.outbox import chores
from upshot.web.outbox.claiming import LOST, claim, lose_killed
from upshot.web.outbox.kinds import Kind, kinds
from upshot.web.outbox.models import Carrier, Delivery, House, Leave, Message, Preference
from upshot.web.outbox.scheduling import plan_round, replan
from upshot.web.outbox.services import withdraw
from upshot.web.people.models import Person

SAID: set[str] = set()
"""Keys of messages that the kind below takes for done."""


def done(organisation: Organisation, messages: Sequence[Message]) -> Iterable[int]:
    return [message.pk for message in messages if message.key in SAID]


STEP = Kind(name="step", label="Steps", heading="Next step", text="Go on.", done=f"{__name__}.done")


@pytest.fixture(autouse=True)
def with_steps(settings: Settings) -> Iterable[None]:
    settings.MESSAGE_KINDS = [*settings.MESSAGE_KINDS, f"{__name__}.STEPS"]
    kinds.cache_clear()
    SAID.clear()
    yield
    kinds.cache_clear()


STEPS = (STEP,)


def a_step(cast: Cast, key: str = "s", **more: Any) -> Message:
    return a_message(cast.organisation, key=key, kind="step", context={}, **more)


def recorded(cast: Cast) -> None:
    House.objects.create(organisation=cast.organisation, record_only=True)


def day_by_day(cast: Cast, days: int) -> None:
    for hour in range(2, 24 * days, 24):
        run(cast.organisation, later(hours=hour))


def test_nobody_gets_more_than_the_cap_in_a_week_and_nothing_is_lost(cast: Cast) -> None:
    recorded(cast)
    for hour in range(0, 24 * 7, 5):
        a_message(cast.organisation, key=f"n{hour}", at=later(hours=hour))
    day_by_day(cast, 10)
    weeks = list(Delivery.objects.order_by("day").values_list("week", "day"))
    assert [week for week, _day in weeks] == ["2026-W10"] * 3 + ["2026-W11"]
    assert Message.objects.filter(state="sent").count() == len(range(0, 24 * 7, 5))


def test_a_firm_may_set_another_cap_and_a_person_ask_for_less(cast: Cast) -> None:
    House.objects.create(organisation=cast.organisation, record_only=True, cap=2)
    Preference.objects.create(organisation=cast.organisation, person="m-1", cap=1)
    Preference.objects.create(organisation=cast.organisation, person="m-2", cap=7)
    for day in range(5):
        for person in ("p-1", "m-1", "m-2"):
            a_message(cast.organisation, person, key=f"d{day}", at=later(days=day))
    day_by_day(cast, 5)
    got = {person: Delivery.objects.filter(person=person).count() for person in ("p-1", "m-1", "m-2")}
    assert got == {"p-1": 2, "m-1": 1, "m-2": 2}


def test_what_is_done_by_the_time_it_would_be_sent_is_not_sent(cast: Cast, mailoutbox: list[object]) -> None:
    a_step(cast, "first")
    a_step(cast, "second")
    plan_round(cast.organisation, MONDAY)
    SAID.add("first")
    assert run(cast.organisation, later(hours=1)).sent == 1
    assert dict(Message.objects.values_list("key", "note")) == {"first": "done", "second": ""}
    SAID.add("third")
    a_step(cast, "third", at=later(days=1))
    assert run(cast.organisation, later(days=1, hours=1)).sent == 0
    assert len(mailoutbox) == 1
    assert Delivery.objects.count() == 1, "a day on which everything was done stays free"


def test_what_is_done_between_two_tries_is_not_tried_again(cast: Cast, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    a_step(cast)
    assert run(cast.organisation, later(hours=1)).again == 1
    SAID.add("s")
    assert run(cast.organisation, later(hours=2)).spared == 1
    assert not Delivery.objects.exists()
    assert Message.objects.get().note == "done"


def test_nobody_is_written_to_on_leave_however_late_it_was_noted(cast: Cast, mailoutbox: list[object]) -> None:
    a_message(cast.organisation)
    plan_round(cast.organisation, MONDAY)
    monday = MONDAY.date()
    Leave.objects.create(organisation=cast.organisation, person="p-1", first=monday, last=monday + dt.timedelta(days=2))
    assert run(cast.organisation, later(hours=1)).sent == 0
    assert plan_round(cast.organisation, later(hours=1)) == 1
    assert Message.objects.get().at == dt.datetime(2026, 3, 5, 8, 0, tzinfo=dt.UTC)
    assert not mailoutbox


def test_a_worker_that_comes_late_sends_nothing_into_the_night(cast: Cast, mailoutbox: list[object]) -> None:
    a_message(cast.organisation)
    plan_round(cast.organisation, MONDAY)
    assert run(cast.organisation, later(hours=13)).sent == 0
    assert run(cast.organisation, later(hours=23)).sent == 1
    assert len(mailoutbox) == 1


def test_a_kind_may_be_stopped_but_what_binds_comes_all_the_same(cast: Cast) -> None:
    recorded(cast)
    Preference.objects.create(organisation=cast.organisation, person="p-1", stopped=["note", "compliance"])
    a_message(cast.organisation, key="note")
    a_message(cast.organisation, key="law", kind="compliance")
    assert run(cast.organisation, later(hours=1)).sent == 1
    assert dict(Message.objects.values_list("key", "state")) == {"note": "dropped", "law": "sent"}


def test_each_is_written_to_by_the_clock_where_they_are(cast: Cast) -> None:
    House.objects.create(
        organisation=cast.organisation,
        record_only=True,
        zone="Europe/Berlin",
        country="DE",
        sites={"Boston": {"zone": "America/New_York", "country": "US"}},
    )
    Person.objects.create(organisation=cast.organisation, key="p-1", site="Boston")
    Preference.objects.create(organisation=cast.organisation, person="m-2", zone="Asia/Tokyo")
    easter = dt.datetime(2026, 4, 2, 16, 30, tzinfo=dt.UTC)
    for person in ("p-1", "m-1", "m-2"):
        a_message(cast.organisation, person, at=easter)
    plan_round(cast.organisation, easter)
    at = dict(Message.objects.values_list("person", "at"))
    assert at["p-1"] == dt.datetime(2026, 4, 2, 17, 0, tzinfo=dt.UTC), "one in the afternoon in Boston"
    assert at["m-1"] == dt.datetime(2026, 4, 7, 6, 0, tzinfo=dt.UTC), "eight in Berlin, after Easter Monday"
    assert at["m-2"] == dt.datetime(2026, 4, 6, 23, 0, tzinfo=dt.UTC), "eight in Tokyo, German holidays kept"


def test_who_has_no_address_is_not_forgotten_and_the_administrator_is_told(
    cast: Cast, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    a_message(cast.organisation, "p-9")
    assert run(cast.organisation, later(hours=1)).sent == 0
    assert Message.objects.get().note == "no-address"
    chores.due(later(hours=2))
    chores.due(later(hours=3))
    assert [mail.to for mail in mailoutbox] == [["administrator@nordvik.example"]]
    assert "They concern 1 people" in mailoutbox[0].body

    Membership.objects.filter(user=cast.users["analyst"]).update(person="p-9")
    chores.due(later(hours=4))
    chores.due(later(hours=5))
    assert mailoutbox[-1].to == ["analyst@nordvik.example"]
    assert Message.objects.get(person="p-9").state == "sent"


def test_what_is_open_is_asked_without_pairing_every_message_with_every_delivery(cast: Cast) -> None:
    recorded(cast)
    a_message(cast.organisation)
    run(cast.organisation, later(hours=1))
    a_message(cast.organisation, key="b", at=later(days=1))
    with CaptureQueriesContext(connection) as asked:
        chores.due(later(days=1, hours=1))
    assert Message.objects.get(key="b").state == Message.State.SENT
    assert not [
        one["sql"] for one in asked if "outbox_message" in one["sql"] and 'JOIN "outbox_delivery"' in one["sql"]
    ]


def test_who_has_left_is_written_to_no_more(cast: Cast, mailoutbox: list[object]) -> None:
    Person.objects.create(organisation=cast.organisation, key="p-1", left=MONDAY.date() - dt.timedelta(days=1))
    a_message(cast.organisation)
    run(cast.organisation, later(hours=1))
    assert not mailoutbox
    assert Message.objects.get().note == "left"


def test_a_delivery_whose_worker_was_killed_is_set_aside_and_not_sent_twice(
    cast: Cast, mailoutbox: list[object]
) -> None:
    a_message(cast.organisation)
    plan_round(cast.organisation, MONDAY)
    held = claim(cast.organisation, later(hours=1))
    assert len(held) == 1
    assert lose_killed(cast.organisation, later(hours=1)) == 0
    assert lose_killed(cast.organisation, later(hours=1) + LOST + dt.timedelta(seconds=1)) == 1
    assert run(cast.organisation, later(hours=2)).sent == 0
    assert (Delivery.objects.get().error, Message.objects.get().note) == ("interrupted", "interrupted")
    assert not mailoutbox


def test_a_second_delivery_on_one_day_or_over_the_cap_is_refused_by_the_table_itself(cast: Cast) -> None:
    recorded(cast)
    a_message(cast.organisation, key="a")
    run(cast.organisation, later(hours=1))
    a_message(cast.organisation, key="b")
    Message.objects.filter(key="b").update(state="planned", at=later(hours=1))
    assert claim(cast.organisation, later(hours=2)) == []
    assert Message.objects.get(key="b").state == Message.State.WAITING
    assert Delivery.objects.count() == 1


def test_a_delivery_that_was_given_up_leaves_its_number_of_the_week_to_another(cast: Cast) -> None:
    recorded(cast)
    for day in range(3):
        a_message(cast.organisation, key=f"d{day}", at=later(days=day))
        run(cast.organisation, later(days=day, hours=1))
    Delivery.objects.get(day=MONDAY.date()).delete()
    a_message(cast.organisation, key="late", at=later(days=3))
    assert run(cast.organisation, later(days=3, hours=1)).sent == 1
    assert sorted(Delivery.objects.values_list("number", flat=True)) == [1, 2, 3]
    a_message(cast.organisation, key="more", at=later(days=4))
    assert run(cast.organisation, later(days=4, hours=1)).sent == 0, "three in a week all the same"


def test_a_worker_that_comes_after_a_message_has_expired_drops_it_unless_it_binds(cast: Cast) -> None:
    recorded(cast)
    for key, kind in (("note", "note"), ("law", "compliance")):
        a_message(cast.organisation, key=key, kind=kind, expires=later(days=1))
    plan_round(cast.organisation, MONDAY)
    assert run(cast.organisation, later(days=2)).sent == 1
    assert dict(Message.objects.values_list("key", "state")) == {"note": "dropped", "law": "sent"}


def test_a_message_of_a_kind_that_is_gone_is_set_aside_and_holds_up_nobody(
    cast: Cast, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    a_message(cast.organisation, "m-1", "gone")
    a_message(cast.organisation, "p-1")
    Message.objects.filter(key="gone").update(kind="carrier-pigeon")
    done = run(cast.organisation, later(hours=1))
    assert (done.sent, done.dead) == (1, 1)
    assert Delivery.objects.get(person="m-1").error == "its words are no longer known"
    assert len(mailoutbox) == 1


def test_what_is_withdrawn_between_two_tries_or_while_no_address_is_known_is_not_said(
    cast: Cast, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    a_message(cast.organisation, about="path:x")
    a_message(cast.organisation, "p-9", about="path:x")
    assert run(cast.organisation, later(hours=1)).again == 1
    assert withdraw(cast.organisation, about="path:x") == 2
    assert run(cast.organisation, later(hours=2)).spared == 1
    assert not Delivery.objects.exists()
    assert set(Message.objects.values_list("state", "note")) == {("dropped", "withdrawn")}


def test_what_is_wished_anew_is_planned_anew(cast: Cast) -> None:
    recorded(cast)
    a_message(cast.organisation)
    plan_round(cast.organisation, MONDAY)
    Preference.objects.create(
        organisation=cast.organisation, person="p-1", quiet_from=dt.time(17), quiet_until=dt.time(15)
    )
    assert replan(cast.organisation, ["p-1"]) == 1
    plan_round(cast.organisation, MONDAY)
    assert Message.objects.get().at == MONDAY.replace(hour=15)


def test_planning_and_claiming_ask_as_often_for_thirty_people_as_for_three(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    recorded(cast)
    counted = []
    for people in (3, 30):
        for number in range(people):
            a_message(cast.organisation, f"q-{people}-{number}")
        with django_assert_num_queries(16, exact=False) as planning:
            plan_round(cast.organisation, MONDAY)
        with django_assert_num_queries(60, exact=False) as claiming:
            assert len(claim(cast.organisation, later(hours=1))) == people
        counted.append((len(planning), len(claiming)))
    assert counted[0][0] == counted[1][0]
    assert counted[1][1] - counted[0][1] <= 27, "one statement a delivery, to hold its messages"


def test_the_carrier_of_record_writes_down_what_it_would_have_sent(cast: Cast, mailoutbox: list[object]) -> None:
    recorded(cast)
    a_message(cast.organisation)
    assert run(cast.organisation, later(hours=1)).sent == 1
    kept = Delivery.objects.get()
    assert (kept.carrier, kept.subject, kept.sent) == (Carrier.RECORD, "Note a", later(hours=1))
    assert not mailoutbox


def test_what_is_old_is_deleted(cast: Cast) -> None:
    recorded(cast)
    a_message(cast.organisation)
    Message.objects.update(proposed=MONDAY)
    run(cast.organisation, later(hours=1))
    chores.forget(later(days=399))
    assert Delivery.objects.count() == Message.objects.count() == 1
    chores.forget(later(days=402))
    assert not Delivery.objects.exists()
    assert not Message.objects.exists()
