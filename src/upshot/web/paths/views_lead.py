"""Pages for those who lead paths: how many are where, what a change would do, and live sessions."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError
from upshot.plan.initiatives import Initiative
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import saw
from upshot.web.paths import selectors_path as reading
from upshot.web.paths.forms import SessionForm
from upshot.web.paths.models import LiveSession, PathVersion
from upshot.web.paths.selectors import initiative_of
from upshot.web.paths.services.changing import choose, shifts_to
from upshot.web.paths.services.holding import cancel_session, note_attendance, plan_session
from upshot.web.paths.services.versions import versions_now
from upshot.web.people.models import Person

__all__ = ["attendance", "choice", "path", "paths", "session_cancel", "sessions"]


@require_GET
@page(Permission.DESIGN)
def paths(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every path of the plan, and which of them waits for a choice."""
    context = {"rows": reading.path_rows(viewer), "minimum": viewer.minimum_group}
    return render(request, "paths/paths.html", context)


@require_GET
@page(Permission.DESIGN)
def path(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """One path: how many are at which step, its versions, and what a change would do to people under way."""
    course = _course(viewer, key)
    today = versions_now(viewer.organisation, [course])[course.id]
    versions = list(PathVersion.objects.filter(organisation=viewer.organisation, initiative=key))
    asked = request.GET.get("version", "")
    shown = next((one for one in versions if str(one.number) == asked), today)
    context = {
        "course": course,
        "today": today,
        "versions": versions,
        "shown": shown,
        "states": reading.states_of(viewer, key),
        "steps": reading.step_rows(viewer, shown),
        "shifts": reading.shift_rows(viewer, shifts_to(today)),
        "minimum": viewer.minimum_group,
        "live": reading.live_steps(course),
    }
    return render(request, "paths/path.html", context)


@require_POST
@page(Permission.DESIGN)
def choice(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponseRedirect:
    """Let people finish the version they began, or move them to today's."""
    course = _course(viewer, key)
    today = versions_now(viewer.organisation, [course])[course.id]
    try:
        if request.POST.get("version") != str(today.number):
            messages.error(request, _("The path changed meanwhile. Look at the change once more, then choose."))
        else:
            moved = choose(viewer=viewer, version=today, choice=str(request.POST.get("choice", "")))
            said = _("Stored. Everybody under way finishes the version they began.")
            if request.POST.get("choice") == PathVersion.Choice.MOVE:
                said = _("Stored. Everybody under way is on today's version; what they did is kept.")
            messages.success(request, said if moved or request.POST.get("choice") != "move" else _("Stored."))
    except InputError as error:
        messages.error(request, f"{error.problems[0].text} {error.problems[0].fix}".strip())
    return redirect("path", org=viewer.organisation.slug, key=key)


@require_http_methods(["GET", "POST"])
@page(Permission.DESIGN)
def sessions(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Dates of a path's live steps, and a new one."""
    course = _course(viewer, key)
    steps = reading.live_steps(course)
    form = SessionForm(request.POST or None)
    form.set_steps(steps)
    if request.method == "POST" and form.is_valid():
        plan_session(viewer=viewer, initiative=key, **form.cleaned_data)
        messages.success(request, _("The date is planned. Learners choose it on their path."))
        return redirect("path-sessions", org=viewer.organisation.slug, key=key)
    context = {
        "course": course, "steps": steps, "form": form,
        "sessions": [(one, steps.get(one.step, one.step)) for one in reading.sessions_of(viewer, key)],
    }  # fmt: skip
    return render(request, "paths/sessions.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@page(Permission.DESIGN)
def attendance(request: HttpRequest, viewer: Viewer, key: str, number: int) -> HttpResponse:
    """Who has a seat, and who was there."""
    session = _session(viewer, key, number)
    taken = list(session.sign_ups.select_related("enrolment"))
    if request.method == "POST":
        present = {int(one) for one in request.POST.getlist("present") if one.isdecimal()}
        try:
            note_attendance(viewer=viewer, session=session, present=present & {one.pk for one in taken})
        except InputError as error:
            messages.error(request, f"{error.problems[0].text} {error.problems[0].fix}".strip())
        else:
            messages.success(request, _("Noted. The step counts for those who were there."))
        return redirect("path-session", org=viewer.organisation.slug, key=key, number=number)
    people = Person.objects.filter(organisation=viewer.organisation, key__in=[one.enrolment.person for one in taken])
    names = {one.key: str(one) for one in people}
    if taken:
        saw(viewer, f"session {session.pk}", purpose="holding a live session", people=len(taken))
    seats = sorted(
        ((names.get(one.enrolment.person, one.enrolment.person), one) for one in taken), key=lambda one: one[0]
    )
    context = {
        "course": _course(viewer, key),
        "session": session,
        "seats": seats,
        "begun": session.starts <= timezone.now(),
    }
    return render(request, "paths/attendance.html", context)


@require_POST
@page(Permission.DESIGN)
def session_cancel(request: HttpRequest, viewer: Viewer, key: str, number: int) -> HttpResponseRedirect:
    """Cancel a date."""
    try:
        cancel_session(viewer=viewer, session=_session(viewer, key, number))
    except InputError as error:
        messages.error(request, error.problems[0].text)
    else:
        messages.success(request, _("The date is cancelled. Whoever had a seat chooses another."))
    return redirect("path-sessions", org=viewer.organisation.slug, key=key)


def _course(viewer: Viewer, key: str) -> Initiative:
    found = initiative_of(viewer, key)
    if found is None or not found.path or not found.is_training:
        raise Http404
    return found


def _session(viewer: Viewer, key: str, number: int) -> LiveSession:
    found = reading.session_of(viewer, key, number)
    if found is None:
        raise Http404
    return found
