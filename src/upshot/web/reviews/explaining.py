"""An objective's KPIs against their goals, with the part of each that initiatives of grade A or B explain."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext as _

from upshot.plan import Document
from upshot.plan.kpis import Kpi
from upshot.plan.objectives import KeyResult, Objective
from upshot.report.figures import Figure
from upshot.report.findings import Wave
from upshot.report.goal_chart import GoalPicture, GoalPoint, goal_figure
from upshot.report.numbers import period_label
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import MINIMUM, Viewer
from upshot.web.imports.selectors import levels_for
from upshot.web.measures.codec import restored
from upshot.web.measures.models import Run
from upshot.web.measures.selectors import may_see_answers, newest_runs
from upshot.web.reviews.alerts import readings_of
from upshot.web.reviews.selectors import today
from upshot.web.reviews.trends import fewest_people, trend_of
from upshot.workspace.alerting import KpiSeries
from upshot.workspace.levels import Levels, is_share, level_rows, level_text

__all__ = ["Effect", "Pictured", "draw_ahead", "explained", "pictures_of"]

_WEEK = 7 * 24 * 3600
_MOST = 36
"""Periods that are drawn: three years of months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one initiative does to those who started, and how many had started by period.

    Parameters
    ----------
    title
        Of the initiative.
    grade
        A or B; nothing below explains anything.
    value, low, high
        In stored units of the KPI, for one who started.
    starts
        First period of each wave as labels sort, and how many started in it.
    """

    title: str
    grade: str
    value: float
    low: float
    high: float
    starts: tuple[tuple[str, int], ...]

    def share(self, period: str, entities: int) -> float:
        """Share of those read in a period who had started by then."""
        begun = sum(people for start, people in self.starts if start <= period)
        return min(1.0, begun / entities) if entities else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictured:
    """One key result: its picture, or why there is none, and what the part is made of."""

    label: str
    goal: str
    definition: str = ""
    picture: GoalPicture | None = None
    withheld: str = ""
    parts: tuple[str, ...] = ()
    note: str = ""

    @property
    def figure(self) -> Figure | None:
        """The picture drawn; what was drawn once is kept for every process, for drawing takes long."""
        return None if self.picture is None else _drawn(self.picture)


def pictures_of(viewer: Viewer, document: Document, objective: Objective) -> tuple[Pictured, ...]:
    """Every KPI of an objective against its goal; the explained part only for those who may see answers."""
    answers = may_see_answers(viewer)
    return _pictures(viewer.organisation, document, objective, viewer.minimum_group, answers=answers)


def draw_ahead(organisation: Organisation, document: Document) -> int:
    """Draw what pages of objectives show, with answers and without; how many pictures there are."""
    drawn = 0
    for objective in document.plan.objectives:
        for answers in (True, False):
            found = _pictures(organisation, document, objective, MINIMUM, answers=answers)
            drawn += sum(one.figure is not None for one in found)
    return drawn


def _drawn(picture: GoalPicture) -> Figure:
    key = f"figure-{hashlib.sha256(repr(picture).encode()).hexdigest()}"
    found: Figure | None = cache.get(key)
    if found is None:
        found = goal_figure(picture)
        cache.set(key, found, _WEEK)
    return found


def _pictures(
    organisation: Organisation, document: Document, objective: Objective, minimum: int, *, answers: bool
) -> tuple[Pictured, ...]:
    levels = levels_for(organisation)
    _feeds, series = readings_of(organisation, document, today())
    by_kpi = {one.kpi: one for one in series}
    effects = _effects(organisation, document, objective) if answers else {}
    return tuple(
        _pictured(minimum, document, result, by_kpi, levels, effects.get(result.kpi, ()), number)
        for number, result in enumerate(objective.key_results)
    )


def _effects(organisation: Organisation, document: Document, objective: Objective) -> dict[str, tuple[Effect, ...]]:
    """Claimable effects of the objective's initiatives by KPI."""
    serving = {item.id: item.title or item.id for item in document.plan.initiatives if objective.id in item.serves}
    runs = newest_runs(organisation)
    numbers = [run.pk for name, run in runs.items() if name in serving and run.proven]
    found: dict[str, list[Effect]] = {}
    for run in Run.objects.filter(pk__in=numbers).only("initiative", "kpi", "grade", "page"):
        effect = _effect(serving[run.initiative], run)
        if effect is not None:
            found.setdefault(run.kpi, []).append(effect)
    return {kpi: tuple(own) for kpi, own in found.items()}


def _effect(title: str, run: Run) -> Effect | None:
    """The effect as its page says it; none where small groups or an open interval stand in the way."""
    findings = run.page["findings"]
    estimate = findings["estimate"]
    value, low, high = (estimate.get(name) for name in ("estimate", "conf_low", "conf_high"))
    waves = [restored(Wave, wave) for wave in findings["waves"]]
    starts = tuple((wave.start, wave.people) for wave in waves if wave.people is not None)
    if value is None or low is None or high is None or len(starts) < len(waves) or estimate["estimand"] != "att":
        return None
    return Effect(title=title, grade=run.grade, value=value, low=low, high=high, starts=starts)


def explained(period: str, entities: int, effects: Sequence[Effect]) -> tuple[float, float, float] | None:
    """What of a period's level the initiatives explain, with its interval, in stored units.

    The ends of several initiatives are added, which is at least as wide as what is not known of their sum.
    """
    at = [(effect, effect.share(period, entities)) for effect in effects]
    if not any(share for _, share in at):
        return None
    parts = [(effect.value * share, effect.low * share, effect.high * share) for effect, share in at]
    value, low, high = (sum(part[place] for part in parts) for place in range(3))
    return value, low, high


def _pictured(
    minimum: int,
    document: Document,
    result: KeyResult,
    series: Mapping[str, KpiSeries],
    levels: Levels,
    effects: Sequence[Effect],
    number: int,
) -> Pictured:
    kpi = document.plan.kpi(result.kpi).resolved()
    trend = trend_of(document.plan, result, series, fewest_people(levels), minimum)
    if trend.withheld:
        return Pictured(label=trend.label, goal=trend.goal, definition=kpi.definition or "", withheld=trend.withheld)
    own = series[kpi.id]
    rows = {row.period: row.entities for row in level_rows(levels, kpi)}
    entities = list(rows.values())[: len(own.values)]
    parts = [explained(period, people, effects) for period, people in zip(own.periods, entities, strict=True)]
    picture = GoalPicture(
        name=f"goal-{number}",
        finding=_finding(kpi, parts[-1], own.periods[-1], own),
        measure=" · ".join(filter(None, (trend.label, "" if is_share(kpi) else kpi.unit or ""))),
        points=tuple(_points(kpi, own, parts))[-_MOST:],
        goal=None if result.target is None else _printed(kpi, result.target),
        goal_text=trend.goal,
        decimals=1 if is_share(kpi) else 2,
    )
    return Pictured(
        label=trend.label,
        goal=trend.goal,
        definition=kpi.definition or "",
        picture=picture,
        parts=tuple(_said(kpi, effect) for effect in effects),
        note=_note(kpi) if parts[-1] is not None else "",
    )


def _printed(kpi: Kpi, value: float) -> float:
    return 100 * value if is_share(kpi) else value


def _points(kpi: Kpi, own: KpiSeries, parts: Sequence[tuple[float, float, float] | None]) -> list[GoalPoint]:
    made = []
    for period, value, part in zip(own.periods, own.values, parts, strict=True):
        low, high = (None, None) if part is None else (value - part[2], value - part[1])
        made.append(
            GoalPoint(
                period=period_label(period, own.grain),
                value=_printed(kpi, value),
                text=_level(kpi, value),
                low=None if low is None else _printed(kpi, low),
                high=None if high is None else _printed(kpi, high),
                without="" if low is None or high is None else f"{_level(kpi, low)} to {_level(kpi, high)}",
            )
        )
    return made


def _level(kpi: Kpi, value: float) -> str:
    return level_text(value, unit=kpi.unit or "", share=is_share(kpi))


def _finding(kpi: Kpi, part: tuple[float, float, float] | None, period: str, own: KpiSeries) -> str:
    """The picture's title: how much of the newest level is the initiatives' doing."""
    if part is None:
        return _("No part of it is shown to be our doing")
    if part[1] <= 0 <= part[2]:
        said = {"low": _bare(kpi, part[1]), "high": _difference(kpi, part[2])}
        return _("Our initiatives made no difference to it that can be seen (%(low)s to %(high)s)") % said
    when = period_label(period, own.grain)
    said = {"part": _difference(kpi, part[0]), "low": _bare(kpi, part[1]), "high": _bare(kpi, part[2]), "when": when}
    return _("In %(when)s our initiatives account for %(part)s of it (%(low)s to %(high)s)") % said


def _bare(kpi: Kpi, value: float) -> str:
    shown = _printed(kpi, value)
    return f"{shown:+,.1f}".replace("-", "\N{MINUS SIGN}")


def _difference(kpi: Kpi, value: float) -> str:
    unit = _("points") if is_share(kpi) else kpi.unit or ""
    return f"{_bare(kpi, value)} {unit}".strip()


def _said(kpi: Kpi, effect: Effect) -> str:
    return _("%(title)s, grade %(grade)s: %(value)s for those who started (%(low)s to %(high)s).") % {
        "title": effect.title,
        "grade": effect.grade,
        "value": _difference(kpi, effect.value),
        "low": _bare(kpi, effect.low),
        "high": _bare(kpi, effect.high),
    }


def _note(kpi: Kpi) -> str:
    who = {"person": _("people"), "employee": _("people")}.get(kpi.grain.entity, _("teams or sites"))
    return _(
        "The part is the effect on those who started, times their share of the %(who)s who were read in the period. "
        "It counts the average effect from the start on, and takes those who started to be read as often as the rest."
    ) % {"who": who}
