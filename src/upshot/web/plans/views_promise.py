"""Sign, lock and amend a promise, and say something about the plan."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from upshot.errors import InputError
from upshot.plan import part_of
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.plans import promising, services
from upshot.web.plans.anchoring import paths_of
from upshot.web.plans.baselines import measured
from upshot.web.plans.forms import AmendForm, CommentForm, ReplyForm
from upshot.web.plans.models import Comment, Function
from upshot.web.plans.opening import Today, initiative_or_404, with_plan
from upshot.web.plans.parsed import parsed
from upshot.web.plans.selectors import version_of
from upshot.web.plans.views import promise_context

__all__ = [
    "comment",
    "comment_reply",
    "comment_settle",
    "promise_amend",
    "promise_lock",
    "promise_sign",
    "promise_waive",
    "promise_withdraw",
]


def _refused(request: HttpRequest, viewer: Viewer, today: Today, key: str, error: InputError) -> HttpResponse:
    """The promise's page again, with everything that was refused on top."""
    known = {**promise_context(viewer, today, key), "refused": error.problems}
    return render(request, "plans/promise.html", known, status=409)


@require_POST
@page(Permission.SIGN)
@with_plan
def promise_sign(request: HttpRequest, viewer: Viewer, today: Today, key: str) -> HttpResponse:
    """Sign in one function."""
    initiative_or_404(today[1], key)
    if request.POST.get("function") not in Function.values:
        raise Http404
    function = Function(request.POST["function"])
    try:
        promising.sign(
            viewer=viewer,
            initiative_id=key,
            function=function,
            seen=str(request.POST.get("seen", "")),
            version=today[0],
        )
    except InputError as error:
        return _refused(request, viewer, today, key, error)
    messages.success(request, _("Signed as %(function)s.") % {"function": function.label})
    return redirect("promise", org=viewer.organisation.slug, key=key)


@require_POST
@page(Permission.LOCK)
@with_plan
def promise_waive(request: HttpRequest, viewer: Viewer, today: Today, key: str) -> HttpResponse:
    """Record that the firm has no works council, so that its signature is not needed."""
    initiative_or_404(today[1], key)
    try:
        promising.sign_on_paper(
            organisation=viewer.organisation,
            viewer=viewer,
            document=today[1],
            initiative_id=key,
            function=Function.COUNCIL,
            reason=str(request.POST.get("reason", "")),
        )
    except InputError as error:
        return _refused(request, viewer, today, key, error)
    messages.success(request, _("Recorded. The ledger will say so when the promise is locked."))
    return redirect("promise", org=viewer.organisation.slug, key=key)


@require_POST
@page(Permission.SIGN)
def promise_withdraw(request: HttpRequest, viewer: Viewer, key: str, number: int) -> HttpResponse:
    """Take a signature back."""
    try:
        promising.withdraw(viewer=viewer, initiative_id=key, number=number)
    except InputError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The signature is taken back. You can sign again."))
    return redirect("promise", org=viewer.organisation.slug, key=key)


@require_POST
@page(Permission.LOCK)
@with_plan
def promise_lock(request: HttpRequest, viewer: Viewer, today: Today, key: str) -> HttpResponse:
    """Lock with the baseline as measured now; refused with the whole list."""
    initiative_or_404(today[1], key)
    part = replace(today[1], plan=part_of(today[1].plan, key))
    try:
        promising.lock_initiative(
            organisation=viewer.organisation,
            viewer=viewer,
            version=today[0],
            initiative_id=key,
            seen=str(request.POST.get("seen", "")),
            baseline=measured(viewer.workspace, part),
        )
    except InputError as error:
        return _refused(request, viewer, today, key, error)
    messages.success(request, _("Locked, and written into the ledger."))
    return redirect("promise", org=viewer.organisation.slug, key=key)


@require_POST
@page(Permission.LOCK)
@with_plan
def promise_amend(request: HttpRequest, viewer: Viewer, today: Today, key: str) -> HttpResponse:
    """Append an amendment with its reason."""
    initiative_or_404(today[1], key)
    form = AmendForm(request.POST)
    if not form.is_valid():
        return render(request, "plans/promise.html", {**promise_context(viewer, today, key), "amend": form})
    try:
        promising.amend(
            organisation=viewer.organisation,
            viewer=viewer,
            version=today[0],
            initiative_id=key,
            reason=form.cleaned_data["reason"],
            by=", ".join(sorted(role.value for role in viewer.roles)),
        )
    except InputError as error:
        return _refused(request, viewer, today, key, error)
    messages.success(request, _("Amended. The ledger holds the reason."))
    return redirect("promise", org=viewer.organisation.slug, key=key)


def _back(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Where a comment was written."""
    there = str(request.POST.get("next", ""))
    if url_has_allowed_host_and_scheme(there, allowed_hosts=None):
        return redirect(there)
    return redirect("plan-version", org=viewer.organisation.slug, number=number)


@require_POST
@page(Permission.COMMENT)
def comment(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Comment on a version, or a place in it."""
    version = version_of(viewer, number)
    if version is None:
        raise Http404
    form = CommentForm(request.POST)
    if form.is_valid() and form.cleaned_data["anchor"] not in ("", *paths_of(parsed(version.text))):
        messages.error(request, _("This version has no such place. Nothing was stored."))
    elif form.is_valid():
        data = form.cleaned_data
        services.comment(viewer=viewer, version=version, text=data["text"], anchor=data["anchor"], run=data["run"])
        messages.success(request, _("Your comment is there."))
    else:
        messages.error(request, _("The comment is empty or too long. Nothing was stored."))
    return _back(request, viewer, number)


@require_POST
@page(Permission.COMMENT)
def comment_reply(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Answer a comment or a question."""
    found = Comment.objects.filter(pk=number, version__organisation=viewer.organisation)
    said = found.select_related("version", "to__version").first()
    if said is None:
        raise Http404
    form = ReplyForm(request.POST)
    if form.is_valid():
        services.reply(viewer=viewer, to=said, text=form.cleaned_data["text"])
        messages.success(request, _("Your answer is there."))
    else:
        messages.error(request, _("The answer is empty or too long. Nothing was stored."))
    return _back(request, viewer, said.version.number)


@require_POST
@page(Permission.COMMENT)
def comment_settle(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Settle a comment, or open it again."""
    found = (
        Comment.objects.filter(pk=number, version__organisation=viewer.organisation).select_related("version").first()
    )
    if found is None:
        raise Http404
    services.settle(viewer=viewer, number=number, settled=found.settled is None)
    return _back(request, viewer, found.version.number)
