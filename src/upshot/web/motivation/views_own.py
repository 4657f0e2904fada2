"""What I want to see: choices, goals, missions, bests, sentences and badges of whoever looks, and nobody else's."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.challenges.forms import add_problems
from upshot.web.motivation.forms import ChoiceForm, GoalForm
from upshot.web.motivation.models import Element
from upshot.web.motivation.offering import Standing, standing_of
from upshot.web.motivation.selectors import Own, changes_of
from upshot.web.motivation.services.awarding import offer
from upshot.web.motivation.services.consenting import choose
from upshot.web.motivation.services.goals import drop_goal, reach_goal, set_goal
from upshot.web.motivation.services.recognising import colleagues_of, hide, remove

__all__ = ["choices", "goal_dropped", "goal_reached", "goal_set", "sentence_hidden", "sentence_removed", "what_i_see"]

QUIET = frozenset({Element.BESTS.value})


@require_GET
@page(Permission.LEARN)
def what_i_see(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What the viewer chose to see, and the choices themselves."""
    today = timezone.localdate()
    standing = standing_of(viewer, on=today)
    if Element.BADGES in standing.chosen:
        offer(viewer.organisation, on=today, among=[viewer.person])
    return _shown(request, viewer, standing)


def _shown(
    request: HttpRequest, viewer: Viewer, standing: Standing, *, goal: GoalForm | None = None, status: int = 200
) -> HttpResponse:
    aloud = QUIET & {request.GET.get("show", "")}
    own = Own(viewer, standing, on=timezone.localdate(), aloud=aloud)
    chose_goals = own.goals is not None
    context = {
        "own": own,
        "standing": standing,
        "choices": _choices(standing),
        "later": [one.label for one in Element if one in standing.later],
        "drawn": [one.label for one in Element if one in standing.drawn - standing.later],
        "changes": changes_of(viewer),
        "goal": (goal or GoalForm(options=own.choices())) if chose_goals else None,
        "can_recognise": bool(colleagues_of(viewer)),
    }
    return render(request, "motivation/what_i_see.html", context, status=status)


def _choices(standing: Standing, data: object = None) -> ChoiceForm:
    return ChoiceForm(
        data, offered=standing.offered, wished=standing.wished, quiet=Element.BESTS in standing.quiet, auto_id="see_%s"
    )


@require_POST
@page(Permission.LEARN)
def choices(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Choose, or withdraw."""
    form = _choices(standing_of(viewer, on=timezone.localdate()), request.POST)
    form.is_valid()
    try:
        standing = choose(viewer=viewer, wanted=form.wanted, quiet=form.quiet)
    except InputError as error:
        messages.error(request, f"{error.problems[0].text} {error.problems[0].fix}")
        return redirect("what-i-see", org=viewer.organisation.slug)
    said = _("Kept. What you withdrew is gone from this page at once.")
    messages.success(request, said if standing.chosen else _("Nothing is shown, and nothing is computed about you."))
    return redirect("what-i-see", org=viewer.organisation.slug)


@require_POST
@page(Permission.LEARN)
def goal_set(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Set a goal."""
    standing = standing_of(viewer, on=timezone.localdate())
    if Element.GOALS not in standing.chosen:
        return redirect("what-i-see", org=viewer.organisation.slug)
    form = GoalForm(request.POST, options=Own(viewer, standing, on=timezone.localdate()).choices())
    if form.is_valid():
        try:
            set_goal(viewer=viewer, **form.goal)
        except InputError as error:
            add_problems(form, error)
        else:
            messages.success(request, _("Your goal is kept. Only you see it."))
            return redirect("what-i-see", org=viewer.organisation.slug)
    return _shown(request, viewer, standing, goal=form, status=422)


@require_POST
@page(Permission.LEARN)
def goal_reached(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Say that a goal in own words is reached."""
    reach_goal(viewer=viewer, number=number)
    return redirect("what-i-see", org=viewer.organisation.slug)


@require_POST
@page(Permission.LEARN)
def goal_dropped(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Drop a goal."""
    if drop_goal(viewer=viewer, number=number):
        messages.success(request, _("Dropped. Nothing of it is kept."))
    return redirect("what-i-see", org=viewer.organisation.slug)


@require_POST
@page(Permission.LEARN)
def sentence_hidden(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Hide a sentence, or show it again."""
    hide(viewer=viewer, number=number, hidden=request.POST.get("hidden") == "yes")
    return redirect("what-i-see", org=viewer.organisation.slug)


@require_POST
@page(Permission.LEARN)
def sentence_removed(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Remove a sentence for good."""
    if remove(viewer=viewer, number=number):
        messages.success(request, _("Removed for good. Its writer is not told."))
    return redirect("what-i-see", org=viewer.organisation.slug)
