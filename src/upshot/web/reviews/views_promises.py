"""The page of promises: what was promised, what needs the viewer, what changed, and how units' promises came out."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.reviews.escalating import STAGES
from upshot.web.reviews.promises import SEEN, promises_of
from upshot.web.reviews.views_stakeholders import tabs_of

__all__ = ["promises"]


@require_GET
@page(Permission.SIGN)
def promises(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the promises; the look is noted, so that the next one starts from it."""
    if not viewer.everywhere(Permission.SIGN):
        raise PermissionDenied
    board = promises_of(viewer)
    record(viewer, SEEN)
    first, again, above = (days for days, _whom in STAGES)
    may = viewer.everywhere(Permission.REVIEW)
    context = {**tabs_of(viewer), "board": board, "first": first, "again": again, "above": above, "may_review": may}
    return render(request, "reviews/promises.html", context)
