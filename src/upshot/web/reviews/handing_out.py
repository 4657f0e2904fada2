"""The executive page as slides and PDF: the same findings, drawn once in the background, kept from then on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upshot.errors import Cancelled
from upshot.plan import Document
from upshot.report import overview_pdf, overview_slides
from upshot.report.overview import Overview, OverviewLine, Told
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.imports.kept import lake_state
from upshot.web.jobs.models import Job
from upshot.web.jobs.services import Running, start
from upshot.web.measures.codec import plain
from upshot.web.measures.handouts import Handout, handout
from upshot.web.measures.reports import reader_of
from upshot.web.measures.selectors import newest_runs
from upshot.web.reviews.executive import Glance, Line, Said, glance_of
from upshot.web.reviews.explaining import pictures_of
from upshot.web.reviews.selectors import plan_of, today
from upshot.web.reviews.trends import Trend

__all__ = ["FORMS", "draw", "glance_handout", "overview_of", "run_glance"]

FORMS = {"pdf": overview_pdf.render, "pptx": overview_slides.render}
"""Forms the executive page is handed out in, each with what draws it."""


def overview_of(viewer: Viewer, *, drawn: bool = True) -> Overview | None:
    """What the executive page says, ready to be laid out; ``None`` while the plan does not load.

    Parameters
    ----------
    drawn
        Without its pictures it takes a moment, and says the same: enough to tell whether a file is of today.
    """
    document, glance = plan_of(viewer), glance_of(viewer)
    if document is None or glance is None:
        return None
    organisation = viewer.organisation
    orphans = _("Serving no objective: %(names)s.") % {"names": ", ".join(glance.orphans)} if glance.orphans else ""
    return Overview(
        organisation=organisation.name,
        question=_("What did we get for the money?"),
        lead=_lead(glance),
        as_of=today(),
        lines=tuple(_line(viewer, document, line, place, drawn=drawn) for place, line in enumerate(glance.lines)),
        notice=organisation.notice,
        orphans=orphans,
    )


def _lead(glance: Glance) -> str:
    spent = _("Planned: %(spend)s.") % {"spend": glance.spend} if glance.spend else ""
    shown = _("%(shown)s of %(n)s initiatives have an answer we can rely on.") % {
        "shown": glance.shown,
        "n": glance.initiatives,
    }
    asked = ""
    if glance.asked:
        asked = ngettext("%(n)s decision is asked.", "%(n)s decisions are asked.", glance.asked) % {"n": glance.asked}
    return " ".join(filter(None, (spent, shown, asked)))


def _line(viewer: Viewer, document: Document, line: Line, place: int, *, drawn: bool) -> OverviewLine:
    pictures = pictures_of(viewer, document, document.plan.objectives[place]) if drawn else ()
    told = (*((line.first,) if line.first else ()), *line.others)
    return OverviewLine(
        objective=line.statement,
        readings=tuple(_reading(trend) for trend in line.trends),
        figures=tuple(one.figure for one in pictures if one.figure is not None),
        told=tuple(_told(one) for one in told),
    )


def _reading(trend: Trend) -> str:
    goal = f"; {trend.goal}" if trend.goal else ""
    if not trend.now:
        return f"{trend.label}: {trend.withheld}{goal}"
    return f"{trend.label}: {trend.now} ({trend.period}), {trend.word}{goal}"


def _told(one: Said) -> Told:
    return Told(
        title=one.title,
        sentence=one.sentence,
        grade=one.grade,
        money=one.money,
        money_reason=one.money_reason,
        asked=one.asked,
        decided=one.decided,
    )


def glance_handout(viewer: Viewer, overview: Overview, form: str) -> Handout:
    """The kept file: its name follows from the page's words and the facts, so that a changed page is drawn anew."""
    said = [plain(replace(line, figures=())) for line in overview.lines]
    words = [overview.lead, overview.as_of, overview.notice, overview.orphans, said]
    facts = (lake_state(viewer.organisation), sorted(run.pk for run in newest_runs(viewer.organisation).values()))
    return handout(viewer.organisation, form, "glance", words, facts)


def draw(*, viewer: Viewer, form: str) -> Job:
    """Draw the page in the background; the job then leads back to it."""
    title = _("At a glance, as slides") if form == "pptx" else _("At a glance, as PDF")
    url = f"{reverse('executive', kwargs={'org': viewer.organisation.slug})}?made={form}"
    parameters = {"form": form, "for": viewer.user.pk}
    return start(viewer, "glance-report", title=title, parameters=parameters, next_url=url)


def run_glance(running: Running) -> Mapping[str, Any]:
    """The background part: gather what its reader may see, draw it, keep the file."""
    form = running.parameters["form"]
    viewer = reader_of(running.organisation, running.requested_by)
    running.progress(_("gathering what the page says"), 0, 3)
    overview = overview_of(viewer) if viewer.everywhere(Permission.EXECUTIVE) else None
    if overview is None:
        raise Cancelled("There is nothing to draw.")
    made = glance_handout(viewer, overview, form)
    if not made.there:
        running.progress(_("drawing it"), 1, 3)
        body = FORMS[form](overview)
        running.progress(_("keeping it"), 2, 3)
        made.keep(body)
    return {"file": made.path.name}
