"""The learner's pages: what there is to practise, and the player."""

import time

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upshot.errors import InputError, ScenarioError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.lrs.store.transactions import StoreBusy
from upshot.web.practice import playing
from upshot.web.practice.content import playable
from upshot.web.practice.models import Attempt
from upshot.web.practice.presenting import pictures_at, shown_step, shown_transcript
from upshot.web.practice.selectors import (
    Offer,
    attempts_of,
    offers,
    picture_of,
    published,
    score_lines,
    transcript,
)

__all__ = ["answer", "begin", "picture", "play", "practice", "reflect"]

_SALT = "upshot.practice.clock"


@require_GET
@page(Permission.LEARN)
def practice(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What there is to practise: the path's scenarios first."""
    found = offers(viewer)
    known = {
        "path": [one for one in found if one.assignment is not None and one.assignment.mine],
        "others": [one for one in found if one.assignment is None or not one.assignment.mine],
        "on_roster": bool(viewer.person),
    }
    return render(request, "practice/practice.html", known)


@require_GET
@page(Permission.LEARN)
def play(request: HttpRequest, viewer: Viewer, slug: str) -> HttpResponse:
    """The player: what a scenario is about, the step an attempt has reached, or how it ended."""
    newest = attempts_of(viewer, slug).first()
    if newest is None or (newest.finished is not None and "again" in request.GET):
        return render(request, "practice/before.html", {"offer": _offer_or_404(viewer, slug), "before": newest})
    if newest.finished is not None:
        return render(request, "practice/ended.html", _ended(viewer, newest))
    return render(request, "practice/step.html", _step(viewer, newest))


@require_POST
@page(Permission.LEARN)
def begin(request: HttpRequest, viewer: Viewer, slug: str) -> HttpResponse:
    """Begin, or go on with what is under way."""
    offer, version = _offer_or_404(viewer, slug), published(viewer, slug)
    if version is None:
        raise Http404
    if not offer.open:
        messages.warning(request, _("This scenario is not open to you yet."))
        return redirect("practice", org=viewer.organisation.slug)
    try:
        playing.begin(viewer=viewer, version=version)
    except InputError as error:
        messages.error(request, f"{error.problems[0].text} {error.problems[0].fix}")
        return redirect("practice", org=viewer.organisation.slug)
    return redirect(_at_step(viewer, slug))


@require_POST
@page(Permission.LEARN)
def answer(request: HttpRequest, viewer: Viewer, slug: str) -> HttpResponse:
    """Take one answer; one that was given already leads to where the attempt stands."""
    attempt = attempts_of(viewer, slug).first()
    if attempt is None:
        raise Http404
    number, choice = str(request.POST.get("number", "")), str(request.POST.get("choice", ""))
    if not choice:
        known = _step(viewer, attempt) if attempt.finished is None else None
        if known is not None and number == str(known["number"]):
            return render(request, "practice/step.html", {**known, "missing": True}, status=422)
        return redirect(_at_step(viewer, slug))
    try:
        taken = number.isdecimal() and playing.answer(
            viewer=viewer, attempt=attempt, number=int(number), choice=choice, seconds=_seconds(request)
        )
    except StoreBusy:
        messages.error(request, _("Your answer is not stored: the database is busy. Send it again in a moment."))
        return redirect(_at_step(viewer, slug))
    except ScenarioError as error:
        messages.error(request, " ".join(f"{one.text} {one.fix}" for one in error.problems))
        return redirect(_at_step(viewer, slug))
    if not taken:
        messages.info(request, _("That step was answered before. You are where you left off."))
    return redirect(_at_step(viewer, slug))


@require_POST
@page(Permission.LEARN)
def reflect(request: HttpRequest, viewer: Viewer, slug: str) -> HttpResponse:
    """Keep a thought after the ending."""
    attempt = attempts_of(viewer, slug).exclude(finished=None).first()
    if attempt is None:
        raise Http404
    playing.reflect(viewer=viewer, attempt=attempt, text=str(request.POST.get("text", "")))
    messages.success(request, _("Kept. Only you can read it."))
    return redirect(reverse("play", kwargs={"org": viewer.organisation.slug, "slug": slug}) + "#reflection")


@require_GET
@page(Permission.HOME)
def picture(request: HttpRequest, viewer: Viewer, slug: str, name: str) -> HttpResponse:
    """A picture of a scenario, for those who play it or design it."""
    found = picture_of(viewer, slug, name)
    if found is None:
        raise Http404
    if not viewer.may(Permission.DESIGN) and published(viewer, slug) is None and not attempts_of(viewer, slug).exists():
        raise Http404
    reply = HttpResponse(bytes(found.content), content_type=found.content_type)
    reply["Cache-Control"] = "private, max-age=3600"
    reply["X-Content-Type-Options"] = "nosniff"
    return reply


def _offer_or_404(viewer: Viewer, slug: str) -> Offer:
    found = offers(viewer, slug=slug)
    if not found:
        raise Http404
    return found[0]


def _at_step(viewer: Viewer, slug: str) -> str:
    return reverse("play", kwargs={"org": viewer.organisation.slug, "slug": slug}) + "#step"


def _step(viewer: Viewer, attempt: Attempt) -> dict[str, object]:
    content = playable(attempt.version.text)
    state = playing.state_of(attempt, content)
    picture_at = pictures_at(viewer.organisation.slug, attempt.scenario.slug)
    told = shown_transcript(transcript(attempt, content), picture_at)
    return {
        "attempt": attempt,
        "scenario": content.scenario,
        "step": shown_step(content.compiled.node(state), content.compiled.choices(state), picture_at),
        "number": len(state.decisions) + 1,
        "clock": signing.dumps(time.time(), salt=_SALT),
        "told": told,
        "last": told[-1] if told else None,
    }


def _ended(viewer: Viewer, attempt: Attempt) -> dict[str, object]:
    content = playable(attempt.version.text)
    found, lines = score_lines(attempt, content)
    critical = [
        next(one.text for one in content.compiled.nodes[at.node].choices if one.id == at.choice)
        for at in found.critical
    ]
    return {
        **_step(viewer, attempt),
        "score": found,
        "lines": lines,
        "critical": critical,
        "newest": published(viewer, attempt.scenario.slug),
    }


def _seconds(request: HttpRequest) -> float | None:
    """Time since the step was shown, by the server's own mark in the form."""
    try:
        shown = float(signing.loads(str(request.POST.get("clock", "")), salt=_SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return max(0.0, time.time() - shown)
