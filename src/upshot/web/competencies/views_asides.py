"""What was set aside of the evidence, why and by whom; set a scenario's version aside, or let it count again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.competencies.forms import AsideForm
from upshot.web.competencies.setting_aside import asides, count_again, set_aside_all, versions_measured

__all__ = ["again", "listed"]


@require_http_methods(["GET", "POST"])
@page(Permission.DESIGN)
def listed(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List what was set aside, and set a version's measurements aside."""
    versions = versions_measured(viewer)
    form = AsideForm(request.POST if request.method == "POST" else None, versions=versions)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            set_aside_all(viewer=viewer, what=form.cleaned_data["what"], why=form.cleaned_data["why"])
            messages.success(request, _("Set aside. Levels follow without it, and everybody concerned reads why."))
            return redirect("competency-asides", org=viewer.organisation.slug)
        status = 422
    context = {"rows": asides(viewer), "form": form, "versions": versions}
    return render(request, "competencies/asides.html", context, status=status)


@require_POST
@page(Permission.DESIGN)
def again(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Let what was set aside count again."""
    try:
        changed = count_again(viewer=viewer, number=number)
    except InputError as error:
        messages.error(request, f"{error.problems[0].text} {error.problems[0].fix}")
    else:
        if changed:
            messages.success(request, ngettext("It counts again.", "They count again.", changed))
    return redirect("competency-asides", org=viewer.organisation.slug)
