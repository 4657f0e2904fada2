"""What happens to the firm: a KPI reads unusually, data are late, a review comes due."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from upshot.periods import parse_label, period_start
from upshot.web.automation.facts import Facts
from upshot.web.automation.happening import Happening
from upshot.web.automation.language.words import When
from upshot.web.reviews.dates import Due
from upshot.web.reviews.selectors import calendar_of
from upshot.workspace.alerting import KpiSeries, alerts_of, series_of
from upshot.workspace.reconciling import reconciliation_of

__all__ = ["data_late", "kpi_drifts", "review_due"]

_DAY = dt.timedelta(days=1)


def kpi_drifts(facts: Facts, when: When, first: dt.date, last: dt.date) -> Iterator[Happening]:
    """KPIs whose newest period read unusually when it was over, for each period that ended between two days."""
    for series in series_of(facts.workspace, today=facts.today, plan=facts.plan):
        if when.kpi not in (None, series.kpi):
            continue
        for until in range(len(series.periods), 0, -1):
            over = _over(series, until - 1)
            if over < first:
                break
            known = replace(series, periods=series.periods[:until], values=series.values[:until])
            for alert in alerts_of(facts.plan, today=over, series=(known,)) if over <= last else ():
                if alert.code == "kpi-drift":
                    key = f"drift:{series.kpi}:{series.periods[until - 1]}"
                    yield Happening(key=key, day=over, about=over, kpi=series.kpi, what=alert.text)


def _over(series: KpiSeries, at: int) -> dt.date:
    """The day after a period."""
    index = parse_label(series.periods[at], series.grain)
    return dt.date.fromisoformat(str(period_start(index + 1, series.grain)))


def data_late(facts: Facts, when: When, first: dt.date, last: dt.date) -> Iterator[Happening]:
    """KPIs whose readings are late today, from the day after they were due; what came since is not seen."""
    feeds = reconciliation_of(facts.workspace, today=facts.today, plan=facts.plan)
    for alert in alerts_of(facts.plan, today=facts.today, feeds=feeds):
        if alert.code != "data-late" or when.kpi not in (None, alert.subject):
            continue
        day = alert.since + _DAY if alert.since else facts.today
        key = f"late:{alert.subject}:{alert.since or 'never'}"
        yield Happening(key=key, day=day, about=day, kpi=alert.subject, what=alert.text)


def review_due(facts: Facts, when: When, first: dt.date, last: dt.date) -> Iterator[Happening]:
    """Reviews that are due between two days, held or not."""
    laid_out = calendar_of(facts.organisation, facts.plan, on=facts.today)
    for due in _once([*laid_out.ahead, *laid_out.held]):
        if first <= due.day <= last and when.initiative in (None, due.initiative):
            key = f"review:{due.initiative}:{due.day}"
            yield Happening(key=key, day=due.day, about=due.day, initiative=due.initiative)


def _once(found: Iterable[Due]) -> list[Due]:
    return list({(due.initiative, due.day): due for due in found}.values())
