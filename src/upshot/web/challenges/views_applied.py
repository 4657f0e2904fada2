"""For whoever runs an initiative: is it used at work, what helps, what is in the way, and who observes."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError, UpshotError
from upshot.plan.initiatives import Initiative
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.challenges.applied import applied_of
from upshot.web.challenges.forms import add_problems
from upshot.web.challenges.models import Observer
from upshot.web.challenges.selectors import names_of
from upshot.web.challenges.services.absences import dismiss_observer, name_observer
from upshot.web.plans.selectors import current_document

__all__ = ["application", "observer_end", "observers"]


class ObserverForm(forms.Form):
    """Who observes."""

    person = forms.CharField(label=gettext_lazy("Number on the roster"), max_length=200)
    expert = forms.BooleanField(label=gettext_lazy("An expert of the matter"), required=False)


@require_GET
@page(Permission.DESIGN)
def application(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Show use at work from two sources."""
    item = _initiative_or_404(viewer, key)
    return render(request, "challenges/application.html", {"initiative": item, "found": applied_of(viewer, key)})


@require_http_methods(["GET", "POST"])
@page(Permission.DESIGN)
def observers(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Name who observes and signs beside the managers."""
    item = _initiative_or_404(viewer, key)
    form = ObserverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = form.cleaned_data
        try:
            name_observer(viewer=viewer, initiative=key, person=said["person"].strip(), expert=said["expert"])
        except InputError as error:
            add_problems(form, error)
        else:
            messages.success(request, _("Named. They are asked from now on."))
            return redirect("observers", org=viewer.organisation.slug, key=key)
    found = list(Observer.objects.filter(organisation=viewer.organisation, initiative=key))
    names = names_of(viewer.organisation, (one.person for one in found))
    context = {"initiative": item, "form": form, "observers": [(one, names.get(one.person, "")) for one in found]}
    return render(request, "challenges/observers.html", context)


@require_POST
@page(Permission.DESIGN)
def observer_end(request: HttpRequest, viewer: Viewer, key: str, number: int) -> HttpResponse:
    """Somebody observes no longer."""
    _initiative_or_404(viewer, key)
    dismiss_observer(viewer=viewer, initiative=key, number=number)
    return redirect("observers", org=viewer.organisation.slug, key=key)


def _initiative_or_404(viewer: Viewer, key: str) -> Initiative:
    try:
        plan = current_document(viewer).plan
    except UpshotError as error:
        raise Http404 from error
    found = next((one for one in plan.initiatives if one.id == key), None)
    if found is None:
        raise Http404
    return found
