"""Bounces are fetched from a real mailbox over IMAP: taken once, nothing deleted, and no password is given away."""

import datetime as dt
import imaplib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core.cache import cache
from pytest_django.fixtures import Settings
from tests.web.cast import Cast
from tests.web.outbox.builders import a_message, later, run
from tests.web.outbox.imap_server import Post, an_imap_server
from tests.web.outbox.test_mailing import a_report

from upshot.errors import WorkspaceError
from upshot.web.outbox.bounce_mailbox import Looked, look_through, poll
from upshot.web.outbox.chores import due
from upshot.web.outbox.models import Delivery, Message

NOON = dt.datetime(2026, 3, 4, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    cache.clear()
    with an_imap_server() as found:
        settings.ENVIRONMENT = replace(settings.ENVIRONMENT, bounces_url=found.url)
        yield found


def sent(cast: Cast, person: str = "p-1") -> Delivery:
    a_message(cast.organisation, person)
    run(cast.organisation, later(hours=1))
    return Delivery.objects.get(person=person)


def test_a_mail_that_came_back_is_fetched_and_sets_its_delivery_aside(cast: Cast, post: Post, mailoutbox: list) -> None:
    delivery = sent(cast)
    post.mails.append(a_report("5.1.1", delivery.reference))
    due(NOON)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (Delivery.State.DEAD, "came back (5.1.1)")
    assert Message.objects.get(person="p-1").note == "bounced"
    assert (post.seen, post.logins, len(post.mails)) == ({1}, 1, 1)


def test_delays_and_other_mails_set_nothing_aside_and_are_read_once(cast: Cast, post: Post, mailoutbox: list) -> None:
    delivery = sent(cast)
    away = b"From: a@b.example\r\nSubject: I am away\r\n\r\nUntil Monday.\r\n"
    post.mails += [a_report("4.4.1", delivery.reference), away, a_report("5.1.1", "<other@x>"), b""]
    assert look_through(post.url) == Looked(reports=1, aside=0, others=3)
    assert look_through(post.url) == Looked()
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.SENT


def test_a_report_that_was_taken_and_not_marked_changes_nothing_when_it_is_taken_again(
    cast: Cast, post: Post, mailoutbox: list
) -> None:
    post.mails.append(a_report("5.1.1", sent(cast).reference))
    assert look_through(post.url) == Looked(reports=1, aside=1)
    post.seen.clear()
    assert look_through(post.url) == Looked(reports=1, aside=0)


def test_two_workers_look_once_in_five_minutes(cast: Cast, post: Post) -> None:
    assert [poll(NOON), poll(NOON), poll(NOON + dt.timedelta(minutes=4))] == [Looked(), None, None]
    assert poll(NOON + dt.timedelta(minutes=5)) == Looked()
    assert post.logins == 2


def test_without_an_address_nothing_is_looked_at(cast: Cast) -> None:
    assert poll(NOON) is None


@pytest.mark.parametrize("wrong", ["password", "folder", "gone"])
def test_a_mailbox_that_does_not_open_is_logged_without_its_password_and_holds_up_nothing(
    wrong: str, cast: Cast, post: Post, settings: Settings, caplog: pytest.LogCaptureFixture, mailoutbox: list
) -> None:
    url = {
        "password": post.url.replace("secret", "wrong"),
        "folder": f"{post.url}-other",
        "gone": post.url.replace(f":{post.port}/", ":1/"),
    }[wrong]
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, bounces_url=url)
    with pytest.raises((OSError, imaplib.IMAP4.error)):
        look_through(url)
    a_message(cast.organisation)
    due(later(hours=1))
    assert len(mailoutbox) == 1
    assert "The mailbox of bounces could not be read" in caplog.text
    assert "secret" not in caplog.text
    assert "wrong" not in caplog.text


@pytest.mark.parametrize(
    ("url", "words"),
    [("https://mail.example/", "no address of a mailbox"), ("imap:///INBOX", "no address of a mailbox")],
)
def test_an_address_that_is_none_says_what_to_write(
    url: str, words: str, cast: Cast, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(WorkspaceError, match=words):
        look_through(url)
    cache.clear()
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, bounces_url=url)
    assert poll(NOON) is None
    assert "imaps://user:password@host/INBOX" in caplog.text


def test_no_password_goes_to_another_machine_in_the_clear(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upshot.web.outbox.bounce_mailbox._NEAR", frozenset())
    with pytest.raises(WorkspaceError, match="unencrypted"):
        look_through(post.url)
    assert post.logins == 0
