"""What managers and administrators are written: the week in two minutes, and that a team is without its manager."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy

from upshot.web.accounts.models import Organisation
from upshot.web.outbox.kinds import Kind
from upshot.web.outbox.models import Message
from upshot.web.teams.models import NoCapacity

__all__ = ["KINDS", "WEEK", "about", "not_this_week"]

WEEK = "managers-week"

KINDS: tuple[Kind, ...] = (
    Kind(
        name=WEEK,
        label=gettext_lazy("Your week as a manager"),
        heading=gettext_lazy("Your team this week: two minutes"),
        text="%(text)s",
        action=gettext_lazy("Open your week"),
        done="upshot.web.teams.messages.not_this_week",
        sample={"text": gettext_lazy("Why this training, up to three people to talk to, and one question each.")},
    ),
    Kind(
        name="teams-without-manager",
        label=gettext_lazy("When teams are without their manager"),
        heading=gettext_lazy("Teams without their manager: %(teams)s"),
        text=gettext_lazy(
            "Shown one level up until somebody is there: %(above)s. Shown to nobody, since the roster names no one "
            "above: %(nobody)s."
        ),
        action=gettext_lazy("See the teams"),
        sample={"teams": 3, "above": 2, "nobody": 1},
    ),
)


def not_this_week(organisation: Organisation, messages: Sequence[Message]) -> Iterable[int]:
    """Messages of weeks in which their manager has no room."""
    said = NoCapacity.objects.filter(organisation=organisation, manager__in={one.person for one in messages})
    left_alone = {(manager, about(week)) for manager, week in said.values_list("manager", "week")}
    return [one.pk for one in messages if (one.person, one.about) in left_alone]


def about(week: dt.date) -> str:
    """What a message of a week is about."""
    return f"week:{week}"
