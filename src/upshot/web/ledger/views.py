"""The ledger's pages: what was promised, what happened, what was decided, and whether the chain holds."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.ledger import selectors

__all__ = ["ledger", "ledger_entry", "ledger_export"]


@require_GET
@page(Permission.LEDGER)
def ledger(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show promises with what became of them, how good they were, and every entry."""
    found = selectors.outcomes(viewer)
    context = {
        "outcomes": found,
        "calibration": selectors.calibration_of(found),
        "entries": selectors.ledger_of(viewer),
        "broken": selectors.verify(viewer.organisation),
        "may_plan": viewer.may(Permission.EDIT_PLAN),
    }
    return render(request, "ledger/ledger.html", context)


@require_GET
@page(Permission.LEDGER)
def ledger_entry(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Show one entry whole."""
    entry = selectors.entry_of(viewer, number)
    if entry is None:
        raise Http404
    text = json.dumps(entry.body, ensure_ascii=False, indent=2)
    return render(request, "ledger/entry.html", {"entry": entry, "text": text})


@require_GET
@page(Permission.LEDGER)
def ledger_export(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The whole ledger as JSON lines, so that others can keep and verify it."""
    lines = [
        json.dumps(
            {
                "number": entry.number,
                "at": entry.at.isoformat(),
                "kind": entry.kind,
                "subject": entry.subject,
                "said": entry.said,
                "previous": entry.previous,
                "seal": entry.seal,
            },
            ensure_ascii=False,
        )
        for entry in selectors.entries_of(viewer.organisation)
    ]
    response = HttpResponse("\n".join(lines) + "\n", content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ledger.jsonl"'
    return response
