"""The signer's pages: what waits, the observation with its verdict, evidence, absences; and check-ins of either."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import saw
from upshot.web.challenges import selectors
from upshot.web.challenges.files import opened
from upshot.web.challenges.forms import AwayForm, CheckInForm, VerdictForm, add_problems
from upshot.web.challenges.models import Challenge, CheckIn
from upshot.web.challenges.presenting import shown
from upshot.web.challenges.services.absences import say_away, take_back_away
from upshot.web.challenges.services.deciding import checklist_kept, decide
from upshot.web.challenges.services.following import answer_check_in
from upshot.web.challenges.services.moving import Overtaken
from upshot.web.challenges.wording import RELATIONSHIPS
from upshot.web.lrs.store.transactions import StoreBusy

__all__ = ["away", "back", "check_in", "evidence", "sign_off", "sign_offs"]


@require_GET
@page(Permission.HOME)
def sign_offs(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what waits for the viewer's sign-off, longest first."""
    waiting = selectors.to_sign(viewer)
    signed = list(selectors.signed_by(viewer)[:20])
    names = selectors.names_of(viewer.organisation, (one.person for one in signed))
    context = {
        "waiting": [(one, RELATIONSHIPS.get(one.relationship, "")) for one in waiting],
        "signed": [(one, names.get(one.person, "")) for one in signed],
        "check_ins": list(selectors.check_ins_due(viewer).filter(source=CheckIn.Source.OBSERVER)),
        "absences": list(selectors.absences_of(viewer)),
    }
    return render(request, "challenges/sign_offs.html", context)


@require_http_methods(["GET", "POST"])
@page(Permission.HOME)
def sign_off(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Look at what was handed in, say what was seen, sign or return."""
    challenge = selectors.to_sign_one(viewer, number)
    if challenge is None and request.method == "POST":
        messages.warning(request, _("Nothing was stored: it does not wait for your sign-off, or no longer does."))
        return redirect("sign-offs", org=viewer.organisation.slug)
    if challenge is None:
        raise Http404
    saw(viewer, "challenge", purpose="To observe it and sign it off", person=challenge.person)
    form, status = _verdict_form(challenge, request.POST or None), 200
    if request.method == "POST":
        try:
            if _decided(request, viewer, challenge, form):
                return redirect("sign-offs", org=viewer.organisation.slug)
        except Overtaken as error:
            messages.warning(request, " ".join(f"{one.text} {one.fix}" for one in error.problems))
            challenge.refresh_from_db()
            form = _verdict_form(challenge)
        status = 422
    names = selectors.names_of(viewer.organisation, [challenge.person])
    context = {
        **shown(viewer, challenge),
        "form": form,
        "name": names.get(challenge.person, ""),
        "open": challenge.state == Challenge.State.SUBMITTED,
    }
    return render(request, "challenges/sign_off.html", context, status=status)


def _verdict_form(challenge: Challenge, sent: QueryDict | None = None) -> VerdictForm:
    """The form of a challenge as it stands; it names the revision that the signer sees."""
    return VerdictForm(sent, checklist=checklist_kept(challenge), initial={"revision": challenge.revision})


def _decided(request: HttpRequest, viewer: Viewer, challenge: Challenge, form: VerdictForm) -> bool:
    """Whether the verdict was taken; otherwise the form says why not.

    Raises
    ------
    Overtaken
        If it moved since the signer saw it.
    """
    sign = request.POST.get("act") == "sign"
    if not form.is_valid():
        return False
    if sign:
        form.check_seen()
        if form.errors:
            return False
    try:
        decide(viewer=viewer, challenge=challenge, verdict=form.verdict(sign=sign))
    except Overtaken:
        raise
    except InputError as error:
        add_problems(form, error)
        return False
    except StoreBusy:
        form.add_error(None, _("Not stored: the database is busy. Send it again in a moment."))
        return False
    messages.success(request, _("Signed. They are told.") if sign else _("Returned with your reason. They are told."))
    return True


@require_GET
@page(Permission.HOME)
def evidence(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponseBase:
    """Hand out a file of evidence to its owner or to whoever signs; the look is written down."""
    found = selectors.evidence_for(viewer, number)
    file = opened(viewer.organisation, found) if found is not None else None
    if found is None or file is None:
        raise Http404
    if found.challenge.person != viewer.person:
        saw(viewer, "evidence", purpose="To observe it and sign it off", person=found.challenge.person)
    reply = FileResponse(file, as_attachment=True, filename=found.file_name, content_type="application/octet-stream")
    reply["X-Content-Type-Options"] = "nosniff"
    reply["Cache-Control"] = "private, no-store"
    return reply


@require_http_methods(["GET", "POST"])
@page(Permission.HOME)
def check_in(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Five questions, of the person or of whoever signed."""
    found = selectors.check_in_of(viewer, number)
    if found is None:
        raise Http404
    observer = found.source == CheckIn.Source.OBSERVER
    form = CheckInForm(request.POST or None, observer=observer, title=found.challenge.title, questions=found.questions)
    if request.method == "POST" and found.answered is None and form.is_valid():
        try:
            answer_check_in(viewer=viewer, check_in=found, answers=form.answers())
        except InputError as error:
            add_problems(form, error)
        except StoreBusy:
            form.add_error(None, _("Not stored: the database is busy. Send it again in a moment."))
        else:
            messages.success(request, _("Thank you. Your answers are kept."))
            return redirect("check-in", org=viewer.organisation.slug, number=found.pk)
    names = selectors.names_of(viewer.organisation, [found.challenge.person]) if observer else {}
    context = {"check_in": found, "form": form, "observer": observer, "name": names.get(found.challenge.person, "")}
    return render(request, "challenges/check_in.html", context)


@require_http_methods(["GET", "POST"])
@page(Permission.HOME)
def away(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Say when one is away, and who signs then."""
    form = AwayForm(request.POST or None, people=selectors.readers_for(viewer))
    if request.method == "POST" and form.is_valid():
        try:
            say_away(viewer=viewer, **form.cleaned_data)
        except InputError as error:
            add_problems(form, error)
        else:
            messages.success(request, _("Kept. What waits for you goes there in that time."))
            return redirect("sign-offs", org=viewer.organisation.slug)
    return render(request, "challenges/away.html", {"form": form})


@require_POST
@page(Permission.HOME)
def back(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Take an absence back."""
    take_back_away(viewer=viewer, number=number)
    messages.success(request, _("You are asked again."))
    return redirect("sign-offs", org=viewer.organisation.slug)
