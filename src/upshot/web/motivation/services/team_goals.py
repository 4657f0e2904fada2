"""Goals of teams: set by the manager for a few weeks, one at a time, and ended early."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.motivation.models import TeamGoal
from upshot.web.motivation.offering import is_on
from upshot.web.people.selectors import managed_teams

__all__ = ["LONGEST", "SHORTEST", "end_team_goal", "set_team_goal"]

SHORTEST, LONGEST = 2, 12
"""Weeks that a goal runs, at least and at most."""


@transaction.atomic
def set_team_goal(*, viewer: Viewer, team: str, text: str, target: int, starts: dt.date, weeks: int) -> TeamGoal:
    """Set a goal for a team of the viewer's; the same one set twice is one.

    Raises
    ------
    InputError
        If the firm has it off, it is another manager's team, its day is over, or another goal runs in these weeks.
    """
    viewer.organisation.hold()
    ends = starts + dt.timedelta(weeks=weeks, days=-1)
    told = {"team": team, "text": text.strip()[:200], "target": target, "starts": starts, "ends": ends}
    same = TeamGoal.objects.filter(organisation=viewer.organisation, **told).first()
    if same is not None and team in managed_teams(viewer):
        return same
    problem = _wrong(viewer, team, starts, ends, weeks)
    if problem is not None:
        raise InputError(problem)
    made = TeamGoal.objects.create(organisation=viewer.organisation, set_by=viewer.user, **told)
    record(viewer, "team-goal-set", f"team goal {made.pk}", target=target, weeks=weeks)
    return made


def _wrong(viewer: Viewer, team: str, starts: dt.date, ends: dt.date, weeks: int) -> Problem | None:
    if not is_on(viewer.organisation):
        return Problem(code="switched-off", text=_("Your firm has this switched off."))
    if team not in managed_teams(viewer):
        return Problem(code="not-your-team", text=_("This is no team of yours."), column="team")
    if not SHORTEST <= weeks <= LONGEST:
        return Problem(code="weeks", text=_("It runs for two to twelve weeks."), column="weeks")
    if starts < timezone.localdate() - dt.timedelta(days=7):
        text, fix = _("This day is long over."), _("Begin this week or later.")
        return Problem(code="day-over", text=text, fix=fix, column="starts")
    there = TeamGoal.objects.filter(organisation=viewer.organisation, team=team, starts__lte=ends, ends__gte=starts)
    if there.exists():
        text, fix = _("A goal of this team runs in these weeks already."), _("End it first, or begin later.")
        return Problem(code="goal-runs", text=text, fix=fix, column="starts")
    return None


@transaction.atomic
def end_team_goal(*, viewer: Viewer, number: int) -> int:
    """Remove a goal of the viewer's team; how many."""
    mine = TeamGoal.objects.filter(organisation=viewer.organisation, team__in=managed_teams(viewer), pk=number)
    gone, _kinds = mine.delete()
    if gone:
        record(viewer, "team-goal-ended", f"team goal {number}")
    return gone
