"""A goal for one's team: set it, see how far those who take part are, end it."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.challenges.forms import add_problems
from upshot.web.motivation.forms import TeamGoalForm
from upshot.web.motivation.offering import is_on
from upshot.web.motivation.services.team_goals import end_team_goal, set_team_goal
from upshot.web.motivation.teaming import goals_of, standing_for
from upshot.web.people.selectors import managed_teams

__all__ = ["team_goal", "team_goal_end"]


@require_http_methods(["GET", "POST"])
@page(Permission.TEAM)
def team_goal(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Goals of the viewer's teams, and a form for the next one; never who takes part."""
    today, teams = timezone.localdate(), managed_teams(viewer)
    monday = today + dt.timedelta(days=7 - today.weekday())
    form = TeamGoalForm(request.POST or None, teams=teams, initial={"starts": monday, "weeks": 6})
    if request.method == "POST" and form.is_valid():
        try:
            set_team_goal(viewer=viewer, **form.cleaned_data)
        except InputError as error:
            add_problems(form, error)
        else:
            messages.success(request, _("Set. Whoever in the team chose to take part sees it."))
            return redirect("team-goal", org=viewer.organisation.slug)
    context = {
        "form": form,
        "teams": teams,
        "on": is_on(viewer.organisation),
        "rows": [standing_for(one, on=today, managing=True) for one in goals_of(viewer.organisation, teams, on=today)],
    }
    return render(request, "motivation/team_goal.html", context, status=422 if form.errors else 200)


@require_POST
@page(Permission.TEAM)
def team_goal_end(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """End a goal."""
    if end_team_goal(viewer=viewer, number=number):
        messages.success(request, _("Ended. Nothing of it is kept."))
    return redirect("team-goal", org=viewer.organisation.slug)
