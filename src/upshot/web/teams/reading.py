"""A KPI's newest reading for a whole team; nothing where too few people stand behind it."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from upshot.plan.kpis import Kpi
from upshot.web.accounts.viewer import MANAGERS_MINIMUM
from upshot.workspace.folder import Workspace

__all__ = ["TeamReading", "team_reading"]

_SQL = """
    SELECT period, count(DISTINCT entity), avg(value), sum(numerator) / nullif(sum(denominator), 0)
    FROM kpis WHERE kpi = $1 AND entity IN (SELECT unnest($2)) AND (value IS NOT NULL OR denominator > 0)
    GROUP BY period ORDER BY period DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamReading:
    """What a KPI reads for a team.

    Parameters
    ----------
    shown
        With its unit; empty where fewer people stand behind it than may be shown.
    people
        How many; ``None`` where it is not shown.
    """

    shown: str
    people: int | None
    period: dt.date | None
    least: int


def team_reading(workspace: Workspace, kpi: Kpi, people: Collection[str]) -> TeamReading | None:
    """The newest reading of a team, all its people together; ``None`` for KPIs that are not averages over people."""
    if kpi.grain.entity != "person" or kpi.type not in ("mean", "ratio", "binary"):
        return None
    least = max(MANAGERS_MINIMUM, kpi.min_cell)
    rows = workspace.lake().query(_SQL, [kpi.id, sorted(people)]).to_pylist() if people else []
    if not rows:
        return None
    period, count, mean, ratio = rows[0].values()
    value = ratio if ratio is not None else mean
    if count < least or value is None:
        return TeamReading(shown="", people=None, period=None, least=least)
    return TeamReading(shown=_said(value, kpi), people=count, period=period, least=least)


def _said(value: float, kpi: Kpi) -> str:
    if kpi.unit == "proportion":
        return f"{value:.1%}".replace("%", " %")
    number = f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}") if abs(value) >= 100 else f"{value:.1f}"
    return f"{number} {kpi.unit or ''}".strip().replace("-", "−")
