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
from upshot.web.learning.selectors import certified, looks, offers_of, paths_of, recorded
from upshot.web.motivation.offering import is_on
from upshot.web.paths.selectors import shared_with
from upshot.web.people.selectors import person_of
from upshot.web.privacy.services import export

__all__ = ["learning", "my_data"]


@require_GET
@page(Permission.LEARN)
def learning(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the viewer's own paths, records, and who looked at them."""
    today = timezone.localdate()
    paths = paths_of(viewer, on=today)
    context = {
        "paths": paths,
        "certificates": certified(paths or ()),
        "offers": offers_of(viewer, on=today),
        "sharing": shared_with(viewer).count() if viewer.person else 0,
        "person": person_of(viewer),
        "records": recorded(viewer),
        "looks": looks(viewer),
        "choices": bool(viewer.person) and is_on(viewer.organisation),
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
