"""The map that a designer edits: from what people do at work to what trains it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.competencies.forms import TakesForm
from upshot.web.competencies.known import known
from upshot.web.competencies.linking import draw
from upshot.web.competencies.mapping import MapInitiative
from upshot.web.competencies.selectors import map_of

__all__ = ["lines", "whole"]


@require_GET
@page(Permission.DESIGN)
def whole(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every initiative with its actions, what they take, what trains it, and what is missing."""
    found = map_of(viewer)
    gaps = sum(one.gaps for one in found.initiatives) if found is not None else 0
    return render(request, "competencies/map.html", {"map": found, "gaps": gaps})


@require_http_methods(["GET", "POST"])
@page(Permission.DESIGN)
def lines(request: HttpRequest, viewer: Viewer, initiative: str) -> HttpResponse:
    """One initiative's lines, to be drawn."""
    one = _initiative_or_404(viewer, initiative)
    options = sorted(known(viewer.organisation).values(), key=lambda known_: known_.label.casefold())
    form = TakesForm(request.POST or None, actions=one.actions, options=options)
    if request.method == "POST" and form.is_valid():
        draw(viewer=viewer, initiative=initiative, takes=form.takes())
        messages.success(request, _("The map is drawn."))
        return redirect("competency-map", org=viewer.organisation.slug)
    shown = {"one": one, "form": form, "options": options}
    return render(request, "competencies/lines.html", shown, status=422 if form.is_bound else 200)


def _initiative_or_404(viewer: Viewer, initiative: str) -> MapInitiative:
    found = map_of(viewer)
    one = next((known_ for known_ in (found.initiatives if found else ()) if known_.id == initiative), None)
    if one is None:
        raise Http404
    return one
