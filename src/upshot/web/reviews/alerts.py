"""What needs somebody's eye, each with the one thing to do about it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from upshot.impact.estimate import CheckResult, Estimate
from upshot.plan import Document
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer, workspace_of
from upshot.web.imports.selectors import feeds_of, levels_for
from upshot.web.measures.models import Run
from upshot.web.measures.selectors import newest_runs
from upshot.web.reviews.dates import Calendar
from upshot.web.reviews.links import address
from upshot.workspace.alerting import Alert, KpiSeries, alerts_of, series_of
from upshot.workspace.reconciling import FeedState

__all__ = ["Told", "alerts_for", "checked_answers", "readings_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One alert: what is so, a heading in a few words, and where to do something about it."""

    code: str
    heading: str
    text: str
    url: str
    label: str
    since: dt.date | None = None


def readings_of(
    organisation: Organisation, document: Document, today: dt.date
) -> tuple[tuple[FeedState, ...], tuple[KpiSeries, ...]]:
    """Freshness of every feed and each KPI period by period; read again only when facts, plan or day change."""
    series = series_of(workspace_of(organisation), today=today, plan=document.plan, levels=levels_for(organisation))
    return feeds_of(organisation, document, today=today), series


def alerts_for(
    viewer: Viewer,
    document: Document,
    *,
    estimates: Mapping[str, Estimate],
    reviewed: Mapping[str, dt.date],
    calendar: Calendar,
    today: dt.date,
) -> tuple[Told, ...]:
    """Every alert of the plan, in the order: data, KPIs, waves, windows, reviews.

    Parameters
    ----------
    estimates, reviewed, calendar
        Newest answers, days of the last decision, and the reviews ahead.
    """
    feeds, series = readings_of(viewer.organisation, document, today)
    found = alerts_of(document.plan, today=today, feeds=feeds, series=series, estimates=estimates, reviewed=reviewed)
    return tuple(_told(viewer, alert, calendar) for alert in found)


def checked_answers(organisation: Organisation) -> dict[str, Estimate]:
    """The newest answer of each initiative, as far as its checks: alerts read nothing else of it."""
    numbers = [run.pk for run in newest_runs(organisation).values()]
    rows = Run.objects.filter(pk__in=numbers).values_list("initiative", "estimate")
    return {name: _checked(said) for name, said in rows}


def _checked(said: Mapping[str, Any]) -> Estimate:
    return Estimate(
        method=said["method"],
        estimand=said["estimand"],
        outcome=said["outcome"],
        level=said["level"],
        n_units=said.get("n_units", 0),
        registration=said["registration"],
        checks=tuple(
            CheckResult(name=check["name"], status=check["status"], text=check["text"])
            for check in said.get("checks", ())
        ),
    )


def _told(viewer: Viewer, alert: Alert, calendar: Calendar) -> Told:
    known = Told(code=alert.code, heading=_heading(alert), text=alert.text, since=alert.since, url="", label="")
    if alert.code in ("data-late", "kpi-drift"):
        if not viewer.may(Permission.DATA):
            return known
        return replace(known, url=address(viewer, "data"), label=_("Look at the data"))
    if alert.code == "waves-uneven":
        url = address(viewer, "impact", key=alert.subject)
        return replace(known, url=url, label=_("Look at the answer"))
    due = next((due for due in calendar.ahead if due.initiative == alert.subject), None)
    if due is not None:
        url = address(viewer, "review", initiative=due.initiative, due=due.day.isoformat())
        return replace(known, url=url, label=_("Open the review"))
    if not viewer.everywhere(Permission.DECIDE):
        return known
    return replace(known, url=f"{address(viewer, 'reviews')}#plan-one", label=_("Plan a review"))


def _heading(alert: Alert) -> str:
    headings = {
        "data-late": _("Data are late"),
        "kpi-drift": _("A KPI reads unusually"),
        "waves-uneven": _("Waves are uneven"),
        "window-ends": _("A window ends"),
        "never-reviewed": _("A review is missing"),
    }
    return headings[alert.code]
