"""Bring a case of one's own: written, shown back without what leads to people, agreed to, and withdrawn."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.practice import own_cases
from upshot.web.practice.forms import CaseForm
from upshot.web.practice.models import Case

__all__ = ["bring", "mine", "withdraw"]

_KINDS = {
    "email": gettext_lazy("e-mail addresses"),
    "account": gettext_lazy("account numbers"),
    "phone": gettext_lazy("telephone numbers"),
    "name": gettext_lazy("names of colleagues"),
}


@require_GET
@page(Permission.LEARN)
def mine(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The viewer's own cases."""
    found = Case.objects.filter(organisation=viewer.organisation, person=viewer.person).exclude(person="")
    return render(request, "practice/my_cases.html", {"cases": found.select_related("scenario")})


@require_http_methods(["GET", "POST"])
@page(Permission.LEARN)
def bring(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Write a case; it is shown back before anything is kept."""
    if request.method == "GET":
        return render(request, "practice/case.html", {"form": CaseForm()})
    form = CaseForm(request.POST)
    if not form.is_valid():
        return render(request, "practice/case.html", {"form": form}, status=422)
    data = form.cleaned_data
    written = own_cases.scrubbed(
        viewer.organisation, title=data["title"], situation=data["situation"], did=data["did"], expert=data["expert"]
    )
    clean = {"title": written.title, "situation": written.situation, "did": written.did, "expert": written.expert}
    unread = any(clean[part] != data[part].strip() for part in clean)
    if request.POST.get("step") != "keep" or unread:
        return _shown_back(request, written, clean)
    try:
        own_cases.bring(viewer=viewer, written=written, agreed=request.POST.get("agreed") == "yes")
    except InputError as error:
        return _shown_back(request, written, clean, problems=error.problems)
    messages.success(request, _("A designer works on it from here. You can take it back at any time."))
    return redirect("my-cases", org=viewer.organisation.slug)


def _shown_back(
    request: HttpRequest, written: own_cases.Written, clean: dict[str, str], problems: object = ()
) -> HttpResponse:
    taken = [(_KINDS[kind], number) for kind, number in written.taken_out.items()]
    known = {"form": CaseForm(initial=clean), "written": written, "taken": taken, "problems": problems}
    return render(request, "practice/case_agree.html", known, status=422 if problems else 200)


@require_POST
@page(Permission.LEARN)
def withdraw(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Take a case back."""
    if own_cases.withdraw(viewer=viewer, number=number) is None:
        raise Http404
    messages.success(request, _("It is taken back and its words are deleted."))
    return redirect("my-cases", org=viewer.organisation.slug)
