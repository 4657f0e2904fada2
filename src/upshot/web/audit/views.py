"""The audit pages: what was done, and whose data was looked at."""

import csv

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from upshot.sources.rejects import defuse
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit import selectors
from upshot.web.audit.models import Event

__all__ = ["access_log", "audit", "audit_csv"]

PAGE = 100


@require_GET
@page(Permission.AUDIT)
def audit(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What people did."""
    action = request.GET.get("action", "")
    listed = Paginator(selectors.events(viewer, action=action), PAGE).get_page(request.GET.get("page"))
    kinds = Event.objects.filter(organisation=viewer.organisation).order_by("action")
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "listed": listed,
        "action": action,
        "kinds": kinds.values_list("action", flat=True).distinct(),
        "query": query.urlencode(),
    }
    return render(request, "audit/audit.html", context)


@require_GET
@page(Permission.AUDIT)
def access_log(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Who looked at personal data, and why; whose it was is shown by count only."""
    listed = Paginator(selectors.accesses(viewer), PAGE).get_page(request.GET.get("page"))
    return render(request, "audit/access.html", {"listed": listed, "query": ""})


@require_GET
@page(Permission.AUDIT)
def audit_csv(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The audit log as a CSV file; cells that a spreadsheet would run as a formula are disarmed."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    writer = csv.writer(response)
    writer.writerow(["at", "who", "action", "subject", "detail"])
    for event in selectors.events(viewer).iterator():
        who = str(event.user or "")
        row = [event.at.isoformat(), who, event.action, event.subject, str(event.detail or "")]
        writer.writerow([defuse(cell) for cell in row])
    return response
