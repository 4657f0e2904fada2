"""Read uploads and the state of every feed."""

import datetime as dt
import hashlib
from uuid import UUID

from django.core.cache import cache

from upshot.errors import PlanError
from upshot.lake import Import
from upshot.web.accounts.viewer import Viewer
from upshot.web.imports.models import Upload
from upshot.workspace.disclosing import Disclosure
from upshot.workspace.reconciling import FeedState, reconciliation_of

__all__ = ["feeds", "open_uploads", "past_imports", "upload_of"]

HOUR = 3600
"""How long an account of the feeds is kept; it is made anew sooner when the lake, the plan or the day changes."""


def feeds(viewer: Viewer) -> tuple[FeedState, ...] | None:
    """What came in by feed, with freshness; ``None`` while the plan does not load."""
    workspace = viewer.workspace
    try:
        document = workspace.plan()
    except PlanError:
        return None
    parts = [viewer.organisation.pk, workspace.lake().state(), document.text, dt.date.today(), viewer.minimum_group]
    key = f"feeds-{hashlib.sha256(repr(parts).encode()).hexdigest()}"
    found: tuple[FeedState, ...] | None = cache.get(key)
    if found is None:
        gate = Disclosure(minimum=viewer.minimum_group)
        found = reconciliation_of(workspace, plan=document.plan, disclosure=gate)
        cache.set(key, found, HOUR)
    return found


def past_imports(viewer: Viewer) -> tuple[Import, ...]:
    """Every import of a file, newest first, those of the command line among them."""
    return tuple(reversed([record for record in viewer.workspace.lake().imports() if record.file]))


def open_uploads(viewer: Viewer) -> list[Upload]:
    """Files that were uploaded and neither imported nor thrown away."""
    found = Upload.objects.filter(organisation=viewer.organisation, finished=None, thrown_away=None)
    return list(found.select_related("organisation"))


def upload_of(viewer: Viewer, upload_id: UUID) -> Upload | None:
    """One upload of the viewer's organisation."""
    found = Upload.objects.select_related("organisation").filter(organisation=viewer.organisation)
    return found.filter(pk=upload_id, thrown_away=None).first()
