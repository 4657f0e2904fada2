"""One's own levels with the evidence they rest on, and a manager's answer to who asks them to look."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import saw
from upshot.web.competencies import evidence
from upshot.web.competencies.forms import AnswerForm
from upshot.web.competencies.selectors import asks_of
from upshot.web.competencies.selectors import mine as own

__all__ = ["answer", "ask", "asked", "mine"]


@require_GET
@page(Permission.LEARN)
def mine(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What the viewer can do, by what is known of it."""
    return render(request, "competencies/mine.html", {"mine": own(viewer), "on_roster": bool(viewer.person)})


@require_POST
@page(Permission.LEARN)
def ask(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Ask one's manager whether the recommended level was seen at work."""
    key = str(request.POST.get("competency", ""))
    one = next((known for known in own(viewer) if known.key == key), None)
    if one is None:
        raise Http404
    if one.recommended_place is not None:
        try:
            evidence.ask(viewer=viewer, competency=key, level=one.recommended_place)
            messages.success(request, _("Your manager is asked. They see the level and no score."))
        except InputError as error:
            messages.error(request, f"{error.problems[0].text} {error.problems[0].fix}")
    return redirect("my-competencies", org=viewer.organisation.slug)


@require_GET
@page(Permission.TEAM)
def asked(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Who asks the viewer to look."""
    rows = asks_of(viewer)
    if rows:
        saw(viewer, "competency-asks", purpose="answer who asks", people=len(rows))
    return render(
        request, "competencies/asked.html", {"rows": [(one, AnswerForm(prefix=f"a{one.number}")) for one in rows]}
    )


@require_POST
@page(Permission.TEAM)
def answer(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Answer one of them."""
    rows = asks_of(viewer)
    if not any(one.number == number for one in rows):
        return redirect("competency-asks", org=viewer.organisation.slug)
    form = AnswerForm(request.POST, prefix=f"a{number}")
    if not form.is_valid():
        shown = [(one, form if one.number == number else AnswerForm(prefix=f"a{one.number}")) for one in rows]
        return render(request, "competencies/asked.html", {"rows": shown}, status=422)
    seen, note = form.cleaned_data["seen"] == "yes", form.cleaned_data["note"]
    try:
        evidence.answer(viewer=viewer, number=number, seen=seen, note=note)
    except InputError as error:
        messages.error(request, f"{error.problems[0].text} {error.problems[0].fix}".strip())
    else:
        messages.success(request, _("It stands in their log.") if seen else _("Noted. Their level stays as it is."))
    return redirect("competency-asks", org=viewer.organisation.slug)
