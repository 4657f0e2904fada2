"""What needs somebody's eye: late data, a KPI that drifts, uneven waves, a window that ends, a plan nobody reviews."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from upshot.impact.estimate import Estimate
from upshot.periods import Grain, label, period_index, period_start
from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.plan.kpis import Kpi
from upshot.report.numbers import period_label
from upshot.workspace.folder import Workspace
from upshot.workspace.levels import Levels, is_share, level_rows, level_text, levels_of
from upshot.workspace.reconciling import FeedState, days_of

__all__ = ["Alert", "AlertCode", "KpiSeries", "alerts_of", "series_of"]

AlertCode = Literal["data-late", "kpi-drift", "waves-uneven", "window-ends", "never-reviewed"]

SOON = 30
"""Days before a window's end from which it is told."""

FEWEST = 8
"""Periods a KPI needs before one can say that the newest is unusual."""

_LIMIT = 2.66
"""Mean moving ranges either side of the mean on a chart of individual values (Shewhart; 3 sigma / 1.128)."""

_UNEVEN = ("sample-ratio", "balance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to look at.

    Parameters
    ----------
    code
        What kind of thing.
    subject
        Id of the KPI or initiative, or name of the plan.
    text
        What is so, and since when, in a sentence.
    since
        The day it became so, where there is one.
    """

    code: AlertCode
    subject: str
    text: str
    since: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiSeries:
    """A KPI over everybody, period by period.

    Parameters
    ----------
    kpi, label, grain
        As in the plan.
    unit, share
        What one unit of a reading is, and whether readings are shares that are printed per cent.
    periods
        Labels, in order, as `upshot.periods.label` writes them; periods that are not over are left out.
    values
        One a period: the mean, or the sum above over the sum below for a ratio.
    """

    kpi: str
    label: str
    grain: Grain
    unit: str = ""
    share: bool = False
    periods: tuple[str, ...] = ()
    values: tuple[float, ...] = ()


def alerts_of(
    plan: Plan,
    *,
    today: dt.date,
    feeds: Sequence[FeedState] = (),
    series: Sequence[KpiSeries] = (),
    estimates: Mapping[str, Estimate] | None = None,
    reviewed: Mapping[str, dt.date] | None = None,
    planned_since: dt.date | None = None,
) -> tuple[Alert, ...]:
    """Every alert of a plan on a day; nothing is read and nothing is stored.

    Parameters
    ----------
    feeds
        From `reconciliation_of`.
    series
        From `series_of`.
    estimates
        Newest answer of each initiative.
    reviewed
        Day of the last review of each initiative, from the ledger.
    planned_since
        Day the plan was locked or first kept; by default the start of its period.
    """
    return (
        *_late(feeds),
        *_drifting(series),
        *_uneven(plan, estimates or {}),
        *_ending(plan, today),
        *_unreviewed(plan, today, reviewed or {}, planned_since),
    )


def series_of(
    workspace: Workspace, *, today: dt.date, plan: Plan | None = None, levels: Levels | None = None
) -> tuple[KpiSeries, ...]:
    """Each KPI of the plan over everybody, period by period; times to an event are left out.

    Parameters
    ----------
    levels
        From `levels_of`, where they were read already; from the lake otherwise.
    """
    promised = plan or workspace.plan().plan
    if levels is None:
        with workspace.lake().connect() as connection:
            levels = levels_of(connection)
    return tuple(_series(levels, kpi.resolved(), today) for kpi in promised.kpis if kpi.type != "duration")


def _series(levels: Levels, kpi: Kpi, today: dt.date) -> KpiSeries:
    rows = level_rows(levels, kpi)
    grain: Grain = rows[0].grain if rows else kpi.grain.time
    over = [
        (row.period, read) for row in rows if (read := row.read(kpi)) is not None and _after(row.period, grain) <= today
    ]
    return KpiSeries(
        kpi=kpi.id,
        label=kpi.label or kpi.id,
        grain=grain,
        unit=kpi.unit or "",
        share=is_share(kpi),
        periods=tuple(label(int(period_index(str(start), grain)), grain) for start, _ in over),
        values=tuple(float(read) for _, read in over),
    )


def _after(start: dt.date, grain: Grain) -> dt.date:
    """First day after the period that begins on a day."""
    return dt.date.fromisoformat(str(period_start(int(period_index(str(start), grain)) + 1, grain)))


def _late(feeds: Iterable[FeedState]) -> list[Alert]:
    found = []
    for kpi in (kpi for feed in feeds for kpi in feed.kpis if kpi.late):
        if kpi.newest is None or kpi.due is None:
            text = f"There is no reading of {kpi.label} yet, and the plan watches how fresh it is."
        else:
            text = (
                f"The newest reading of {kpi.label} is of {_day(kpi.newest)}; a newer one was due by {_day(kpi.due)}."
            )
        found.append(Alert(code="data-late", subject=kpi.kpi, text=text, since=kpi.due))
    return found


def _drifting(series: Iterable[KpiSeries]) -> list[Alert]:
    return [alert for alert in map(_drift, series) if alert is not None]


def _drift(series: KpiSeries) -> Alert | None:
    """The newest period against the straight line through those before it, on a chart of individual values.

    A KPI that rises or falls steadily is on its line; the limits widen for what is not known of the line.
    """
    if len(series.values) < FEWEST:
        return None
    before, newest = np.array(series.values[:-1]), series.values[-1]
    at = np.arange(len(before)) - (len(before) - 1) / 2
    slope = float(at @ before / (at @ at))
    ordinary = float(np.abs(np.diff(before - slope * at)).mean())
    ahead = at[-1] + 1
    middle = float(before.mean()) + slope * ahead
    widened = _LIMIT * ordinary * float(np.sqrt(1 + 1 / len(before) + ahead**2 / (at @ at)))
    low, high = middle - widened, middle + widened
    if low <= newest <= high:
        return None
    side = "above" if newest > high else "below"
    read, least, most = (
        level_text(value, unit=series.unit, share=series.share, width=high - low) for value in (newest, low, high)
    )
    text = (
        f"{period_label(series.periods[-1], series.grain)}: {series.label} read {read}, {side} the {least} to {most} "
        f"that its course over the {len(before)} periods before allows. "
        "Look for a change in how it is counted first."
    )
    return Alert(code="kpi-drift", subject=series.kpi, text=text)


def _uneven(plan: Plan, estimates: Mapping[str, Estimate]) -> list[Alert]:
    return [
        Alert(code="waves-uneven", subject=item.id, text=f"{_name(item)}: {check.text}")
        for item in plan.initiatives
        if item.id in estimates
        for check in estimates[item.id].checks
        if check.name in _UNEVEN and check.status == "failed"
    ]


def _ending(plan: Plan, today: dt.date) -> list[Alert]:
    """Windows whose last period ends within the next days: what is to be decided needs its answer then."""
    found = []
    for item in plan.initiatives:
        end = _window_end(item)
        if end is not None and today <= end <= today + dt.timedelta(days=SOON):
            text = f"The window of {_name(item)} ends on {_day(end)}; later periods do not count for its answer."
            found.append(Alert(code="window-ends", subject=item.id, text=text, since=end))
    return found


def _window_end(item: Initiative) -> dt.date | None:
    """Last day of the last period after the last wave's start."""
    after, grain = item.design.window.after, item.design.period
    if after is None or not item.waves:
        return None
    start = int(period_index(str(max(wave.start for wave in item.waves)), grain))
    return dt.date.fromisoformat(str(period_start(start + after + 1, grain))) - dt.timedelta(days=1)


def _unreviewed(
    plan: Plan, today: dt.date, reviewed: Mapping[str, dt.date], planned_since: dt.date | None
) -> list[Alert]:
    found = [alert for item in plan.initiatives if (alert := _missed(item, today, reviewed.get(item.id))) is not None]
    every, since = plan.period.review_every, planned_since or plan.period.start
    last = max(reviewed.values(), default=None)
    due = None if every is None or since is None else (last or since) + dt.timedelta(days=round(days_of(every)))
    if due is not None and today > due:
        what = "was never reviewed" if last is None else f"was last reviewed on {_day(last)}"
        text = f"The plan {what}; a review was due by {_day(due)}."
        found.append(Alert(code="never-reviewed", subject="plan", text=text, since=due))
    return found


def _missed(item: Initiative, today: dt.date, last: dt.date | None) -> Alert | None:
    """The newest planned review that has passed without one on record from that day on."""
    passed = [review.date for review in item.reviews if review.date < today]
    if not passed or (last is not None and last >= max(passed)):
        return None
    text = f"{_name(item)} was to be reviewed on {_day(max(passed))}, and no decision is on record since."
    return Alert(code="never-reviewed", subject=item.id, text=text, since=max(passed))


def _name(item: Initiative) -> str:
    return item.title or item.id


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
