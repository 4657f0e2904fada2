"""Read uploads and the state of every feed."""

import datetime as dt
from uuid import UUID

from django.utils import timezone

from upshot.errors import PlanError
from upshot.lake import Import
from upshot.plan import Document
from upshot.web.accounts.documents import parsed
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import MINIMUM, Viewer, workspace_of
from upshot.web.imports.kept import kept
from upshot.web.imports.models import Upload
from upshot.workspace.disclosing import Disclosure
from upshot.workspace.levels import Levels, levels_of
from upshot.workspace.reconciling import FeedState, reconciliation_of

__all__ = ["feeds", "feeds_of", "imports_of", "levels_for", "open_uploads", "past_imports", "plan_file", "upload_of"]


def feeds(viewer: Viewer) -> tuple[FeedState, ...] | None:
    """What came in by feed, with freshness; ``None`` while the plan does not load."""
    document = plan_file(viewer.organisation)
    if document is None:
        return None
    return feeds_of(viewer.organisation, document, today=timezone.localdate(), minimum=viewer.minimum_group)


def plan_file(organisation: Organisation) -> Document | None:
    """The workspace's ``plan.yaml``; ``None`` while it does not load."""
    path = workspace_of(organisation).root / "plan.yaml"
    try:
        return parsed(path.read_text(encoding="utf-8"))
    except (PlanError, OSError, UnicodeDecodeError):
        return None


def feeds_of(
    organisation: Organisation, document: Document, *, today: dt.date, minimum: int = MINIMUM
) -> tuple[FeedState, ...]:
    """The account of every feed under one plan, kept until the facts, the plan or the day change."""

    def make() -> tuple[FeedState, ...]:
        return reconciliation_of(
            workspace_of(organisation),
            today=today,
            plan=document.plan,
            disclosure=Disclosure(minimum=minimum),
            levels=levels_for(organisation),
        )

    return kept("feeds", organisation, document.text, today, minimum, make=make)


def levels_for(organisation: Organisation) -> Levels:
    """Every KPI over everybody, period by period, kept until the facts change."""

    def make() -> Levels:
        with workspace_of(organisation).lake().connect() as connection:
            return levels_of(connection)

    return kept("levels", organisation, make=make)


def past_imports(viewer: Viewer) -> tuple[Import, ...]:
    """Every import of a file, newest first, those of the command line among them."""
    return imports_of(viewer.organisation)


def imports_of(organisation: Organisation) -> tuple[Import, ...]:
    """The same without a viewer, kept until the facts change."""

    def make() -> tuple[Import, ...]:
        lake = workspace_of(organisation).lake()
        return tuple(reversed([record for record in lake.imports() if record.file]))

    return kept("imports", organisation, make=make)


def open_uploads(viewer: Viewer) -> list[Upload]:
    """Files that were uploaded and neither imported nor thrown away."""
    found = Upload.objects.filter(organisation=viewer.organisation, finished=None, thrown_away=None)
    return list(found.select_related("organisation"))


def upload_of(viewer: Viewer, upload_id: UUID) -> Upload | None:
    """One upload of the viewer's organisation."""
    found = Upload.objects.select_related("organisation").filter(organisation=viewer.organisation)
    return found.filter(pk=upload_id, thrown_away=None).first()
