"""Who looks after a team on a day: its manager, or one up where that place is vacant or its holder is away."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from upshot.web.accounts.models import Organisation
from upshot.web.challenges.models import StandIn
from upshot.web.outbox.models import Leave
from upshot.web.people.models import Person

__all__ = ["Charge", "Line", "Reason", "charges", "line_of"]

_HIGHEST = 10
"""Steps up a line of managers; longer ones are circles."""


class Reason(StrEnum):
    """Why a team is looked after by somebody; ``own`` is its manager."""

    OWN = ""
    LEFT = "left"
    AWAY = "away"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A team as it falls to somebody.

    Parameters
    ----------
    keeper
        On the roster; empty where nobody up the line is there.
    """

    team: str
    keeper: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The firm's managers on a day.

    Parameters
    ----------
    above
        The manager of each who is one; empty where the roster names none.
    gone
        Who left, or is named and not on the roster.
    away
        Who is away on the day, and who stands in for them; empty for one up. A stand-in who manages nobody signs for
        the manager, and is not shown the team: it goes one up as well.
    """

    above: Mapping[str, str]
    gone: frozenset[str] = frozenset()
    away: Mapping[str, str] = field(default_factory=dict)

    def keeper(self, manager: str) -> tuple[str, Reason]:
        """Who is there in place of a manager, and why."""
        reason = Reason.OWN
        for _step in range(_HIGHEST):
            if manager and manager not in self.gone and manager not in self.away and manager in self.above:
                return manager, reason
            if manager in self.away:
                reason = reason or Reason.AWAY
                stand_in = self.away[manager]
                manager = stand_in if stand_in in self.above else self.above.get(manager, "")
            else:
                reason = Reason.LEFT
                manager = self.above.get(manager, "")
            if not manager:
                break
        return "", Reason.NOBODY


def line_of(organisation: Organisation, on: dt.date) -> Line:
    """The managers of today's roster, with those who left or are away."""
    people = Person.objects.filter(organisation=organisation)
    named = people.exclude(manager="").values("manager").distinct()
    rows = list(people.filter(key__in=named).values_list("key", "manager", "left"))
    leave = Leave.objects.filter(organisation=organisation, first__lte=on, last__gte=on).exclude(person="")
    absent = StandIn.objects.filter(organisation=organisation, first__lte=on, last__gte=on).order_by("-pk")
    return Line(
        above={key: manager for key, manager, _left in rows},
        gone=frozenset(key for key, _manager, left in rows if left is not None and left <= on),
        away=dict.fromkeys(leave.values_list("person", flat=True), "") | dict(absent.values_list("person", "delegate")),
    )


def charges(organisation: Organisation, line: Line) -> list[Charge]:
    """Every team of today's roster and whom it falls to, by team; a team with two managers falls to both.

    Managers with nobody above them are the top of the line, and make no team of theirs vacant.
    """
    people = Person.objects.filter(organisation=organisation, left=None).exclude(team="")
    people = people.exclude(manager="", key__in=list(line.above))
    pairs = people.values_list("team", "manager").distinct().order_by("team", "manager")
    return [Charge(team=team, keeper=who, reason=why) for team, manager in pairs for who, why in [line.keeper(manager)]]
