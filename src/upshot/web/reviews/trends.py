"""A KPI against its goal: where it stands, which way it went, and a small line of its periods."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from upshot.plan import Plan
from upshot.plan.kpis import Kpi
from upshot.plan.objectives import KeyResult
from upshot.report.numbers import percent, period_label
from upshot.workspace.alerting import KpiSeries
from upshot.workspace.levels import Levels, is_share, level_text

__all__ = ["Trend", "fewest_people", "reading", "trend_of"]

WIDTH, HEIGHT = 120, 32
_EDGE = 3
_STILL = 0.05
"""A KPI that covered less than this part of the way to its goal has not moved."""

Tone = Literal["better", "worse", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One key result, in words and as a line.

    Parameters
    ----------
    label, now, period
        The KPI, its newest reading as printed and the period it is of; empty where there is none.
    goal
        The target and its day.
    arrow, word, tone
        Which way it went, where that stands against the goal, and whether that is better or worse.
    points, goal_y
        The line's corners and the goal's height in a box of 120 by 32; empty and absent without readings.
    readings
        The same as pairs of period and printed value, the newest twelve.
    withheld
        Why no reading is shown.
    """

    label: str
    goal: str
    now: str = ""
    period: str = ""
    arrow: str = ""
    word: str = ""
    tone: Tone = ""
    points: str = ""
    last: tuple[float, float] | None = None
    goal_y: float | None = None
    readings: tuple[tuple[str, str], ...] = ()
    withheld: str = ""
    description: str = ""


def fewest_people(levels: Levels) -> dict[str, int]:
    """By the KPI's name in the lake, the fewest people, teams or sites that any period was read for."""
    return {kpi: min(level.entities for level in own) for kpi, own in levels.items() if own}


def reading(value: float, kpi: Kpi) -> str:
    """A level of a KPI as people write it."""
    return level_text(value, unit=kpi.unit or "", share=is_share(kpi))


def trend_of(
    plan: Plan, result: KeyResult, series: Mapping[str, KpiSeries], fewest: Mapping[str, int], minimum: int
) -> Trend:
    """Where a key result stands."""
    kpi = plan.kpi(result.kpi).resolved()
    label, goal = kpi.label or kpi.id, _goal(result, kpi)
    found = series.get(kpi.id)
    if found is None or not found.values:
        return Trend(label=label, goal=goal, withheld=_("No reading of the whole firm."))
    least = max(minimum, kpi.min_cell) if kpi.grain.entity in ("person", "employee") else 0
    if fewest.get(kpi.source.kpi or kpi.id, 0) < least:
        text = _("Not shown: a period was read for fewer than %(n)s people.") % {"n": least}
        return Trend(label=label, goal=goal, withheld=text)
    return _drawn(label, goal, result, kpi, found)


def _goal(result: KeyResult, kpi: Kpi) -> str:
    if result.target is None:
        return ""
    text = _("goal %(target)s") % {"target": reading(result.target, kpi)}
    return f"{text} {_by(result.by)}".strip()


def _by(day: dt.date | None) -> str:
    return "" if day is None else _("by %(day)s") % {"day": f"{day.day} {day:%B %Y}"}


def _drawn(label: str, goal: str, result: KeyResult, kpi: Kpi, found: KpiSeries) -> Trend:
    values = found.values[-12:]
    periods = [period_label(period, found.grain) for period in found.periods[-12:]]
    start = found.values[0] if result.baseline is None else result.baseline
    corners = _corners(values, result.target)
    arrow, word, tone = _course(start, values[-1], result, kpi)
    return Trend(
        label=label,
        goal=goal,
        now=reading(values[-1], kpi),
        period=periods[-1],
        arrow=arrow,
        word=word,
        tone=tone,
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in corners),
        last=corners[-1],
        goal_y=None if result.target is None else round(_height(result.target, values, result.target), 1),
        readings=tuple((period, reading(value, kpi)) for period, value in zip(periods, values, strict=True)),
        description=_("%(label)s from %(first)s in %(from)s to %(last)s in %(until)s")
        % {
            "label": label,
            "first": reading(values[0], kpi),
            "from": periods[0],
            "last": reading(values[-1], kpi),
            "until": periods[-1],
        },
    )


def _course(start: float, now: float, result: KeyResult, kpi: Kpi) -> tuple[str, str, Tone]:
    """Which way it went from the baseline, and what share of the way to the goal that is."""
    arrow = "↑" if now > start else "↓" if now < start else "→"
    if result.target is None or result.target == start:
        better = {"up": now > start, "down": now < start}.get(kpi.direction or "")
        return arrow, _("no goal is set"), "" if better is None or now == start else "better" if better else "worse"
    share = (now - start) / (result.target - start)
    if share >= 1:
        return arrow, _("goal reached"), "better"
    if abs(share) < _STILL:
        return "→", _("has hardly moved"), ""
    if share < 0:
        return arrow, _("away from the goal"), "worse"
    return arrow, _("%(share)s of the way") % {"share": percent(share)}, "better"


def _corners(values: Sequence[float], target: float | None) -> list[tuple[float, float]]:
    step = (WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    return [(round(_EDGE + place * step, 1), round(_height(v, values, target), 1)) for place, v in enumerate(values)]


def _height(value: float, values: Sequence[float], target: float | None) -> float:
    shown = [*values] if target is None else [*values, target]
    low, high = min(shown), max(shown)
    share = 0.5 if high == low else (value - low) / (high - low)
    return HEIGHT - _EDGE - share * (HEIGHT - 2 * _EDGE)
