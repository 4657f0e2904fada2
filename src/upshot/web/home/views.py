"""The home page: what needs me now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.home.ladder import ladder_of
from upshot.web.home.needs import needs_of

__all__ = ["home"]


@require_GET
@page(Permission.HOME)
def home(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show at most five things that need the viewer, each with one action; a new organisation sees its first steps."""
    return render(request, "home/home.html", {"needs": needs_of(viewer), "ladder": ladder_of(viewer)})
