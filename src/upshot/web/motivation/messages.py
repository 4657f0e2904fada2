"""What is said about motivation: that a colleague wrote a sentence, and that a badge is there; both can be stopped."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from upshot.web.accounts.models import Organisation
from upshot.web.motivation.models import Badge, Recognition
from upshot.web.outbox.kinds import Kind
from upshot.web.outbox.models import Message

__all__ = ["KINDS", "answered", "removed"]

_HERE = "upshot.web.motivation.messages"

KINDS: tuple[Kind, ...] = (
    Kind(
        name="recognition",
        label=gettext_lazy("When a colleague writes a sentence about your work"),
        heading=gettext_lazy("A colleague noticed something you did"),
        text=gettext_lazy("They wrote a sentence about it. Only you can read it, and only if you want to."),
        action=gettext_lazy("Read it"),
        done=f"{_HERE}.removed",
    ),
    Kind(
        name="badge-offered",
        label=gettext_lazy("When a badge is there for you"),
        heading=gettext_lazy("A badge is there for you, if you want it"),
        text=gettext_lazy("%(name)s. It says what you showed, and nobody sees it unless you pass it on."),
        action=gettext_lazy("See what it says"),
        done=f"{_HERE}.answered",
        sample={"name": "Know your customer"},
    ),
)


def removed(organisation: Organisation, messages: Sequence[Message]) -> Iterable[int]:
    """The messages whose sentence was removed, or hidden, before they went out."""
    left = Recognition.objects.filter(organisation=organisation, hidden=None)
    return _without("recognition", left, messages)


def answered(organisation: Organisation, messages: Sequence[Message]) -> Iterable[int]:
    """The messages whose badge was taken, declined or revoked."""
    left = Badge.objects.filter(organisation=organisation, accepted=None, declined=None, revoked=None)
    return _without("badge", left, messages)


def _without(what: str, left: QuerySet[Recognition] | QuerySet[Badge], messages: Sequence[Message]) -> Iterable[int]:
    """The messages about none of the rows that are left."""
    theirs = left.filter(person__in={one.person for one in messages}).values_list("pk", flat=True)
    keys = {f"{what}:{number}" for number in theirs}
    return (message.pk for message in messages if message.key not in keys)
