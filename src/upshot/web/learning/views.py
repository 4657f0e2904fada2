"""The learner's page: what is next for me and why."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.learning.selectors import looks, paths_of, recorded
from upshot.web.people.selectors import person_of
from upshot.web.privacy.services import export

__all__ = ["learning", "my_data"]


@require_GET
@page(Permission.LEARN)
def learning(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the viewer's own paths, records, and who looked at them."""
    context = {
        "paths": paths_of(viewer, on=timezone.localdate()),
        "person": person_of(viewer),
        "records": recorded(viewer),
        "looks": looks(viewer),
    }
    return render(request, "learning/learning.html", context)


@require_GET
@page(Permission.LEARN)
def my_data(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Hand out everything held of the viewer, and of nobody else, as one JSON file."""
    held = export(viewer=viewer, person=viewer.person) if viewer.person else ()
    record(viewer, "own-data-exported", "", stores=len(held))
    body = {"schema": "upshot-person/1", "stores": {part.store: list(part.rows) for part in held}}
    text = json.dumps(body, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
