"""The manager's page: what to do this week."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import MANAGERS_MINIMUM, Viewer
from upshot.web.audit.services import saw
from upshot.web.teams.selectors import team_of, teams_of

__all__ = ["team"]


@require_GET
@page(Permission.TEAM)
def team(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show one of the viewer's teams, the first by name unless another of theirs is asked for; each look is logged."""
    mine = teams_of(viewer)
    name = request.GET.get("team", next(iter(mine), ""))
    if not mine and not name:
        return render(request, "teams/none.html")
    found = team_of(viewer, name, on=timezone.localdate())
    if found is None:
        raise Http404
    if any(course.members for course in found.courses):
        saw(viewer, f"team {name}"[:60], purpose="Who is where on their learning path", people=found.people)
    context = {"team": found, "teams": mine, "least": MANAGERS_MINIMUM}
    return render(request, "teams/team.html", context)
