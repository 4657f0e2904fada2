"""The manager's page: what to do this week; no capacity, and what is in the way."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import MANAGERS_MINIMUM, Viewer
from upshot.web.audit.services import record, saw
from upshot.web.challenges.selectors import to_sign
from upshot.web.motivation.services.recognising import takes_sentences
from upshot.web.teams import services
from upshot.web.teams.forms import BarrierForm
from upshot.web.teams.models import NoCapacity
from upshot.web.teams.selectors import Charges, charges_of, courses_of, team_of
from upshot.web.teams.week import monday

__all__ = ["barrier", "capacity", "team"]


@require_GET
@page(Permission.TEAM)
def team(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the week, and one of the viewer's teams: the first by name unless another is asked for; looks are logged."""
    mine = charges_of(viewer, on=timezone.localdate())
    name = request.GET.get("team", next(iter(mine.teams), ""))
    if not mine.teams and not name:
        return render(request, "teams/none.html", {"waiting": to_sign(viewer)})
    return _page(request, viewer, mine, name, BarrierForm(courses=courses_of(mine)))


def _page(
    request: HttpRequest, viewer: Viewer, mine: Charges, name: str, form: BarrierForm, status: int = 200
) -> HttpResponse:
    found = team_of(viewer, name, mine)
    if found is None:
        raise Http404
    week = mine.week
    if any(course.members for course in found.courses) or week.talks:
        saw(viewer, f"team {name}"[:60], purpose="Who is where on their learning path", people=found.people)
    quiet = NoCapacity.objects.filter(
        organisation=viewer.organisation, manager=viewer.person, week=monday(mine.on)
    ).exclude(manager="")
    context = {
        "team": found, "teams": mine.teams, "week": week, "waiting": to_sign(viewer), "quiet": quiet.exists(),
        "barrier": form, "least": MANAGERS_MINIMUM, "can_write": takes_sentences(viewer, week.recognised),
    }  # fmt: skip
    return render(request, "teams/team.html", context, status=status)


@require_POST
@page(Permission.TEAM)
def capacity(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Say that there is no room this week, or that there is after all."""
    today = timezone.localdate()
    if request.POST.get("act") == "have":
        services.have_capacity(viewer=viewer, week=today)
        messages.success(request, _("Good. This week stands as before."))
    else:
        try:
            services.no_capacity(organisation=viewer.organisation, manager=viewer.person, week=today)
        except InputError as error:
            messages.error(request, str(error))
            return redirect("team", org=viewer.organisation.slug)
        record(viewer, "no-capacity-said", f"week of {monday(today)}")
        messages.success(request, _("Understood. You are left alone this week; it counts as a number, without you."))
    return redirect("team", org=viewer.organisation.slug)


@require_POST
@page(Permission.TEAM)
def barrier(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Report what is in the way."""
    today = timezone.localdate()
    mine = charges_of(viewer, on=today)
    form = BarrierForm(request.POST, courses=courses_of(mine))
    if not form.is_valid():
        name = next(iter(mine.teams), "")
        return (
            _page(request, viewer, mine, name, form, status=422) if name else redirect("team", viewer.organisation.slug)
        )
    try:
        new = services.report_barrier(viewer=viewer, today=today, **form.cleaned_data)
    except InputError as error:
        messages.error(request, str(error))
    else:
        told = _("Kept. Whoever leads this sees how many managers said so, and not who.")
        messages.success(request, told if new else _("You said so within four weeks; it counts once."))
    return redirect("team", org=viewer.organisation.slug)
