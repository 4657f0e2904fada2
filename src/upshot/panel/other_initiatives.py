"""Who of a panel's units was reached by the plan's other initiatives on the same KPI, and from when."""

import datetime as dt
from dataclasses import replace

from upshot.errors import PanelError
from upshot.impact.checks.other_initiatives import other_initiatives
from upshot.impact.design import Design
from upshot.impact.estimate import CheckResult
from upshot.lake.scan import Connection, ScannedPanel
from upshot.panel.audience import where_sql
from upshot.panel.exposure import expose
from upshot.panel.planned import numeric_period
from upshot.panel.units import group_field
from upshot.periods import parse_label
from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.plan.kpis import Kpi

__all__ = ["others_check"]


def others_check(
    connection: Connection,
    plan: Plan,
    initiative: Initiative,
    kpi: Kpi,
    scanned: ScannedPanel,
    design: Design,
    *,
    on: dt.date,
) -> CheckResult:
    """Whether another initiative on this KPI reached those who started more than the others.

    Works on the tables `build` has left on the connection; a team counts as reached from the first
    of its people on.

    Parameters
    ----------
    scanned
        The panel's moments, for its periods.
    design
        The design the panel was answered by.
    on
        Day the audience was read on.
    """
    ours = dict(connection.execute("SELECT DISTINCT unit, first_treated FROM panel").fetchall())
    rivals = [
        other.resolved()
        for other in plan.initiatives
        if other.id != initiative.id and other.is_training and any(entry.kpi == kpi.id for entry in other.expected)
    ]
    reached = {other.title or other.id: _starts(connection, other, initiative, kpi, on) for other in rivals}

    def numeric(start: str | None) -> int | None:
        if start is None:
            return None
        return numeric_period(parse_label(start, initiative.design.period), initiative, scanned.scale)

    return other_initiatives(
        [numeric(start) for start in ours.values()],
        {name: [numeric(starts.get(unit)) for unit in ours] for name, starts in reached.items() if starts},
        periods=scanned.moments.periods,
        design=replace(design, event_window=None),
    )


def _starts(
    connection: Connection, other: Initiative, initiative: Initiative, kpi: Kpi, on: dt.date
) -> dict[str, str | None]:
    """Period each unit was first reached by another initiative, at this one's grain; empty if nobody was."""
    same_grain = replace(other, design=replace(other.design, period=initiative.design.period))
    try:
        expose(connection, same_grain, on=f"DATE '{on}'")
    except PanelError:
        return {}
    wanted = where_sql(other.audience.where, on=f"DATE '{on}'")
    unit = f"p.{group_field(kpi) or 'person'}"
    rows = connection.execute(
        f"SELECT {unit}, min(e.start) FROM (SELECT * FROM panel_people WHERE {wanted}) p "
        "JOIN exposure e ON e.person = p.person WHERE e.start IS NOT NULL GROUP BY 1"
    ).fetchall()
    return dict(rows)
