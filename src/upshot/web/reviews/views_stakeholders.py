"""The pages of sponsors, finance and the works council: the same initiatives, three questions."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.plans.models import Function
from upshot.web.plans.promising import may_sign_as
from upshot.web.reviews.selectors import today
from upshot.web.reviews.stakeholders import council, financing, sponsoring

__all__ = ["for_council", "for_finance", "for_sponsors", "tabs_of"]


def _whole(viewer: Viewer, permission: Permission) -> dict[str, object]:
    """What the pages share; a reader of a part of the firm is turned away, as the plan is for all of it."""
    if not viewer.everywhere(permission):
        raise PermissionDenied
    return tabs_of(viewer)


def tabs_of(viewer: Viewer) -> dict[str, object]:
    """Which of the pages, and of what they link to, a viewer may open."""
    return {
        "viewer_signs": viewer.everywhere(Permission.SIGN),
        "viewer_money": viewer.everywhere(Permission.MONEY),
        "viewer_audit": viewer.everywhere(Permission.AUDIT),
        "viewer_plan": viewer.may(Permission.PLAN),
        "viewer_ledger": viewer.may(Permission.LEDGER),
    }


@require_GET
@page(Permission.SIGN)
def for_sponsors(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What was promised to a sponsor; the look is noted, so that the next one starts from it."""
    shared = _whole(viewer, Permission.SIGN)
    known = {**shared, "found": sponsoring.sponsorship_of(viewer), "may_review": viewer.everywhere(Permission.REVIEW)}
    record(viewer, sponsoring.SEEN)
    return render(request, "reviews/for_sponsors.html", known)


@require_GET
@page(Permission.MONEY)
def for_finance(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What it cost and what it was worth."""
    shared = _whole(viewer, Permission.MONEY)
    known = {**shared, "found": financing.finances_of(viewer), "signs": Function.FINANCE in may_sign_as(viewer)}
    record(viewer, financing.SEEN)
    return render(request, "reviews/for_finance.html", known)


@require_GET
@page(Permission.AUDIT)
def for_council(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Which data about people are kept, and what is done with them."""
    shared = _whole(viewer, Permission.AUDIT)
    known = {**shared, "found": council.consultation_of(viewer, on=today())}
    record(viewer, council.SEEN)
    return render(request, "reviews/for_council.html", known)
