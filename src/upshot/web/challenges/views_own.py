"""The learner's pages: my challenges, plan, hand in, result, debrief."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.challenges import selectors
from upshot.web.challenges.early import at_most
from upshot.web.challenges.forms import DebriefForm, EvidenceForm, PlanForm, add_problems
from upshot.web.challenges.models import Challenge
from upshot.web.challenges.presenting import shown, shown_rows
from upshot.web.challenges.services.following import debrief as keep_debrief
from upshot.web.challenges.services.handing_in import hand_in as take_evidence
from upshot.web.challenges.services.moving import Overtaken
from upshot.web.challenges.services.planning import change_plan, plan, why_not_yet
from upshot.web.challenges.steps import Asks, asks_of
from upshot.web.challenges.wording import removed_words
from upshot.web.lrs.store.transactions import StoreBusy
from upshot.web.paths.services.recording import enrolment_of

__all__ = ["begin", "challenges", "check_ins", "debrief", "edit_plan", "hand_in", "own", "shared"]


@require_GET
@page(Permission.LEARN)
def challenges(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the viewer's challenges, plans shared with them, and check-ins that are due."""
    shared = list(selectors.shared_with(viewer))
    names = selectors.names_of(viewer.organisation, (one.person for one in shared))
    context = {
        "rows": shown_rows(selectors.own(viewer)),
        "shared": [(one, names.get(one.person, "")) for one in shared],
        "check_ins": list(selectors.check_ins_due(viewer)),
        "on_roster": bool(viewer.person),
    }
    return render(request, "challenges/challenges.html", context)


@require_GET
@page(Permission.LEARN)
def check_ins(request: HttpRequest, viewer: Viewer, number: UUID, step: str) -> HttpResponse:
    """From the step of a path to the check-ins that are due."""
    if selectors.enrolment_for(viewer, number) is None:
        raise Http404
    return redirect(reverse("challenges", kwargs={"org": viewer.organisation.slug}) + "#check-ins")


@require_http_methods(["GET", "POST"])
@page(Permission.LEARN)
def begin(request: HttpRequest, viewer: Viewer, number: UUID, step: str) -> HttpResponse:
    """Plan a challenge; where one is under way or signed, lead to it."""
    enrolment = selectors.enrolment_for(viewer, number)
    asks = asks_of(enrolment, step) if enrolment is not None else None
    if enrolment is None or asks is None:
        raise Http404
    there = selectors.under_way(viewer, asks.initiative, step)
    if there is not None:
        return _to(viewer, there)
    not_yet = why_not_yet(enrolment, asks)
    form = PlanForm(request.POST or None, readers=selectors.readers_for(viewer))
    if request.method == "POST" and form.is_valid():
        try:
            done = plan(viewer=viewer, enrolment=enrolment, asks=asks, said=form.plan())
        except InputError as error:
            add_problems(form, error)
        except StoreBusy:
            form.add_error(None, _busy())
        else:
            messages.success(request, _("Your plan is kept. Now try it at work."))
            _tell_removed(request, done.removed)
            return _to(viewer, done.challenge)
    return render(request, "challenges/plan.html", {"form": form, "asks": asks, "not_yet": not_yet})


@require_GET
@page(Permission.LEARN)
def own(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Show one of the viewer's challenges: what is next, what was handed in, what was said of it."""
    return _own_page(request, viewer, _own_or_404(viewer, number))


def _own_page(
    request: HttpRequest,
    viewer: Viewer,
    challenge: Challenge,
    *,
    evidence: EvidenceForm | None = None,
    thoughts: DebriefForm | None = None,
    status: int = 200,
) -> HttpResponse:
    asks = _asks(challenge)
    partner = selectors.partner_of(challenge)
    mine = getattr(challenge, "debrief", None)
    initial = {name: getattr(mine, name) for name in ("happened", "surprised", "next")} if mine else None
    context = {
        **shown(viewer, challenge),
        "asks": asks,
        "form": evidence or (EvidenceForm(accepts=asks.accepts) if asks is not None else None),
        "partner": partner,
        "partner_name": selectors.names_of(viewer.organisation, [partner.person]).get(partner.person)
        if partner
        else "",
        "theirs": getattr(partner, "debrief", None) if partner else None,
        "debrief_form": thoughts or DebriefForm(initial=initial),
    }
    return render(request, "challenges/own.html", context, status=status)


@require_http_methods(["GET", "POST"])
@page(Permission.LEARN)
def edit_plan(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Say the plan better, before it is handed in."""
    challenge = _own_or_404(viewer, number)
    if challenge.state not in (Challenge.State.PLANNED, Challenge.State.RETURNED):
        return _to(viewer, challenge)
    initial = {name: getattr(challenge, name) for name in ("case", "cue", "action", "shared_with")}
    form = PlanForm(request.POST or None, initial=initial, readers=selectors.readers_for(viewer))
    if request.method == "POST" and form.is_valid():
        try:
            done = change_plan(viewer=viewer, challenge=challenge, said=form.plan())
        except InputError as error:
            add_problems(form, error)
        else:
            _tell_removed(request, done.removed)
            return _to(viewer, challenge)
    context = {"form": form, "asks": _asks(challenge), "not_yet": "", "challenge": challenge}
    return render(request, "challenges/plan.html", context)


@at_most
@require_POST
@page(Permission.LEARN)
def hand_in(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Take evidence and ask for the sign-off."""
    challenge = _own_or_404(viewer, number)
    asks = _asks(challenge)
    if asks is None:
        messages.error(request, _("Your path has no such step any more. Ask whoever runs it."))
        return _to(viewer, challenge)
    form = EvidenceForm(request.POST, request.FILES, accepts=asks.accepts)
    if form.is_valid():
        try:
            take_evidence(viewer=viewer, challenge=challenge, asks=asks, handed=form.handed())
        except Overtaken as error:
            messages.info(request, " ".join(f"{one.text} {one.fix}" for one in error.problems))
            return _to(viewer, challenge)
        except InputError as error:
            add_problems(form, error)
        except StoreBusy:
            form.add_error(None, _busy())
        else:
            messages.success(request, _("Handed in. Whoever signs is asked; you are told when they have looked."))
            return _to(viewer, challenge)
    return _own_page(request, viewer, challenge, evidence=form, status=422)


@require_POST
@page(Permission.LEARN)
def debrief(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Keep what came of the talk with the partner."""
    challenge = _own_or_404(viewer, number)
    form = DebriefForm(request.POST)
    if form.is_valid():
        try:
            keep_debrief(viewer=viewer, challenge=challenge, thoughts=form.thoughts())
        except InputError as error:
            add_problems(form, error)
        else:
            messages.success(request, _("Kept. The two of you can read it, nobody else."))
            return _to(viewer, challenge)
    return _own_page(request, viewer, challenge, thoughts=form, status=422)


@require_GET
@page(Permission.HOME)
def shared(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Show a plan to the one person it is shared with: the case and the plan, nothing else."""
    found = selectors.shared_one(viewer, number)
    if found is None:
        raise Http404
    names = selectors.names_of(viewer.organisation, [found.person])
    return render(request, "challenges/shared.html", {"challenge": found, "name": names.get(found.person, "")})


def _own_or_404(viewer: Viewer, number: UUID) -> Challenge:
    found = selectors.own_one(viewer, number)
    if found is None:
        raise Http404
    return found


def _asks(challenge: Challenge) -> Asks | None:
    enrolment = enrolment_of(challenge.organisation, person=challenge.person, initiative=challenge.initiative)
    return asks_of(enrolment, challenge.step) if enrolment is not None else None


def _to(viewer: Viewer, challenge: Challenge) -> HttpResponse:
    return redirect("challenge-own", org=viewer.organisation.slug, number=challenge.pk)


def _tell_removed(request: HttpRequest, removed: dict[str, int]) -> None:
    if removed:
        messages.info(request, removed_words(removed))


def _busy() -> str:
    return _("Not stored: the database is busy. Send it again in a moment.")
