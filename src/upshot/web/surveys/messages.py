"""What is said about surveys, and what makes it superfluous."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation
from upshot.web.outbox.kinds import Kind
from upshot.web.outbox.models import Message
from upshot.web.surveys.models import Ask

__all__ = ["KINDS", "nothing_to_answer"]

KINDS: tuple[Kind, ...] = (
    Kind(
        name="survey",
        label=_("Short surveys after a path"),
        heading=_("%(title)s: %(questions)s short questions"),
        text=_("Nobody can see who answered what. Three minutes."),
        action=_("Answer"),
        done="upshot.web.surveys.messages.nothing_to_answer",
    ),
)


def nothing_to_answer(organisation: Organisation, messages: Sequence[Message]) -> Iterable[int]:
    """Messages about surveys that were answered."""
    waiting = Ask.objects.filter(use__organisation=organisation, answered=False)
    open_ = {(f"survey:{pk}", person) for pk, person in waiting.values_list("pk", "person")}
    return [one.pk for one in messages if (one.key, one.person) not in open_]
