"""Teams beside each other, where a firm turned that on: without names, each against its own past, while goals run."""

import datetime as dt
import statistics
from collections import Counter
from dataclasses import dataclass

from django.db.models import Min

from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import MINIMUM
from upshot.web.challenges.models import Challenge
from upshot.web.motivation.models import Element, Firm, TeamGoal
from upshot.web.motivation.offering import choosing
from upshot.web.motivation.teaming import counted_until
from upshot.web.people.models import Person

__all__ = ["Beside", "beside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One team's change against its own past, and where half of the other teams lie.

    Parameters
    ----------
    own, low, middle, high
        Signed challenges a person and four weeks, less those in as many days before the team's goal: of this team, and
        the lower quartile, median and upper quartile of the others.
    teams
        How many others.
    """

    own: float
    low: float
    middle: float
    high: float
    teams: int


def beside(goal: TeamGoal, *, on: dt.date) -> Beside | None:
    """Where a team stands beside others.

    Nothing unless the firm turned it on, and this team and at least five others have a running goal with five or more
    people taking part. No team is named, and none is first or last.
    """
    if not Firm.objects.filter(organisation=goal.organisation, on=True, beside=True).exists():
        return None
    changes = _changes(goal.organisation, on)
    own = changes.pop(goal.team, None)
    if own is None or len(changes) < MINIMUM:
        return None
    low, middle, high = statistics.quantiles(changes.values(), n=4, method="inclusive")
    return Beside(own=own, low=low, middle=middle, high=high, teams=len(changes))


def _changes(organisation: Organisation, on: dt.date) -> dict[str, float]:
    """The change of every team whose goal runs and in which enough people take part."""
    running = TeamGoal.objects.filter(organisation=organisation, starts__lte=on, ends__gte=on)
    goals = {one.team: one for one in running}
    taking_part = choosing(organisation, Element.TEAM, on=on)
    here = Person.objects.filter(organisation=organisation, left=None, team__in=goals)
    team_of = {key: team for key, team in here.values_list("key", "team") if key in taking_part}
    sizes = Counter(team_of.values())
    signed = _signed(organisation, running.aggregate(first=Min("starts"))["first"], set(team_of), on)
    found = {}
    for team, goal in goals.items():
        as_of = counted_until(goal, on)
        if as_of is not None and sizes[team] >= MINIMUM:
            days = [day for person, day in signed if team_of[person] == team]
            found[team] = _change(goal, as_of, days) / sizes[team]
    return found


def _change(goal: TeamGoal, as_of: dt.date, days: list[dt.date]) -> float:
    """Signed since the goal began, less those of as many days before, in four weeks."""
    span = as_of - goal.starts + dt.timedelta(days=1)
    after = sum(goal.starts <= day <= as_of for day in days)
    before = sum(goal.starts - span <= day < goal.starts for day in days)
    return (after - before) * 28 / span.days


def _signed(
    organisation: Organisation, first: dt.date | None, people: set[str], on: dt.date
) -> list[tuple[str, dt.date]]:
    """Who had a challenge signed on which day, as far back as a goal and its past reach."""
    if first is None:
        return []
    since = first - (on - first) - dt.timedelta(days=1)
    found = Challenge.objects.filter(organisation=organisation, state=Challenge.State.SIGNED, decided__date__gte=since)
    rows = found.values_list("person", "decided")
    return [(person, at.date()) for person, at in rows if at is not None and person in people]
