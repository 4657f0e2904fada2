"""Pages of messages: what was sent to me and why, what I want, what administrators see and do."""

import datetime as dt
from email.message import Message as Mail

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast
from tests.web.outbox.builders import MONDAY, a_message, later, run
from tests.web.outbox.receivers import a_receiver
from tests.web.outbox.test_mailing import a_report

from upshot.web.audit.models import Access
from upshot.web.outbox.models import Channel, Delivery, House, Leave, Message, Preference
from upshot.web.outbox.sealing import opened as unsealed
from upshot.web.outbox.sealing import sealed

SLACK = "https://hooks.slack.com/services/T0000000/B0000000/sssssssssssssssssssssss1"
WISHES = {"carrier": "email", "zone": "Europe/Berlin", "quiet_until": "09:00", "quiet_from": "12:00", "cap": "2"}


def recorded(cast: Cast) -> None:
    House.objects.create(organisation=cast.organisation, record_only=True)


def test_everybody_sees_what_was_sent_to_them_and_why_and_nobody_elses(cast: Cast) -> None:
    recorded(cast)
    a_message(cast.organisation, "p-1", "mine", why="Your wave began.")
    a_message(cast.organisation, "m-1", "theirs", why="Secret reason.")
    a_message(cast.organisation, "p-1", "stopped")
    Message.objects.filter(key="stopped").update(state="dropped", note="done")
    run(cast.organisation, later(hours=1))
    page = cast.client("learner").get("/o/nordvik/messages/").content.decode()
    assert "Note mine" in page
    assert "Your wave began." in page
    assert "As it was sent" in page
    assert "not sent: done already" in page
    assert "Secret reason." not in page


def test_the_page_of_my_messages_asks_as_often_for_thirty_as_for_three(cast: Cast) -> None:
    recorded(cast)
    counted = []
    for number in (3, 30):
        for day in range(number):
            a_message(cast.organisation, key=f"{number}-{day}", at=later(days=7 * day))
            run(cast.organisation, later(days=7 * day, hours=1))
        client = cast.client("learner")
        with CaptureQueriesContext(connection) as asked:
            client.get("/o/nordvik/messages/")
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_a_person_says_when_and_what_and_the_plan_follows(cast: Cast) -> None:
    a_message(cast.organisation)
    Message.objects.update(state="planned", at=MONDAY)
    client = cast.client("learner")
    assert client.post("/o/nordvik/messages/preferences/", {**WISHES, "wanted": ["task"]}).status_code == 302
    kept = Preference.objects.get()
    assert (kept.person, kept.zone, kept.cap, kept.quiet_until) == ("p-1", "Europe/Berlin", 2, dt.time(9))
    assert "note" in kept.stopped
    assert "task" not in kept.stopped
    assert "compliance" not in kept.stopped
    assert "dead-letters" not in kept.stopped, "a learner is not asked about it"
    assert Message.objects.get().state == Message.State.WAITING


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"quiet_until": "07:00"}, "within the firm"),
        ({"quiet_from": "22:00"}, "within the firm"),
        ({"quiet_until": "11:00"}, "at least two hours"),
        ({"quiet_until": ""}, "both times"),
        ({"carrier": "slack"}, "need an address"),
        ({"carrier": "slack", "webhook": "https://evil.example/x"}, "not the address of an incoming webhook"),
        ({"zone": "Moon/Base"}, "Select a valid choice"),
        ({"cap": "9"}, "Select a valid choice"),
    ],
)
def test_wishes_outside_the_firms_limits_are_refused_beside_their_field(
    cast: Cast, wrong: dict[str, str], said: str
) -> None:
    reply = cast.client("learner").post("/o/nordvik/messages/preferences/", {**WISHES, **wrong})
    assert reply.status_code == 200
    assert said in reply.content.decode()
    assert not Preference.objects.exists()


def test_an_address_of_ones_own_is_kept_encrypted_and_never_shown_again(cast: Cast) -> None:
    client = cast.client("learner")
    client.post("/o/nordvik/messages/preferences/", {**WISHES, "carrier": "slack", "webhook": SLACK})
    kept = Preference.objects.get()
    assert unsealed(kept.webhook) == SLACK
    assert "T0000000" not in client.get("/o/nordvik/messages/preferences/").content.decode()
    client.post("/o/nordvik/messages/preferences/", {**WISHES, "carrier": "slack"})
    other = client.post("/o/nordvik/messages/preferences/", {**WISHES, "carrier": "teams"}).content.decode()
    assert "need an address" in other, "Slack's address is none of Teams'"
    assert unsealed(Preference.objects.get().webhook) == SLACK
    client.post("/o/nordvik/messages/preferences/", WISHES)
    assert Preference.objects.get().webhook == ""


def test_leave_is_noted_shown_and_taken_back_by_its_owner_only(cast: Cast) -> None:
    client, today = cast.client("learner"), timezone.localdate()
    away = {"first": today.isoformat(), "last": (today + dt.timedelta(days=3)).isoformat()}
    for _click in range(2):
        client.post("/o/nordvik/messages/leave/", away)
    leave = Leave.objects.get()
    assert "Take back" in client.get("/o/nordvik/messages/preferences/").content.decode()
    cast.client("manager").post(f"/o/nordvik/messages/leave/{leave.pk}/remove/")
    assert Leave.objects.exists()
    client.post(f"/o/nordvik/messages/leave/{leave.pk}/remove/")
    assert not Leave.objects.exists()
    wrong = client.post("/o/nordvik/messages/leave/", {"first": "2026-03-04", "last": "2026-03-01"})
    assert "The last day comes after the first" in wrong.content.decode()


HOUSE = {
    "zone": "Europe/Berlin",
    "country": "de",
    "part": "by",
    "quiet_until": "08:00",
    "quiet_from": "17:30",
    "days": ["0", "1", "2", "3"],
    "cap": "2",
    "site_rows": "Lyon, Europe/Paris, FR\n\nOslo, Europe/Oslo",
}


def test_an_administrator_says_how_the_firm_writes(cast: Cast) -> None:
    client = cast.client("administrator")
    assert client.post("/o/nordvik/messages/house/", HOUSE).status_code == 302
    house = House.objects.get()
    assert (house.country, house.part, house.cap, house.days) == ("DE", "BY", 2, [0, 1, 2, 3])
    assert house.sites["Lyon"] == {"zone": "Europe/Paris", "country": "FR", "part": ""}
    assert "Lyon, Europe/Paris, FR" in client.get("/o/nordvik/messages/house/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"country": "QQ"}, "holidays are not known"),
        ({"part": "XX"}, "holidays are not known"),
        ({"quiet_from": "09:00"}, "at least two hours"),
        ({"site_rows": "Lyon, Europe/Paris\nBonn, Nowhere/Else\nx"}, "line 2, 3"),
        ({"cap": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_house_that_cannot_be_is_refused(cast: Cast, wrong: dict[str, str], said: str) -> None:
    reply = cast.client("administrator").post("/o/nordvik/messages/house/", {**HOUSE, **wrong})
    assert said in reply.content.decode()
    assert not House.objects.exists()


def test_counts_name_nobody(cast: Cast) -> None:
    recorded(cast)
    now = timezone.now()
    for person in ("p-1", "m-1"):
        a_message(cast.organisation, person, at=now)
        Delivery.objects.create(
            organisation=cast.organisation, person=person, day=now.date(), week=f"{now:%G-W%V}", number=1, state="sent"
        )
    page = cast.client("administrator").get("/o/nordvik/messages/counts/").content.decode()
    assert f"{now:%G-W%V}" in page
    assert "Notes of a rule" in page
    assert "p-1" not in page


def test_what_could_not_be_delivered_is_listed_with_the_look_logged_and_tried_again(cast: Cast) -> None:
    a_message(cast.organisation, "p-9")
    a_message(cast.organisation)
    run(cast.organisation, later(hours=1))
    Delivery.objects.update(state="dead", error="mailbox refused (550)")
    Message.objects.filter(person="p-1").update(state="dead", note="undeliverable")
    client = cast.client("administrator")
    page = client.get("/o/nordvik/messages/undelivered/").content.decode()
    assert "mailbox refused (550)" in page
    assert "p-9" in page
    assert Access.objects.get(what="messages").people == 2
    client.post("/o/nordvik/messages/undelivered/retry/", {"delivery": Delivery.objects.get().pk})
    assert Delivery.objects.get().state == "retry"
    client.post("/o/nordvik/messages/undelivered/retry/")
    assert Message.objects.get(person="p-9").state == "waiting"
    client.post("/o/nordvik/messages/undelivered/retry/")
    assert "nothing left to try" in client.get("/o/nordvik/messages/undelivered/").content.decode()


def test_a_report_of_a_mail_that_came_back_is_handed_over(cast: Cast, mailoutbox: list[Mail]) -> None:
    a_message(cast.organisation)
    run(cast.organisation, later(hours=1))
    reference = Delivery.objects.get().reference
    client = cast.client("administrator")
    url = "/o/nordvik/messages/undelivered/bounce/"
    wrong = client.post(url, {"report": SimpleUploadedFile("a.eml", b"hello")})
    assert "not a report of a mail server" in wrong.content.decode()
    client.post(url, {"report": SimpleUploadedFile("b.eml", a_report("5.1.1", reference))})
    assert Delivery.objects.get().error == "came back (5.1.1)"


def test_channels_are_added_tried_and_taken_away(cast: Cast) -> None:
    client = cast.client("administrator")
    channel = {"name": "learning", "carrier": "slack", "webhook": SLACK}
    client.post("/o/nordvik/messages/channels/", channel)
    again = client.post("/o/nordvik/messages/channels/", channel)
    assert "a channel of this name already" in again.content.decode()
    kept = Channel.objects.get()
    with a_receiver() as receiver:
        Channel.objects.update(webhook=sealed(receiver.url))
        client.post(f"/o/nordvik/messages/channels/{kept.pk}/try/")
        receiver.status = 500
        client.post(f"/o/nordvik/messages/channels/{kept.pk}/try/")
    page = client.get("/o/nordvik/messages/channels/").content.decode()
    assert "It arrived." in page
    assert "It did not arrive: HTTP 500." in page
    assert "T0000000" not in page
    client.post(f"/o/nordvik/messages/channels/{kept.pk}/remove/")
    assert not Channel.objects.exists()


def test_the_words_of_every_kind_are_shown(cast: Cast) -> None:
    page = cast.client("administrator").get("/o/nordvik/messages/words/").content.decode()
    assert "What the law or the firm requires" in page
    assert "[heading]" in page


@pytest.fixture
def busy(transactional_db: None, cast: Cast) -> Cast:
    a_message(cast.organisation, "@1", "one", link="/o/nordvik/")
    recorded(cast)
    for part, person in (("learner", "p-1"), ("administrator", f"@{cast.users['administrator'].pk}")):
        a_message(cast.organisation, person, f"{part}-a", link="/o/nordvik/")
        a_message(cast.organisation, person, f"{part}-b", why="Your wave began on 2 March.")
    run(cast.organisation, later(hours=1))
    a_message(cast.organisation, "p-1", "later", at=timezone.now())
    Channel.objects.create(organisation=cast.organisation, name="learning", carrier="slack", webhook=sealed(SLACK))
    Delivery.objects.filter(person="@1").update(state="dead", error="mailbox refused (550)")
    return cast


@pytest.mark.parametrize("mode", list(MODES))
def test_the_pages_are_accessible(busy: Cast, opened: Opener, mode: str) -> None:
    for part, path in (
        ("learner", ""),
        ("learner", "preferences/"),
        ("administrator", "house/"),
        ("administrator", "channels/"),
        ("administrator", "words/"),
        ("administrator", "counts/"),
        ("administrator", "undelivered/"),
    ):
        page = opened(f"/o/nordvik/messages/{path}", busy.users[part], mode=mode)
        assert not page.get_by_text("Something went wrong").is_visible(), path
        accessible(page, f"messages-{path.strip('/') or 'mine'}-{mode}")


def test_preferences_are_kept_without_javascript(busy: Cast, opened: Opener) -> None:
    page = opened("/o/nordvik/messages/preferences/", busy.users["learner"], javascript=False)
    page.get_by_label("Not before").fill("09:00")
    page.get_by_label("Not after").fill("15:00")
    page.get_by_role("button", name="Keep").click()
    assert page.get_by_text("What was planned for you follows it.").is_visible()
    assert Preference.objects.get(person="p-1").quiet_until == dt.time(9)
