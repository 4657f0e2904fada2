"""A job's page: how far it is, what came of it, and the button that stops it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.jobs.models import Job
from upshot.web.jobs.services import cancel

__all__ = ["job_cancel", "job_page"]


def _own(viewer: Viewer, job_id: UUID) -> Job:
    """The viewer's own job, or anybody's for those who answer for access."""
    jobs = Job.objects.filter(organisation=viewer.organisation)
    if not viewer.may(Permission.ACCESS):
        jobs = jobs.filter(requested_by=viewer.user)
    return get_object_or_404(jobs, pk=job_id)


@require_GET
@page(Permission.HOME)
def job_page(request: HttpRequest, viewer: Viewer, job_id: UUID) -> HttpResponse:
    """Show a job; the part that changes is fetched again every second while it runs."""
    job = _own(viewer, job_id)
    if "HX-Request" in request.headers:
        response = render(request, "jobs/progress.html", {"job": job})
        if job.status == Job.Status.DONE and job.next_url:
            response["HX-Redirect"] = job.next_url
        return response
    if job.status == Job.Status.DONE and job.next_url:
        return redirect(job.next_url)
    return render(request, "jobs/job.html", {"job": job})


@require_POST
@page(Permission.HOME)
def job_cancel(request: HttpRequest, viewer: Viewer, job_id: UUID) -> HttpResponseRedirect:
    """Ask a job to stop."""
    job = _own(viewer, job_id)
    cancel(job)
    record(viewer, "job-cancelled", str(job.pk), kind=job.kind)
    return redirect("job", org=viewer.organisation.slug, job_id=job.pk)
