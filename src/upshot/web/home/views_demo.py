"""The demonstration's own doors: change places by one click, take the tour, see what was planted."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from upshot.web.accounts.access import page
from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.selectors import organisations_of
from upshot.web.accounts.viewer import Viewer
from upshot.web.home.demo.parts import Part, demo_user, part_named
from upshot.web.home.demo.truth import found_against_planted
from upshot.web.home.tour import SESSION, STEPS, address, step_number

__all__ = ["demo_as", "demo_tour", "planted"]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_POST
def demo_as(request: HttpRequest) -> HttpResponseRedirect:
    """Sign in as one of the demonstration's people, at the organisation one was in if they belong to it."""
    part = part_named(request.POST.get("part", ""))
    user = _become(request, part)
    wanted = request.POST.get("org", "")
    own = organisations_of(user)
    return redirect("home", org=next((one.slug for one in own if one.slug == wanted), _simulated(own)))


@require_POST
def demo_tour(request: HttpRequest) -> HttpResponseRedirect:
    """Go to a step of the tour as whoever sees it; step 0 ends the tour."""
    if not settings.ENVIRONMENT.demo:
        raise Http404
    number = step_number(request.POST.get("go"))
    if not number:
        request.session.pop(SESSION, None)
        return redirect("start")
    step = STEPS[number - 1]
    user = _become(request, part_named(step.part))
    request.session[SESSION] = number
    org = _simulated(organisations_of(user))
    return HttpResponseRedirect(address(step, org) or address(STEPS[0], org) or "/")


def _become(request: HttpRequest, part: Part | None) -> User:
    """Sign in as a part of the demonstration.

    Raises
    ------
    Http404
        If this is none, or there is no such part.
    """
    user = demo_user(part) if part is not None else None
    if user is None:
        raise Http404
    if request.user != user:
        login(request, user, backend=BACKEND)
    return user


def _simulated(own: list[Organisation]) -> str:
    return next(one.slug for one in own if one.simulated)


@require_GET
@page(Permission.HOME)
def planted(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Hold what Upshot says against what was planted; only where everything is simulated."""
    if not viewer.organisation.simulated:
        raise Http404
    rows = found_against_planted(viewer.organisation)
    right = sum(row.right for row in rows)
    return render(request, "home/planted.html", {"rows": rows, "right": right, "wrong": len(rows) - right})
