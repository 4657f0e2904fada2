"""The page of what has worked: every answer of the firm by what was done, good, bad and unknown alike."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.reviews.worked import worked_of

__all__ = ["worked"]


@require_GET
@page(Permission.ANSWERS)
def worked(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show every answer there is; answers are of whole audiences, so only a role for everybody opens them."""
    if not viewer.everywhere(Permission.ANSWERS):
        raise PermissionDenied
    groups = worked_of(viewer)
    answers = [one for group in groups or () for one in group.answers]
    known = {"groups": groups, "answers": len(answers), "by_lot": sum(one.by_lot for one in answers)}
    return render(request, "reviews/worked.html", known)
