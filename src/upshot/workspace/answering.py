"""The main job: an initiative of the workspace's plan, its facts, and the answer, as planned."""

import datetime as dt
import hashlib
from contextlib import AbstractContextManager, closing
from dataclasses import replace

from upshot.errors import DesignError
from upshot.impact.design import Design
from upshot.impact.estimate import Caution, Estimate
from upshot.impact.evidence.grade import graded
from upshot.lake import Lake
from upshot.lake.engines import Engine, connected
from upshot.lake.scan import Connection
from upshot.panel.build import build, scan
from upshot.panel.direct import answer_scan
from upshot.panel.lot import with_lot
from upshot.panel.other_initiatives import others_check
from upshot.panel.planned import event_study_of, with_planned_shares
from upshot.periods import Rounding
from upshot.plan import Document, Lock, plan_hash
from upshot.plan.initiatives import Initiative
from upshot.workspace.answers import Answer, Question
from upshot.workspace.durations import answered_duration
from upshot.workspace.folder import Workspace
from upshot.workspace.progress import Progress, Stages
from upshot.workspace.questions import audience_day, chosen_kpi, guardrails_of, no_training, with_rounding

__all__ = ["Answer", "answer_initiative", "audience_day", "chosen_kpi", "no_training"]


def answer_initiative(
    workspace: Workspace,
    initiative_id: str,
    *,
    kpi_id: str | None = None,
    rounding: Rounding | None = None,
    changes: Design | None = None,
    document: Document | None = None,
    locked: Lock | None = None,
    progress: Progress | None = None,
    engine: Engine = "duckdb",
    as_of: dt.datetime | None = None,
) -> Answer:
    """Answer whether an initiative moved its primary KPI, or another one it names.

    Parameters
    ----------
    kpi_id
        One of the KPIs under ``expected`` or a guardrail of one; by default the first. Any other of
        the plan's KPIs can be asked for too; the answer is then exploratory.
    rounding
        Another rule than the plan's for which period a start counts from; the answer is then
        exploratory.
    changes
        A design to use in place of the planned one; the answer is then exploratory.
    document
        The plan to answer, in place of the workspace's ``plan.yaml``.
    locked
        The plan's lock with its amendments. An answer is as planned or amended only where it was
        locked before launch (`upshot.workspace.registering.launch_of`) and is in force.
    progress
        Told what begins; it may raise `Cancelled` to stop between two stages. Nothing is stored.
    engine
        What builds and scans the panel: this machine, or a Spark cluster that sees the lake's folder.
    as_of
        Answer from what was known at that instant: imports, merges and restatements after it are not
        seen (what was erased since stays erased). The same plan, instant and version give the same
        estimate to the byte.

    Raises
    ------
    PlanError, PanelError, WorkspaceError
        If the plan does not load, the facts do not form a panel, or a name is unknown.
    DesignError
        If ``as_of`` has no time zone, or is asked of Spark.
    Cancelled
        If ``progress`` asked to stop.
    """
    plan = (document or workspace.plan()).plan
    planned = plan.initiative(initiative_id).resolved()
    initiative = with_rounding(planned, rounding)
    kpi, expected = chosen_kpi(plan, initiative, kpi_id)
    guards = kpi.id in {guard.id for guard in guardrails_of(plan, initiative)}
    with _facts(workspace.lake(), engine, as_of) as connection:
        question = Question(
            plan=plan,
            initiative=initiative,
            kpi=kpi,
            expected=expected,
            changes=changes,
            as_promised=initiative == planned and changes is None and (expected is not None or guards),
            locked=locked,
            fingerprint=_fingerprint(connection),
            as_of=as_of,
        )
        stage = Stages(progress)
        by_time = answered_duration if kpi.type == "duration" else _answered
        answer = by_time(connection, question, stage)
    stage.finished()
    return answer


def _answered(connection: Connection, question: Question, stage: Stages) -> Answer:
    plan, initiative, kpi = question.plan, question.initiative, question.kpi
    day = question.audience_day()
    built = build(connection, initiative, kpi, on=day, stage=stage)
    kept = question.registered(built.launched)
    design = replace(question.design(), registration=kept.registration)
    stage("scanning the panel")
    scanned = scan(connection, built, fingerprint=question.fingerprint)
    design = with_planned_shares(design, initiative, scanned.scale)
    overlap = others_check(connection, plan, initiative, kpi, scanned, design, on=day)
    digest = plan_hash(plan)
    estimate = _compared(answer_scan(scanned, design, plan_hash=digest, stage=stage), initiative, design)
    stage("dealing the lot again")
    estimate = with_lot(
        estimate,
        design,
        built.roles,
        lambda roles: scan(connection, replace(built, roles=roles), fingerprint=scanned.fingerprint),
    )
    if estimate.estimate is not None:
        estimate = graded(replace(estimate, checks=(*estimate.checks, overlap)), design)
    stage("event study")
    by_event = event_study_of(design, initiative)
    study = answer_scan(scanned, by_event, plan_hash=digest) if estimate.estimate is not None else None
    return Answer(
        plan=plan,
        initiative=initiative,
        kpi=kpi,
        expected=question.expected,
        built=built,
        estimate=estimate,
        event_study=study,
        locked_on=kept.locked_on,
        as_of=question.as_of,
        design=design,
        scanned=scanned,
    )


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


def _facts(lake: Lake, engine: Engine, as_of: dt.datetime | None) -> AbstractContextManager[Connection]:
    """The lake's views, or what they showed at an instant."""
    if as_of is None:
        return connected(lake, engine)
    problems = [] if as_of.tzinfo is not None else ["The as_of parameter of answer_initiative needs a time zone."]
    if engine != "duckdb":
        problems.append("The as_of parameter of answer_initiative needs the engine duckdb.")
    if problems:
        raise DesignError("\n".join(problems))
    return closing(lake.connect(known_at=as_of))


def _fingerprint(connection: Connection) -> str:
    """SHA-256 over what was imported, by content and profile, which accounts are one person, and how much is left.

    The counts of rows tell an answer given before somebody was erased from one given after.
    """
    taken = connection.execute(
        "SELECT DISTINCT feed, fingerprint, profile_fingerprint FROM imports WHERE rows_taken > 0"
    ).fetchall()
    merged = connection.execute("SELECT account, person FROM accounts ORDER BY account").fetchall()
    named = [{"account": account, "person": person} for account, person in merged]
    counts = " UNION ALL ".join(f"SELECT count(*) FROM stored_{name}" for name in ("people", "learning", "kpis"))
    rows = [row[0] for row in connection.execute(counts).fetchall()]
    return hashlib.sha256(repr((sorted(map(repr, taken)), named, rows)).encode()).hexdigest()
