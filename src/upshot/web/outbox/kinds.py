"""The kinds of message there are: their words, what stops them, and whether a person may stop them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer

if TYPE_CHECKING:
    from upshot.web.accounts.models import Organisation
    from upshot.web.outbox.models import Message

__all__ = ["KINDS", "DoneCheck", "Kind", "Words", "choosable", "kind_of", "kinds", "nothing_undelivered", "words_of"]

DoneCheck = Callable[["Organisation", "Sequence[Message]"], Iterable[int]]
"""Which of these messages need not be said any more, by number; asked for many people at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of message.

    Parameters
    ----------
    name
        Stable, kebab-case.
    label
        How a person reads it in their preferences.
    heading, text
        The words, with ``%(name)s`` where the message's context fills in. Short and kind.
    action
        Words of the link.
    done
        Dotted path of a `DoneCheck`; empty where nothing makes such a message superfluous.
    binding
        Compliance: a person may say when, not whether.
    sample
        Values of an example, for the page that shows the words; what is left out shows as its name.
    needs
        What somebody must be allowed for to get such a message at all; nobody else is asked about it.
    """

    name: str
    label: str | Promise
    heading: str | Promise
    text: str | Promise
    action: str | Promise = ""
    done: str = ""
    binding: bool = False
    sample: Mapping[str, Any] = field(default_factory=dict)
    needs: Permission | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A message as it is read: heading, text, and the words of its link."""

    heading: str
    text: str
    action: str


KINDS: tuple[Kind, ...] = (
    Kind(
        name="note",
        label=_("Notes of a rule"),
        heading="%(heading)s",
        text="%(text)s",
        action=_("Open it"),
    ),
    Kind(
        name="task",
        label=_("Things to do"),
        heading=_("To do: %(heading)s"),
        text="%(text)s",
        action=_("Open it"),
    ),
    Kind(
        name="wave-starts",
        label=_("When your training starts"),
        heading=_("%(initiative)s starts for you on %(day)s"),
        text=_("%(reason)s The day is in the calendar entry attached."),
        action=_("See your path"),
    ),
    Kind(
        name="wave-moved",
        label=_("When a date of your training changes"),
        heading=_("%(initiative)s: your day is now %(day)s"),
        text=_("It was %(before)s. The calendar entry attached replaces the earlier one."),
        action=_("See your path"),
    ),
    Kind(
        name="dead-letters",
        label=_("Messages that could not be delivered"),
        heading=_("%(messages)s messages could not be delivered"),
        text=_("They concern %(people)s people: a mailbox refused them, or there is no address. Nothing is lost."),
        action=_("See why, and try again"),
        done="upshot.web.outbox.kinds.nothing_undelivered",
        needs=Permission.ACCESS,
    ),
    Kind(
        name="compliance",
        label=_("What the law or the firm requires"),
        heading="%(heading)s",
        text="%(text)s",
        action=_("Do it now"),
        binding=True,
    ),
)
"""The kinds that belong to no other part of the product."""


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind there is by name: those here and those of ``settings.MESSAGE_KINDS``."""
    found: tuple[Kind, ...] = KINDS
    for path in settings.MESSAGE_KINDS:
        found += import_string(path)
    return {kind.name: kind for kind in found}


def kind_of(name: str) -> Kind:
    """A kind by name.

    Raises
    ------
    LookupError
        If there is none.
    """
    try:
        return kinds()[name]
    except KeyError:
        raise LookupError(f"There is no kind of message {name!r}; add it to settings.MESSAGE_KINDS.") from None


def choosable(viewer: Viewer) -> list[Kind]:
    """Kinds that somebody may get and may stop."""
    return [kind for kind in kinds().values() if not kind.binding and (kind.needs is None or viewer.may(kind.needs))]


def words_of(kind: Kind, context: Mapping[str, Any]) -> Words:
    """The words of a message.

    Raises
    ------
    KeyError
        If the context lacks a value the words need.
    """
    return Words(str(kind.heading) % context, str(kind.text) % context, str(kind.action) % context)


def nothing_undelivered(organisation: "Organisation", messages: "Sequence[Message]") -> Iterable[int]:
    """The messages about undelivered ones, once there are none."""
    from upshot.web.outbox.models import Message

    left = Message.objects.filter(organisation=organisation, state=Message.State.DEAD).exists()
    return () if left else (message.pk for message in messages)
