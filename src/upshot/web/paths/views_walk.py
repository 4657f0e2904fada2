"""The learner's pages of a path: a step, what they do at it, and what others share with them."""

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upshot.errors import InputError
from upshot.plan.practice import Step
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import saw
from upshot.web.paths.forms import CommitmentForm
from upshot.web.paths.models import Commitment, LiveSession
from upshot.web.paths.presenting import by_own_word, doors_of, is_link, shown
from upshot.web.paths.selectors import Walk, initiative_of, sessions_for, shared_with, walk_of
from upshot.web.paths.services.acting import commit, give_back_seat, join, readers_for, take_seat, work_through
from upshot.web.paths.services.catching_up import catch_up
from upshot.web.people.models import Person

__all__ = ["join_path", "shared", "step", "step_commit", "step_done", "step_seat"]


@require_GET
@page(Permission.LEARN)
def step(request: HttpRequest, viewer: Viewer, number: UUID, step: str) -> HttpResponse:
    """One step: what it is, how it stands, and the one thing to do."""
    catch_up(viewer.organisation, viewer.person, on=timezone.localdate())
    walk, own = _own(viewer, number, step)
    return _page(request, viewer, walk, own)


def _page(
    request: HttpRequest, viewer: Viewer, walk: Walk, own: Step, form: CommitmentForm | None = None, status: int = 200
) -> HttpResponse:
    today = timezone.localdate()
    now = walk.step(own.id)
    if now is None:
        raise Http404
    doors = doors_of(viewer.organisation)
    found = shown(walk, doors, on=today, steps=[now])[0]
    said = Commitment.objects.filter(enrolment=walk.enrolment, step=own.id).first()
    course = initiative_of(viewer, walk.enrolment.initiative)
    context = {
        "walk": walk,
        "step": own,
        "now": now,
        "shown": found,
        "link": own.ref if is_link(own) else "",
        "title": course.title if course is not None else walk.enrolment.initiative,
        "takes": walk.open and now.state in ("open", "begun", "failed"),
        "by_hand": by_own_word(own, doors),
        "said": said,
        "said_to": _name(viewer, said.reader) if said is not None and said.reader else "",
        "form": form or (_commitment_form(walk, own, said) if own.kind == "commitment" else None),
        "sessions": _sessions(walk, own.id) if own.kind == "session" else [],
        "missing": now.missing,
    }
    return render(request, "paths/step.html", context, status=status)


@require_POST
@page(Permission.LEARN)
def step_done(request: HttpRequest, viewer: Viewer, number: UUID, step: str) -> HttpResponseRedirect:
    """Say that a page was worked through."""
    walk, own = _own(viewer, number, step)
    if not by_own_word(own, doors_of(viewer.organisation)):
        raise Http404
    if _done(request, lambda: work_through(viewer=viewer, walk=walk, step=own)):
        messages.success(request, _("Recorded. Here is what comes next."))
        return redirect("learning", org=viewer.organisation.slug)
    return redirect("path-step", org=viewer.organisation.slug, number=number, step=step)


@require_POST
@page(Permission.LEARN)
def step_commit(request: HttpRequest, viewer: Viewer, number: UUID, step: str) -> HttpResponse:
    """Keep an if-then sentence and share it with one person."""
    walk, own = _own(viewer, number, step)
    if own.kind != "commitment":
        raise Http404
    form = CommitmentForm(request.POST)
    form.set_readers(readers_for(walk.enrolment))
    if form.is_valid():
        told = form.cleaned_data
        try:
            commit(viewer=viewer, walk=walk, step=own, sentence=told["sentence"], reader=told["reader"])
        except InputError as error:
            for problem in error.problems:
                form.add_error(problem.column, f"{problem.text} {problem.fix}".strip())
        else:
            messages.success(request, _("Your sentence is kept."))
            return redirect("learning", org=viewer.organisation.slug)
    return _page(request, viewer, walk, own, form, status=422)


@require_POST
@page(Permission.LEARN)
def step_seat(request: HttpRequest, viewer: Viewer, number: UUID, step: str) -> HttpResponseRedirect:
    """Take a seat at a live session, or give it back."""
    walk, own = _own(viewer, number, step)
    wanted = str(request.POST.get("session", ""))
    found = LiveSession.objects.filter(
        organisation=viewer.organisation, initiative=walk.enrolment.initiative, step=own.id
    )
    session = found.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 18 else None
    if session is None:
        raise Http404
    if "give_back" in request.POST:
        if give_back_seat(walk=walk, session=session):
            messages.success(request, _("Your seat is given back."))
    elif _done(request, lambda: take_seat(viewer=viewer, walk=walk, session=session)):
        messages.success(request, _("You have a seat."))
    return redirect("path-step", org=viewer.organisation.slug, number=number, step=step)


@require_POST
@page(Permission.LEARN)
def join_path(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponseRedirect:
    """Begin a path that people come to by choice."""
    if _done(request, lambda: join(viewer=viewer, initiative=key, on=timezone.localdate())):
        messages.success(request, _("The path is yours. Here is its first step."))
    return redirect("learning", org=viewer.organisation.slug)


@require_GET
@page(Permission.HOME)
def shared(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Sentences that others share with the viewer, with nothing else about them."""
    found = list(shared_with(viewer)) if viewer.person else []
    names = dict(
        Person.objects.filter(
            organisation=viewer.organisation, key__in=[one.enrolment.person for one in found]
        ).values_list("key", "name")
    )
    if found:
        saw(viewer, "commitments shared with them", purpose="reading what was shared", people=len(names))
    told = [(names.get(one.enrolment.person) or one.enrolment.person, one) for one in found]
    return render(request, "paths/shared.html", {"told": told})


def _own(viewer: Viewer, number: UUID, step: str) -> tuple[Walk, Step]:
    """The viewer's own path and its step; anybody else's is not there."""
    walk = walk_of(viewer, number)
    own = walk.path.step(step) if walk is not None else None
    if walk is None or own is None:
        raise Http404
    return walk, own


def _done(request: HttpRequest, act: Callable[[], object]) -> bool:
    try:
        act()
    except InputError as error:
        for problem in error.problems:
            messages.error(request, f"{problem.text} {problem.fix}".strip())
        return False
    return True


def _commitment_form(walk: Walk, own: Step, said: Commitment | None) -> CommitmentForm:
    template = (own.template or _("If …, then I will …")).replace("{", "…").replace("}", "…")
    initial = {"sentence": said.sentence if said else template, "reader": said.reader if said else ""}
    form = CommitmentForm(initial=initial)
    form.set_readers(readers_for(walk.enrolment))
    return form


def _sessions(walk: Walk, step: str) -> list[dict[str, object]]:
    now: dt.datetime = timezone.now()
    found = []
    for session in sessions_for(walk.enrolment, step):
        taken = list(session.sign_ups.all())
        mine = next((one for one in taken if one.enrolment_id == walk.enrolment.pk), None)
        found.append(
            {"session": session, "left": session.seats - len(taken), "mine": mine, "over": session.starts < now}
        )
    return found


def _name(viewer: Viewer, key: str) -> str:
    found = Person.objects.filter(organisation=viewer.organisation, key=key).first()
    return str(found) if found is not None else key
