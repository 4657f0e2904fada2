"""The background part: read the whole file, store what holds, and say what was refused."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from upshot.sources import import_feed, parse_profile
from upshot.web.accounts.viewer import workspace_of
from upshot.web.imports.models import Upload
from upshot.web.jobs.services import Running
from upshot.web.people.services import mirror

__all__ = ["run_import"]


def run_import(running: Running) -> Mapping[str, Any]:
    """Import an upload; safe to run again, since rows that are there already are recognised."""
    upload = Upload.objects.select_related("organisation").get(
        pk=running.parameters["upload"], organisation=running.organisation
    )
    if upload.finished is not None:
        return {"import_id": upload.report.get("import_id")}
    profile = parse_profile(upload.profile)

    def told(done: int, of: int) -> None:
        running.progress(_("reading the file"), done, of)

    told(0, upload.size)
    report = import_feed(
        workspace_of(upload.organisation).lake(),
        profile.feed,
        upload.path,
        profile,
        progress=told,
        rejects_path=upload.rejects,
    )
    if upload.feed == Upload.FeedChoice.PEOPLE:
        running.progress(_("bringing the roster up to date"))
        mirror(upload.organisation)
    body = report.to_json()
    body.pop("preview", None)
    body.pop("rejects_path", None)
    for problem in body.get("problems", ()):
        problem.pop("value", None)
    Upload.objects.filter(pk=upload.pk).update(report=body, finished=timezone.now())
    upload.path.unlink(missing_ok=True)
    running.progress(_("reading it for the pages"))
    import_string(settings.WARMED_BY)(upload.organisation)
    return {"import_id": body.get("import_id")}
