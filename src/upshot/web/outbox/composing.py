"""Messages as they are read: subject, plain text and HTML of one mail; a card for Slack or Teams."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import ngettext

from upshot.web.accounts.models import Organisation
from upshot.web.outbox.kinds import kind_of, words_of
from upshot.web.outbox.models import Message

__all__ = ["Item", "Letter", "compose", "items_of"]

_SUBJECT = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One message within a letter: words, why it came, and absolute addresses."""

    heading: str
    text: str
    why: str
    action: str
    url: str
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What one delivery says."""

    subject: str
    text: str
    html: str
    items: tuple[Item, ...]


def items_of(messages: Sequence[Message]) -> tuple[Item, ...]:
    """Messages as items: what binds first, then in the order in which they were proposed."""
    return tuple(_item(message) for message in sorted(messages, key=lambda one: (not one.binding, one.pk)))


def compose(organisation: Organisation, messages: Sequence[Message], *, name: str = "", cap: int = 3) -> Letter:
    """The letter of a delivery.

    Parameters
    ----------
    name
        Whom it greets; may be empty.
    cap
        Most letters a week, which it says at its end.
    """
    items = items_of(messages)
    context = {
        "organisation": organisation,
        "items": items,
        "name": name,
        "cap": cap,
        "preferences": absolute(reverse("my-preferences", kwargs={"org": organisation.slug})),
        "mine": absolute(reverse("my-messages", kwargs={"org": organisation.slug})),
    }
    subject = _subject(items)
    return Letter(
        subject=subject,
        text=render_to_string("outbox/letter.txt", context).strip() + "\n",
        html=render_to_string("outbox/letter.html", {**context, "subject": subject}),
        items=items,
    )


def absolute(path: str) -> str:
    """The whole address of a place within the product; nothing for nothing."""
    return f"{settings.ENVIRONMENT.url}{path}" if path.startswith("/") else path


def _item(message: Message) -> Item:
    words = words_of(kind_of(message.kind), message.context)
    return Item(
        heading=words.heading,
        text=words.text,
        why=message.why,
        action=words.action if message.link else "",
        url=absolute(message.link),
        also=tuple((label, absolute(path)) for label, path in message.also),
    )


def _subject(items: Sequence[Item]) -> str:
    """The first heading, and how many more; in one line, whatever was typed."""
    more = len(items) - 1
    first = " ".join(items[0].heading.split())[:_SUBJECT]
    if not more:
        return first
    return first + ngettext(", and one more", ", and %(more)d more", more) % {"more": more}
