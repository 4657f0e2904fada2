"""The work list, and one thing on it: given to somebody, closed with what changed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.improving import services
from upshot.web.improving.forms import AddForm, CloseForm, GiveForm
from upshot.web.improving.looking import look
from upshot.web.improving.models import WorkItem
from upshot.web.improving.selectors import closed, item_of, open_by_activity, owners
from upshot.web.practice.practised import practised
from upshot.web.practice.selectors import scenario_of

__all__ = ["add", "close", "give", "improving", "item", "look_again", "reopen"]

_A_PAGE = 30


@require_GET
@page(Permission.DESIGN)
def improving(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What is open, activity by activity, and what was changed so far."""
    return render(request, "improving/improving.html", _list(request, viewer))


def _list(request: HttpRequest, viewer: Viewer) -> dict[str, object]:
    listed = Paginator(closed(viewer), _A_PAGE).get_page(request.GET.get("page"))
    scenarios = [(one.slug, one.title) for one in practised(viewer.organisation)]
    return {
        "open": open_by_activity(viewer), "listed": listed, "minimum": viewer.minimum_group,
        "form": AddForm(scenarios=scenarios) if scenarios else None,
    }  # fmt: skip


@require_POST
@page(Permission.DESIGN)
def look_again(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Look at every activity now."""
    new = look(viewer=viewer)
    said = ngettext("%(n)s new thing is on the list.", "%(n)s new things are on the list.", new) % {"n": new}
    messages.success(request, said if new else _("Nothing new was found."))
    return redirect("improving", org=viewer.organisation.slug)


@require_POST
@page(Permission.DESIGN)
def add(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Put something on the list by hand."""
    titles = {one.slug: one.title for one in practised(viewer.organisation)}
    form = AddForm(request.POST, scenarios=list(titles.items()))
    if not form.is_valid():
        return render(request, "improving/improving.html", {**_list(request, viewer), "form": form}, status=422)
    slug = form.cleaned_data["scenario"]
    scenario = scenario_of(viewer, slug)
    if scenario is None:
        raise Http404
    made = services.add(
        viewer=viewer, activity=scenario.activity, scenario=slug, title=titles[slug], what=form.cleaned_data["what"]
    )
    return redirect("work-item", org=viewer.organisation.slug, number=made.pk)


@require_GET
@page(Permission.DESIGN)
def item(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """One thing on the list."""
    return render(request, "improving/item.html", _shown(viewer, _item_or_404(viewer, number)))


def _shown(viewer: Viewer, found: WorkItem) -> dict[str, object]:
    initial = {"owner": found.owner_id or viewer.user.pk, "due": found.due}
    return {
        "item": found,
        "give": GiveForm(owners=owners(viewer), initial=initial),
        "close": CloseForm(initial={"changed": found.changed}),
    }


@require_POST
@page(Permission.DESIGN)
def give(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Give it to somebody, with a day."""
    found = _item_or_404(viewer, number)
    form = GiveForm(request.POST, owners=owners(viewer))
    if not form.is_valid():
        return render(request, "improving/item.html", {**_shown(viewer, found), "give": form}, status=422)
    if found.closed is None:
        services.give(viewer=viewer, item=found, owner=form.cleaned_data["owner"], due=form.cleaned_data["due"])
    return redirect("work-item", org=viewer.organisation.slug, number=number)


@require_POST
@page(Permission.DESIGN)
def close(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Close it with what changed."""
    found, form = _item_or_404(viewer, number), CloseForm(request.POST)
    if not form.is_valid():
        return render(request, "improving/item.html", {**_shown(viewer, found), "close": form}, status=422)
    services.close(viewer=viewer, item=found, changed=form.cleaned_data["changed"], left=form.cleaned_data["left"])
    messages.success(request, _("Closed. What you wrote stays with the activity."))
    return redirect("improving", org=viewer.organisation.slug)


@require_POST
@page(Permission.DESIGN)
def reopen(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Open it again."""
    services.reopen(viewer=viewer, item=_item_or_404(viewer, number))
    return redirect("work-item", org=viewer.organisation.slug, number=number)


def _item_or_404(viewer: Viewer, number: int) -> WorkItem:
    found = item_of(viewer, number)
    if found is None:
        raise Http404
    return found
