"""The executive page: one line an objective, read in five seconds, printed on one page."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.reviews.executive import glance_of
from upshot.web.reviews.selectors import today

__all__ = ["executive"]


@require_GET
@page(Permission.EXECUTIVE)
def executive(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what the firm got for its money."""
    if not viewer.everywhere(Permission.EXECUTIVE):
        raise PermissionDenied
    return render(request, "reviews/executive.html", {"glance": glance_of(viewer), "today": today()})
