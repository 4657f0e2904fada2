"""The main job: an initiative of the workspace's plan, its facts, and the answer, as planned."""

import datetime as dt
import hashlib
from dataclasses import dataclass, replace

from upshot.errors import PanelError, Problem
from upshot.impact.design import Design
from upshot.impact.estimate import Caution, Estimate
from upshot.impact.evidence.grade import graded
from upshot.lake import Lake
from upshot.panel.build import BuiltPanel, build, scan
from upshot.panel.direct import answer_scan
from upshot.panel.lot import with_lot
from upshot.panel.other_initiatives import others_check
from upshot.panel.planned import event_study_of, planned_design, with_planned_shares
from upshot.periods import Rounding
from upshot.plan import Plan, plan_hash
from upshot.plan.initiatives import Expected, Initiative
from upshot.plan.kpis import Kpi
from upshot.workspace.folder import Workspace

__all__ = ["Answer", "answer_initiative", "audience_day", "chosen_kpi", "no_training"]


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
    kpi, expected = chosen_kpi(plan, initiative, kpi_id)
    design = changes or planned_design(initiative, kpi, expected, level=initiative.design.level)
    lake = workspace.lake()
    connection = lake.connect()
    try:
        day = audience_day(plan, initiative)
        built = build(connection, initiative, kpi, on=day)
        scanned = scan(connection, built, fingerprint=_fingerprint(lake))
        design = with_planned_shares(design, initiative, scanned.scale)
        overlap = others_check(connection, plan, initiative, kpi, scanned, design, on=day)
        digest = plan_hash(plan)
        estimate = _compared(answer_scan(scanned, design, plan_hash=digest), initiative, design)
        estimate = with_lot(
            estimate,
            design,
            built.roles,
            lambda roles: scan(connection, replace(built, roles=roles), fingerprint=scanned.fingerprint),
        )
    finally:
        connection.close()
    if estimate.estimate is not None:
        estimate = graded(replace(estimate, checks=(*estimate.checks, overlap)), design)
    by_event = event_study_of(design, initiative)
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


def no_training(workspace: Workspace, initiative_id: str) -> Estimate | None:
    """The answer to an initiative whose diagnosis ended in "no training"; ``None`` for any other.

    Raises
    ------
    PlanError, WorkspaceError
        If the plan does not load, or has no such initiative.
    """
    plan = workspace.plan().plan
    initiative = plan.initiative(initiative_id)
    if initiative.is_training or initiative.diagnosis is None:
        return None
    diagnosis = initiative.diagnosis
    causes = f" ({' and '.join(diagnosis.because)})" if diagnosis.because else ""
    instead = "".join(f" {_sentence(what)}" for what in diagnosis.not_training)
    text = (
        f"No training was planned for {initiative.title or initiative.id!r}, so there is no effect of one to estimate. "
        f"The diagnosis found another cause{causes}; finding that before the cost is a good outcome."
    )
    if instead:
        text += f" What is to change instead:{instead}"
    kpi = plan.kpi(initiative.expected[0].kpi).resolved() if initiative.expected else None
    return Estimate(
        method="none",
        estimand="none",
        outcome=initiative.id if kpi is None else kpi.label or kpi.id,
        level=initiative.design.level,
        registration="exploratory",
        n_units=0,
        claim=text,
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _compared(estimate: Estimate, initiative: Initiative, design: Design) -> Estimate:
    """Without a number where the plan compares with nobody: a before/after figure is all there is."""
    if initiative.design.compare != "none":
        return estimate
    text = (
        "The plan compares with nobody (design.compare: none), so a before/after figure is shown and no effect claimed."
    )
    return graded(
        Estimate(
            method=estimate.method,
            estimand=estimate.estimand,
            aggregation=estimate.aggregation,
            outcome=estimate.outcome,
            level=estimate.level,
            registration=estimate.registration,
            n_units=estimate.n_units,
            n_treated=estimate.n_treated,
            n_clusters=estimate.n_clusters,
            n_periods=estimate.n_periods,
            cautions=(Caution(code="no-comparison-planned", text=text), *estimate.cautions),
            naive=estimate.naive,
            provenance=estimate.provenance,
        ),
        design,
    )


def _chosen(initiative: Initiative, rounding: Rounding | None) -> Initiative:
    if rounding is None:
        return initiative
    start = replace(initiative.design.first_treated, round=rounding)
    return replace(initiative, design=replace(initiative.design, first_treated=start))


def chosen_kpi(plan: Plan, initiative: Initiative, kpi_id: str | None = None) -> tuple[Kpi, Expected | None]:
    """The KPI an answer is about, by default the initiative's first, with what is expected of it.

    Raises
    ------
    PanelError
        If the initiative names none, or the KPI is a time to an event.
    """
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


def audience_day(plan: Plan, initiative: Initiative) -> dt.date:
    """The day the audience is read on: before anyone can have started."""
    starts = [wave.start for wave in initiative.waves]
    known = [day for day in (min(starts, default=None), plan.period.start) if day is not None]
    return min(known, default=dt.date.today())


def _fingerprint(lake: Lake) -> str:
    """SHA-256 over what was imported, by content and profile, and over which accounts are one person."""
    taken = {(i.feed, i.fingerprint, i.profile_fingerprint) for i in lake.imports() if i.rows_taken}
    merged = lake.query("SELECT account, person FROM accounts ORDER BY account").to_pylist()
    return hashlib.sha256(repr((sorted(map(repr, taken)), merged)).encode()).hexdigest()
