"""An answer's report for one reader: the findings as given, without what this reader may not see."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from upshot.errors import Cancelled
from upshot.report.facts import SliceFacts
from upshot.report.findings import Findings
from upshot.report.formats import MEDIA_TYPES, render_as
from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer, viewer_of
from upshot.web.jobs.models import Job
from upshot.web.jobs.services import Running, start
from upshot.web.measures.handouts import Handout, handout
from upshot.web.measures.keeping import page_of
from upshot.web.measures.models import Run
from upshot.web.measures.selectors import may_see_answers, run_of
from upshot.web.measures.slicing import slices_for
from upshot.web.measures.states import facts_state

__all__ = ["DRAWN", "FORMATS", "draw", "findings_for", "reader_of", "report_handout", "report_of", "run_report"]

FORMATS = {suffix.removeprefix("."): media for suffix, media in MEDIA_TYPES.items()}
DRAWN = ("pdf", "pptx", "xlsx")
"""Forms that are drawn in the background; HTML is as quick as any page."""


def findings_for(viewer: Viewer, run: Run, *, slices: bool = True) -> Findings:
    """What the reader may see of an answer: no money and no slices without their permissions."""
    found = page_of(run).findings
    tables: tuple[SliceFacts, ...] = ()
    if slices and may_see_answers(viewer, Permission.SLICES):
        tables = slices_for(viewer, run).tables
    money = may_see_answers(viewer, Permission.MONEY)
    return replace(found, value=found.value if money else None, slices=tables)


def report_of(viewer: Viewer, run: Run, form: str) -> bytes:
    """The report in one of `FORMATS`."""
    return render_as(findings_for(viewer, run), f".{form}")


def report_handout(viewer: Viewer, run: Run, form: str) -> Handout:
    """The kept report: one file for all readers who see the same.

    Slices differ by what a reader was shown before, so whoever sees slices has files of their own, and they are
    drawn anew when the facts change: slices are of the newest data only.
    """
    slices: tuple[object, ...] = ()
    if may_see_answers(viewer, Permission.SLICES):
        slices = (viewer.user.pk, viewer.minimum_group, facts_state(viewer.workspace))
    money = may_see_answers(viewer, Permission.MONEY)
    return handout(viewer.organisation, form, "report", run.pk, run.digest, money, slices)


def draw(*, viewer: Viewer, run: Run, form: str) -> Job:
    """Draw a report in the background; its page then leads to the download."""
    org = viewer.organisation.slug
    names = {"pdf": _("PDF"), "pptx": _("Slides"), "xlsx": _("Workbook")}
    title = _("%(form)s of the answer to %(name)s") % {"form": names[form], "name": run.initiative}
    back = reverse("reports", kwargs={"org": org, "key": run.initiative})
    return start(
        viewer,
        "report",
        title=title[:200],
        parameters={"initiative": run.initiative, "run": run.pk, "form": form, "for": viewer.user.pk},
        next_url=f"{back}?run={run.pk}&made={form}",
    )


def run_report(running: Running) -> Mapping[str, Any]:
    """The background part: gather what its reader may see, draw it, keep the file."""
    wanted = running.parameters
    viewer = reader_of(running.organisation, running.requested_by)
    run = run_of(viewer, wanted["initiative"], wanted["run"])
    if run is None:
        raise Cancelled("The answer is no longer there.")
    made = report_handout(viewer, run, wanted["form"])
    if not made.there:
        running.progress(_("gathering what the report says"), 0, 3)
        findings = findings_for(viewer, run)
        running.progress(_("drawing it"), 1, 3)
        body = render_as(findings, f".{made.form}")
        running.progress(_("keeping it"), 2, 3)
        made.keep(body)
    return {"file": made.path.name}


def reader_of(organisation: Organisation, user: int | None) -> Viewer:
    """Whom a file is drawn for, with the permissions of now.

    Raises
    ------
    Cancelled
        If they no longer belong to the organisation.
    """
    asked = None if user is None else User.objects.filter(pk=user, is_active=True).first()
    viewer = None if asked is None else viewer_of(asked, organisation.slug)
    if viewer is None:
        raise Cancelled("Whoever asked for it is no longer here.")
    return viewer
