"""The two examples in the documentation are what the code sends: a digest as HTML, an invitation as a mail."""

import datetime as dt
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings as django_settings
from pytest_django.fixtures import Settings
from tests.web.cast import Cast

from upshot.web.outbox.composing import compose
from upshot.web.outbox.invitations import entry
from upshot.web.outbox.mailing import mail_of, reference_of
from upshot.web.outbox.models import Message

IMAGES = Path(__file__).parents[3] / "docs" / "images"
DIGEST, INVITATION = IMAGES / "message-digest.html", IMAGES / "message-invitation.eml"
NOW = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)


def said(cast: Cast, kind: str, why: str, **context: str) -> Message:
    return Message(
        organisation=cast.organisation, person="p-1", kind=kind, why=why, context=context, link="/o/harbour/learning/"
    )


def harbour(cast: Cast, settings: Settings) -> None:
    settings.ENVIRONMENT = replace(django_settings.ENVIRONMENT, url="https://upshot.example")
    settings.DEFAULT_FROM_EMAIL = "Upshot <upshot@upshot.example>"
    cast.organisation.name, cast.organisation.slug = "Harbour", "harbour"


def a_digest(cast: Cast) -> str:
    rule = "A rule of your firm: {}."
    messages = [
        said(
            cast,
            "note",
            rule.format("Remind people who fell behind, once"),
            heading="Text blocks: still open",
            text="Your lead can free an hour for it.",
        ),
        said(
            cast,
            "task",
            rule.format("Nobody's certificate runs out unnoticed"),
            heading="Renew “Know your customer”",
            text="It runs out on 20 December 2026. Renewing takes 45 minutes.",
        ),
    ]
    for number, message in enumerate(messages):
        message.pk = number
    return compose(cast.organisation, messages, name="Maya Okafor").html


def an_invitation(cast: Cast) -> bytes:
    title, start = "Faster wrap-up", dt.date(2026, 12, 7)
    message = said(
        cast,
        "wave-starts",
        "A rule of your firm: Tell people when their training starts.",
        initiative=title,
        day="7 December 2026",
        reason="Your wave was drawn by lot.",
    )
    message.pk = 1
    letter = compose(cast.organisation, [message], name="Maya Okafor")
    kept = entry(uid="wave-5c1f0d@harbour.upshot", title=title, start=start)
    mail = mail_of(
        letter,
        to="maya.okafor@harbour.example",
        reference=reference_of(4711),
        preferences="https://upshot.example/o/harbour/messages/preferences/",
        invitations=[kept],
        now=NOW,
    )
    return mail.message().as_bytes()


def test_the_digest_is_what_the_documentation_shows(cast: Cast, settings: Settings) -> None:
    harbour(cast, settings)
    assert DIGEST.read_text(encoding="utf-8") == a_digest(cast)


def test_the_invitation_is_what_the_documentation_shows(cast: Cast, settings: Settings) -> None:
    harbour(cast, settings)
    shown, made = (
        message_from_bytes(mail, policy=policy.default) for mail in (INVITATION.read_bytes(), an_invitation(cast))
    )
    kept = ("Subject", "To", "From", "Message-ID", "Auto-Submitted", "List-Unsubscribe")
    assert [shown[name] for name in kept] == [made[name] for name in kept]
    bodies = [
        [part.get_content().replace("\r\n", "\n") for part in mail.walk() if not part.is_multipart()]
        for mail in (shown, made)
    ]
    assert bodies[0] == bodies[1]
    assert "UID:wave-5c1f0d@harbour.upshot" in bodies[1][2]
