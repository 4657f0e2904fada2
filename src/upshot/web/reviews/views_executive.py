"""The executive page: one line an objective, read in five seconds, and taken along as slides or PDF."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.reviews.executive import glance_of
from upshot.web.reviews.handing_out import FORMS, draw, glance_handout, overview_of
from upshot.web.reviews.selectors import today

__all__ = ["executive", "executive_report"]


@require_GET
@page(Permission.EXECUTIVE)
def executive(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what the firm got for its money; ``made`` names a form that was just drawn."""
    if not viewer.everywhere(Permission.EXECUTIVE):
        raise PermissionDenied
    made = request.GET.get("made", "")
    known = {"glance": glance_of(viewer), "today": today(), "made": made if made in FORMS else ""}
    return render(request, "reviews/executive.html", known)


@require_GET
@page(Permission.EXECUTIVE)
def executive_report(request: HttpRequest, viewer: Viewer, form: str) -> HttpResponse:
    """Hand out the page as slides or PDF; drawn in the background when it changed since it was last drawn.

    Asking changes nothing anybody could see, so a plain link may ask.
    """
    if not viewer.everywhere(Permission.EXECUTIVE):
        raise PermissionDenied
    overview = overview_of(viewer, drawn=False) if form in FORMS else None
    if overview is None:
        raise Http404
    kept = glance_handout(viewer, overview, form)
    if not kept.there:
        job = draw(viewer=viewer, form=form)
        return redirect("job", org=viewer.organisation.slug, job_id=job.pk)
    record(viewer, "glance-taken", "at-a-glance", form=form)
    return kept.response(f"at-a-glance-{overview.as_of.isoformat()}")
