"""Pages of surveys: answering, the texts and where they are sent, and what the answers add up to."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError, UpshotError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.plans.selectors import current_document
from upshot.web.surveys import selectors
from upshot.web.surveys.forms import AnswerForm, SendForm, TextForm
from upshot.web.surveys.models import Use
from upshot.web.surveys.results import beside, results_of
from upshot.web.surveys.services.answering import answer
from upshot.web.surveys.services.sending import begin, end, keep_text
from upshot.web.surveys.texts import survey_of

__all__ = ["survey", "survey_end", "survey_results", "survey_text", "surveys"]


@require_http_methods(["GET", "POST"])
@page(Permission.HOME)
def survey(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Answer a survey, once."""
    ask = selectors.ask_of(viewer, number)
    if ask is None:
        raise Http404
    asked = survey_of(ask.use.text)
    form = AnswerForm(request.POST or None, survey=asked)
    if request.method == "POST" and not ask.answered and form.is_valid():
        try:
            answer(viewer=viewer, ask=ask, given=form.given())
        except InputError as error:
            for problem in error.problems:
                form.add_error(None, f"{problem.text} {problem.fix}")
        else:
            messages.success(request, _("Thank you. Your answers are kept without your name."))
            return redirect("survey", org=viewer.organisation.slug, number=ask.pk)
    context = {"ask": ask, "survey": asked, "form": form, "closed": ask.closes < timezone.localdate()}
    return render(request, "surveys/survey.html", context)


@require_http_methods(["GET", "POST"])
@page(Permission.DESIGN)
def surveys(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show every survey and where it is sent; send one."""
    kept, initiatives = selectors.kept_surveys(viewer), _initiatives(viewer)
    form = SendForm(
        request.POST or None,
        surveys=[(one.name, one.survey.title) for one in kept],
        initiatives=initiatives,
        initial={"since": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        body = selectors.body_of(viewer, form.cleaned_data["survey"]) or ""
        try:
            text = keep_text(viewer=viewer, body=body)
            initiative, since = form.cleaned_data["initiative"], form.cleaned_data["since"]
            begin(viewer=viewer, text=text, initiative=initiative, since=since)
        except InputError as error:
            for problem in error.problems:
                form.add_error(None, f"{problem.text} {problem.fix}")
        else:
            messages.success(request, _("It is sent from now on to whoever is due."))
            return redirect("surveys", org=viewer.organisation.slug)
    titles = dict(initiatives)
    uses = [(sent, titles.get(sent.use.initiative, sent.use.initiative)) for sent in selectors.uses_of(viewer)]
    return render(request, "surveys/surveys.html", {"kept": kept, "uses": uses, "form": form})


@require_http_methods(["GET", "POST"])
@page(Permission.DESIGN)
def survey_text(request: HttpRequest, viewer: Viewer, name: str) -> HttpResponse:
    """Read and change a survey's text; what was answered to an older version stays with it."""
    body = selectors.body_of(viewer, name)
    if body is None:
        raise Http404
    form = TextForm(request.POST or None, initial={"body": body})
    if request.method == "POST" and form.is_valid():
        try:
            text = keep_text(viewer=viewer, body=form.cleaned_data["body"].replace("\r\n", "\n"))
        except InputError as error:
            for problem in error.problems:
                line = _("Line %(n)s: ") % {"n": problem.line} if problem.line else ""
                form.add_error("body", f"{line}{problem.text} {problem.fix}")
        else:
            messages.success(request, _("Kept as version %(n)s.") % {"n": text.number})
            return redirect("surveys", org=viewer.organisation.slug)
    return render(request, "surveys/text.html", {"form": form, "name": name})


@require_GET
@page(Permission.DESIGN)
def survey_results(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Show what the answers add up to."""
    use = _use_or_404(viewer, number)
    title = dict(_initiatives(viewer)).get(use.initiative, use.initiative)
    context = {"use": use, "found": results_of(viewer, use), "beside": beside(viewer, use), "title": title}
    return render(request, "surveys/results.html", context)


@require_POST
@page(Permission.DESIGN)
def survey_end(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Ask nobody any more."""
    end(viewer=viewer, use=_use_or_404(viewer, number))
    messages.success(request, _("Nobody is asked any more. The answers stay."))
    return redirect("surveys", org=viewer.organisation.slug)


def _use_or_404(viewer: Viewer, number: int) -> Use:
    found = selectors.use_of(viewer, number)
    if found is None:
        raise Http404
    return found


def _initiatives(viewer: Viewer) -> list[tuple[str, str]]:
    try:
        plan = current_document(viewer).plan
    except UpshotError:
        return []
    return [(one.id, one.title or one.id) for one in plan.initiatives if one.path]
