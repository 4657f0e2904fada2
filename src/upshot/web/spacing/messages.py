"""The message that carries a question: its words, and when it need not be sent any more."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy

from upshot.web.accounts.models import Organisation
from upshot.web.outbox.kinds import Kind
from upshot.web.outbox.models import Message
from upshot.web.spacing.models import Card

__all__ = ["KIND", "KINDS", "PURPOSE", "about_of", "answered", "later_key"]

PURPOSE = "spaced-question"
"""What the signed link in the message is for."""
KIND = "spaced-question"
"""The kind of message that carries a question."""

KINDS: tuple[Kind, ...] = (
    Kind(
        name=KIND,
        label=gettext_lazy("Questions about what you practised"),
        heading=gettext_lazy("One decision from: %(title)s"),
        text=gettext_lazy("%(step)s. What do you do? It takes a minute, and needs no sign-in."),
        action=gettext_lazy("Decide"),
        done="upshot.web.spacing.messages.answered",
    ),
)


def about_of(card: Card, number: int) -> str:
    """What a message concerns: one question of one card."""
    return f"spaced:{card.pk}:{number}"


def later_key(scenario: int) -> str:
    """What is written down, once, for a person whose turn to be asked of a scenario comes later."""
    return f"spaced-later:{scenario}"


def answered(organisation: Organisation, messages: Sequence[Message]) -> Iterable[int]:
    """The messages whose question was answered, or is no longer asked."""
    asked = {message.pk: message.about.split(":")[1:] for message in messages}
    cards = {
        card.pk: card
        for card in Card.objects.filter(organisation=organisation, pk__in={int(card) for card, _ in asked.values()})
    }
    for message, (number, question) in asked.items():
        card = cards.get(int(number))
        if card is None or card.ended is not None or card.answered >= int(question):
            yield message
