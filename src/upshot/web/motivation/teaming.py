"""How far a team is with its goal: one number of those who take part, once a week, beside their own weeks before."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import MANAGERS_MINIMUM, MINIMUM
from upshot.web.challenges.models import Challenge
from upshot.web.motivation.models import Element, TeamGoal
from upshot.web.motivation.offering import choosing
from upshot.web.people.models import Person
from upshot.workspace.disclosing import Disclosure

__all__ = ["TeamStanding", "counted_until", "goals_of", "standing_for"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamStanding:
    """A goal as one reader sees it.

    Parameters
    ----------
    as_of
        The Sunday up to which is counted; ``None`` in the first week. A number that moved each time somebody is
        signed would say who was.
    done, before
        Signed challenges of those who take part since it started, and in as many days before; ``None`` where too few
        take part for this reader.
    minimum
        How many have to take part.
    """

    goal: TeamGoal
    as_of: dt.date | None
    done: int | None
    before: int | None
    minimum: int

    @property
    def reached(self) -> bool:
        """Whether there are as many as the team wanted."""
        return self.done is not None and self.done >= self.goal.target


def goals_of(organisation: Organisation, teams: Collection[str], *, on: dt.date) -> list[TeamGoal]:
    """Goals of some teams that run, lie ahead, or ended within the last four weeks."""
    found = TeamGoal.objects.filter(organisation=organisation, team__in=set(teams) - {""})
    return list(found.filter(ends__gte=on - dt.timedelta(weeks=4)))


def standing_for(goal: TeamGoal, *, on: dt.date, managing: bool) -> TeamStanding:
    """How far a team is, for one who takes part or for its manager; withheld where too few take part."""
    minimum = MANAGERS_MINIMUM if managing else MINIMUM
    team = Person.objects.filter(organisation=goal.organisation, team=goal.team, left=None)
    taking_part = choosing(goal.organisation, Element.TEAM, on=on, among=set(team.values_list("key", flat=True)))
    as_of = counted_until(goal, on)
    few = not taking_part or Disclosure(minimum=minimum).small(len(taking_part))
    if few or as_of is None:
        return TeamStanding(goal=goal, as_of=as_of, done=None, before=None, minimum=minimum)
    span = as_of - goal.starts + dt.timedelta(days=1)
    return TeamStanding(
        goal=goal, as_of=as_of, minimum=minimum, done=_signed(goal, taking_part, goal.starts, as_of),
        before=_signed(goal, taking_part, goal.starts - span, goal.starts - dt.timedelta(days=1)),
    )  # fmt: skip


def counted_until(goal: TeamGoal, on: dt.date) -> dt.date | None:
    """The newest Sunday that is over, within the goal; its last day once that is over."""
    if on > goal.ends:
        return goal.ends
    sunday = on - dt.timedelta(days=on.isoweekday())
    return sunday if sunday >= goal.starts else None


def _signed(goal: TeamGoal, people: Collection[str], first: dt.date, last: dt.date) -> int:
    found = Challenge.objects.filter(
        organisation=goal.organisation, person__in=people, state=Challenge.State.SIGNED,
        decided__date__gte=first, decided__date__lte=last,
    )  # fmt: skip
    return found.count()
