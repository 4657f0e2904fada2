"""The main job: an initiative of the workspace's plan, its facts, and the answer, as planned."""

import datetime as dt
import hashlib
from dataclasses import dataclass, replace

from upshot.errors import PanelError, Problem
from upshot.impact.design import Design
from upshot.impact.estimate import Estimate
from upshot.lake import Lake
from upshot.panel.build import BuiltPanel, build, planned_design, scan
from upshot.panel.direct import answer_scan
from upshot.periods import Rounding
from upshot.plan import Plan, plan_hash
from upshot.plan.initiatives import Expected, Initiative
from upshot.plan.kpis import Kpi
from upshot.workspace.folder import Workspace

__all__ = ["Answer", "answer_initiative"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An initiative's answer with what it rests on.

    Parameters
    ----------
    estimate
        The headline, as planned.
    event_study
        The same comparison by time since start; ``None`` if nothing is identified.
    """

    plan: Plan
    initiative: Initiative
    kpi: Kpi
    expected: Expected | None
    built: BuiltPanel
    estimate: Estimate
    event_study: Estimate | None


def answer_initiative(
    workspace: Workspace,
    initiative_id: str,
    *,
    kpi_id: str | None = None,
    rounding: Rounding | None = None,
    changes: Design | None = None,
) -> Answer:
    """Answer whether an initiative moved its primary KPI, or another one it names.

    Parameters
    ----------
    kpi_id
        One of the KPIs under ``expected``; by default the first.
    rounding
        Another rule than the plan's for which period a start counts from; the answer is then
        exploratory.
    changes
        A design to use in place of the planned one.

    Raises
    ------
    PlanError, PanelError, WorkspaceError
        If the plan does not load, the facts do not form a panel, or a name is unknown.
    """
    plan = workspace.plan().plan
    initiative = _chosen(plan.initiative(initiative_id).resolved(), rounding)
    kpi, expected = _kpi(plan, initiative, kpi_id)
    design = changes or planned_design(initiative, kpi, expected, level=initiative.design.level)
    lake = workspace.lake()
    connection = lake.connect()
    try:
        built = build(connection, initiative, kpi, on=_day(plan, initiative))
        scanned = scan(connection, built, fingerprint=_fingerprint(lake))
    finally:
        connection.close()
    digest = plan_hash(plan)
    estimate = answer_scan(scanned, design, plan_hash=digest)
    by_event = replace(design, aggregation="event", estimator="callaway-santanna")
    study = answer_scan(scanned, by_event, plan_hash=digest) if estimate.estimate is not None else None
    return Answer(
        plan=plan,
        initiative=initiative,
        kpi=kpi,
        expected=expected,
        built=built,
        estimate=estimate,
        event_study=study,
    )


def _chosen(initiative: Initiative, rounding: Rounding | None) -> Initiative:
    if rounding is None:
        return initiative
    start = replace(initiative.design.first_treated, round=rounding)
    return replace(initiative, design=replace(initiative.design, first_treated=start))


def _kpi(plan: Plan, initiative: Initiative, kpi_id: str | None) -> tuple[Kpi, Expected | None]:
    if kpi_id is None:
        if not initiative.expected:
            raise PanelError(
                Problem(
                    code="no-primary-kpi",
                    text=f"Initiative {initiative.id!r} names no KPI it should move.",
                    fix="Add it under 'expected', or choose one with --kpi.",
                )
            )
        kpi_id = initiative.expected[0].kpi
    expected = next((entry for entry in initiative.expected if entry.kpi == kpi_id), None)
    kpi = plan.kpi(kpi_id).resolved()
    if kpi.type == "duration":
        raise PanelError(
            Problem(
                code="duration-kpi",
                text=f"KPI {kpi_id!r} is a time to an event, which a panel of periods cannot hold.",
                fix="Use: upshot estimate --spells FILE.",
            )
        )
    return kpi, expected


def _day(plan: Plan, initiative: Initiative) -> dt.date:
    """The day the audience is read on: before anyone can have started."""
    starts = [wave.start for wave in initiative.waves]
    known = [day for day in (min(starts, default=None), plan.period.start) if day is not None]
    return min(known, default=dt.date.today())


def _fingerprint(lake: Lake) -> str:
    """SHA-256 over what was imported, by content and profile, and over which accounts are one person."""
    taken = {(i.feed, i.fingerprint, i.profile_fingerprint) for i in lake.imports() if i.rows_taken}
    merged = lake.query("SELECT account, person FROM accounts ORDER BY account").to_pylist()
    return hashlib.sha256(repr((sorted(map(repr, taken)), merged)).encode()).hexdigest()
