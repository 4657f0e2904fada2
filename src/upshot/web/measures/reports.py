"""An answer's report for one reader: the findings as given, without what this reader may not see."""

from dataclasses import replace

from upshot.report.facts import SliceFacts
from upshot.report.findings import Findings
from upshot.report.formats import MEDIA_TYPES, render_as
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.measures.keeping import page_of
from upshot.web.measures.models import Run
from upshot.web.measures.selectors import may_see_answers
from upshot.web.measures.slicing import slices_for

__all__ = ["FORMATS", "findings_for", "report_of"]

FORMATS = {suffix.removeprefix("."): media for suffix, media in MEDIA_TYPES.items()}


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
