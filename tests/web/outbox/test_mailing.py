"""Letters through a real mail server: as received, with calendar entries, refused for good and for now, gone."""

import datetime as dt
from collections.abc import Iterator

import pytest
from icalendar import Calendar
from pytest_django.fixtures import Settings
from tests.web.cast import Cast
from tests.web.outbox.builders import MONDAY, a_message, later, run
from tests.web.outbox.receivers import Mailbox, a_mail_server

from upshot.errors import InputError
from upshot.web.outbox import bounces
from upshot.web.outbox.invitations import entry, next_sequence
from upshot.web.outbox.models import Delivery, Message
from upshot.web.outbox.sending import ATTEMPTS
from upshot.web.people.models import Person

LEARNER = "learner@nordvik.example"


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    with a_mail_server() as mailbox:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = ""
        settings.EMAIL_TIMEOUT = 2
        yield mailbox


def test_two_messages_arrive_as_one_letter_that_says_why_and_how_to_stop_it(cast: Cast, mailbox: Mailbox) -> None:
    Person.objects.create(organisation=cast.organisation, key="p-1", name="Kim Berg")
    a_message(cast.organisation, key="one", link="/o/nordvik/learn/")
    a_message(cast.organisation, key="two", at=later(minutes=10))
    assert run(cast.organisation, MONDAY).sent == 0, "the first waits for others"
    assert run(cast.organisation, later(minutes=30)).sent == 1

    mail = mailbox.mails[0]
    assert len(mailbox.mails) == 1
    assert mail["To"] == LEARNER
    assert mail["Subject"] == "Note one, and one more"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    for body in (text.get_content(), html.get_content()):
        assert "Hello Kim Berg," in body
        assert "You asked for it." in body
        assert "/o/nordvik/learn/" in body
        assert "/o/nordvik/messages/preferences/" in body
    kept = Delivery.objects.get()
    assert (kept.state, kept.subject) == ("sent", mail["Subject"])
    assert kept.text == text.get_content().replace("\r\n", "\n")
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_what_somebody_typed_does_no_harm_in_a_mail(cast: Cast, mailbox: Mailbox) -> None:
    a_message(cast.organisation, context={"heading": "A\nBcc: all@x.example", "text": "<script>1</script> & more"})
    assert run(cast.organisation, later(hours=1)).sent == 1
    mail = mailbox.mails[0]
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert mail["Bcc"] is None
    assert mail["Subject"] == "A Bcc: all@x.example"
    assert html is not None
    assert text is not None
    assert "<script>" not in html.get_content()
    assert "<script>1</script> & more" in text.get_content()


def test_a_date_that_moves_updates_the_entry_in_the_calendar_and_a_cancelled_one_leaves_it(
    cast: Cast, mailbox: Mailbox
) -> None:
    firm, uid = cast.organisation, "wave-2@nordvik"
    for number, (day, cancelled) in enumerate([(10, False), (17, False), (17, True)]):
        assert next_sequence(firm, "p-1", uid) == number
        kept = entry(
            uid=uid,
            title="Value selling",
            start=dt.date(2026, 3, day),
            sequence=number,
            text="Bring, if you can; a case",
            cancelled=cancelled,
        )
        a_message(firm, key=f"wave:{number}", at=later(days=number), invitation=kept)
        assert run(firm, later(days=number, hours=1)).sent == 1

    calendars = []
    for mail in mailbox.mails:
        part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
        calendars.append((part["Content-Type"].params["method"], Calendar.from_ical(part.get_content())))
    said = [
        (method, str(calendar["METHOD"]), event["UID"], event["SEQUENCE"], event["DTSTART"].dt, event["DTEND"].dt)
        for method, calendar in calendars
        for event in calendar.walk("VEVENT")
    ]
    assert said == [
        ("REQUEST", "REQUEST", uid, 0, dt.date(2026, 3, 10), dt.date(2026, 3, 11)),
        ("REQUEST", "REQUEST", uid, 1, dt.date(2026, 3, 17), dt.date(2026, 3, 18)),
        ("CANCEL", "CANCEL", uid, 2, dt.date(2026, 3, 17), dt.date(2026, 3, 18)),
    ]
    event = calendars[0][1].walk("VEVENT")[0]
    assert event["DESCRIPTION"] == "Bring, if you can; a case"
    assert event["ATTENDEE"] == f"mailto:{LEARNER}"


def test_a_mailbox_that_refuses_for_good_is_set_aside_at_once_and_its_address_is_not_repeated(
    cast: Cast, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.refused[LEARNER] = f"550 5.1.1 <{LEARNER}> unknown"
    a_message(cast.organisation)
    with caplog.at_level("DEBUG"):
        assert run(cast.organisation, later(hours=1)).dead == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error) == ("dead", "mailbox refused (550)")
    assert Message.objects.get().state == Message.State.DEAD
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("upshot")]
    assert ours == [f"Delivery {delivery.pk}: dead after 1 tries (mailbox refused (550))."]


def test_a_mailbox_that_is_full_for_now_is_tried_again_later_and_later_and_then_set_aside(
    cast: Cast, mailbox: Mailbox
) -> None:
    mailbox.refused[LEARNER] = "452 4.2.2 mailbox full"
    a_message(cast.organisation)
    now, tries = later(hours=1), []
    assert run(cast.organisation, now).again == 1
    while (delivery := Delivery.objects.get()).state == Delivery.State.RETRY:
        assert delivery.next_try is not None
        tries.append(delivery.next_try)
        now = delivery.next_try
        assert run(cast.organisation, now - dt.timedelta(minutes=1)).again == 0, "not before its time"
        run(cast.organisation, now)
    assert len(tries) == ATTEMPTS - 1
    assert [(moment.strftime("%a %H:%M")) for moment in tries] == [
        "Mon 10:05",
        "Mon 10:25",
        "Mon 11:45",
        "Mon 17:05",
        "Tue 14:25",
    ]
    assert delivery.state == Delivery.State.DEAD
    assert delivery.day == dt.date(2026, 3, 3), "it counts for the day on which it was tried last"
    assert not mailbox.mails


def test_the_others_still_get_theirs_when_one_mailbox_refuses(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.refused[LEARNER] = "550 no"
    for person in ("m-1", "p-1", "m-2"):
        a_message(cast.organisation, person)
    done = run(cast.organisation, later(hours=1))
    assert (done.sent, done.dead) == (2, 1)
    assert sorted(mail["To"] for mail in mailbox.mails) == ["manager@nordvik.example", "other_manager@nordvik.example"]


def test_a_mail_server_that_is_gone_loses_nothing(cast: Cast, settings: Settings) -> None:
    with a_mail_server() as gone:
        port = gone.port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 1
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    a_message(cast.organisation)
    assert run(cast.organisation, later(hours=1)).again == 1
    assert Delivery.objects.get().error == "the mail server cannot be reached"
    with a_mail_server() as back:
        settings.EMAIL_PORT = back.port
        assert run(cast.organisation, later(hours=2)).sent == 1
    assert len(back.mails) == 1


def test_a_mail_that_comes_back_later_is_found_by_its_report(cast: Cast, mailbox: Mailbox) -> None:
    a_message(cast.organisation)
    run(cast.organisation, later(hours=1))
    reference = mailbox.mails[0]["Message-ID"]
    assert bounces.take(cast.organisation, a_report("4.4.1", reference)) == 0
    assert bounces.take(cast.organisation, a_report("5.1.1", reference)) == 1
    assert Delivery.objects.get().error == "came back (5.1.1)"
    assert Message.objects.get().note == "bounced"
    for wrong in (a_report("5.1.1", "<other@x>"), b"no report", b""):
        with pytest.raises(InputError):
            bounces.take(cast.organisation, wrong)


def a_report(status: str, reference: str) -> bytes:
    """A delivery status report as mail servers write them (RFC 3464)."""
    lines = [
        "From: MAILER-DAEMON@mx.example",
        "To: upshot@localhost",
        "Subject: Undelivered Mail Returned to Sender",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "It did not arrive.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example",
        "",
        "Final-Recipient: rfc822; learner@nordvik.example",
        "Action: failed",
        f"Status: {status}",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {reference}",
        "Subject: Note a",
        "",
        "--b--",
    ]
    return "\r\n".join(lines).encode()
