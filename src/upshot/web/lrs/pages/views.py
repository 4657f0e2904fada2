"""What people see of the store: statements with search, one statement, refused requests, an export."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record, saw
from upshot.web.lrs.selectors.listing import Search, found, refusals, shown
from upshot.web.lrs.services.exporting import csv_chunks
from upshot.web.lrs.store.scanning import statements_after

__all__ = ["export", "refused", "statement", "statements"]


@require_GET
@page(Permission.STATEMENTS)
def statements(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List statements, newest first, found by identifier; the look is logged."""
    search = Search(*(request.GET.get(name, "").strip() for name in ("agent", "verb", "activity")))
    cursor = request.GET.get("cursor", "")
    listing = found(viewer.organisation, search, cursor=int(cursor) if cursor.isdecimal() else None)
    if listing.lines:
        saw(
            viewer, "statements", purpose="looking through statements", people=len({one.actor for one in listing.lines})
        )
    query = request.GET.copy()
    query.pop("cursor", None)
    context = {"search": search, "listing": listing, "query": query.urlencode()}
    return render(request, "lrs/statements.html", {**context, "may_administer": viewer.may(Permission.ACCESS)})


@require_GET
@page(Permission.STATEMENTS)
def statement(request: HttpRequest, viewer: Viewer, statement_id: UUID) -> HttpResponse:
    """Show one statement whole; the look is logged."""
    text = shown(viewer.organisation, str(statement_id))
    if text is None:
        raise Http404
    saw(viewer, "statement", purpose="looking at one statement")
    return render(request, "lrs/statement.html", {"statement_id": statement_id, "text": text})


@require_GET
@page(Permission.STATEMENTS)
def refused(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show which requests were refused, and why."""
    counted, newest = refusals(viewer.organisation)
    context = {"counted": counted, "newest": newest, "may_administer": viewer.may(Permission.ACCESS)}
    return render(request, "lrs/refused.html", context)


@require_GET
@page(Permission.STATEMENTS)
def export(request: HttpRequest, viewer: Viewer) -> StreamingHttpResponse:
    """Every statement as a CSV file, sent while it is read."""
    record(viewer, "statements-exported")
    pieces = (text for text, _ in csv_chunks(statements_after(viewer.organisation.pk, 0)))
    return StreamingHttpResponse(
        pieces, content_type="text/csv", headers={"Content-Disposition": 'attachment; filename="statements.csv"'}
    )
