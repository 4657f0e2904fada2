"""Recognise a colleague: one sentence, to those who want it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.challenges.forms import add_problems
from upshot.web.motivation.forms import RecogniseForm
from upshot.web.motivation.offering import firm_of
from upshot.web.motivation.services import recognising

__all__ = ["recognise"]


@require_http_methods(["GET", "POST"])
@page(Permission.HOME)
def recognise(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Write a sentence to a colleague."""
    firm, people = firm_of(viewer.organisation), recognising.colleagues_of(viewer)
    form = RecogniseForm(request.POST or None, people=people, initial={"person": request.GET.get("to", "")})
    if request.method == "POST" and form.is_valid():
        try:
            recognising.recognise(viewer=viewer, person=form.cleaned_data["person"], text=form.cleaned_data["text"])
        except InputError as error:
            add_problems(form, error)
        else:
            messages.success(request, _("Written. They read it when they want to; nobody counts it."))
            return redirect("recognise", org=viewer.organisation.slug)
    context = {"form": form, "people": people, "firm": firm}
    return render(request, "motivation/recognise.html", context, status=422 if form.errors else 200)
