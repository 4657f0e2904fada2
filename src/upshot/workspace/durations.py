"""A KPI that is a time to an event, answered from the workspace: by intakes and places, or person by person."""

from dataclasses import replace
from importlib.metadata import version
from typing import Any

from upshot.errors import DesignError
from upshot.impact.design import Design
from upshot.impact.estimate import Estimate, Provenance
from upshot.impact.evidence.grade import graded
from upshot.impact.spells.estimate import spells
from upshot.impact.spells.intakes import new_hires
from upshot.lake.scan import Connection, PanelRoles
from upshot.panel.build import BuiltPanel
from upshot.panel.sealed import design_hash
from upshot.panel.spells import BuiltSpells, build_spells, horizon_of
from upshot.plan import plan_hash
from upshot.workspace.answers import Answer, Question
from upshot.workspace.progress import Stages

__all__ = ["answered_duration"]


def answered_duration(connection: Connection, question: Question, stage: Stages) -> Answer:
    """Answer whether it takes less (or more) time since the initiative began.

    Where the lot was drawn for people, those hired side by side are compared; otherwise the intakes
    of places that had started with those of places still waiting.

    Raises
    ------
    PanelError
        As `upshot.panel.spells.build_spells`.
    DesignError
        If the plan compares within strata and by intakes.
    """
    initiative, kpi = question.initiative, question.kpi
    by_person = initiative.design.assign == "random-by-person"
    if initiative.design.strata and not by_person:
        raise DesignError("Intakes are not compared within strata; leave design.strata out, or draw people by lot.")
    day = question.audience_day()
    built = build_spells(connection, initiative, kpi, on=day, by_person=by_person, stage=stage)
    kept = question.registered(built.launched)
    design = replace(question.design(), registration=kept.registration, direction=kpi.direction or "down")
    stage("estimating")
    found = _compared(built, design, by_person, horizon_of(initiative))
    stage("checks")
    options = {"horizon": horizon_of(initiative), "by": "person" if by_person else "intake"}
    provenance = Provenance(
        data_fingerprint=question.fingerprint,
        design_hash=design_hash(design, options),
        version=version("upshot"),
        seed=design.seed,
        plan_hash=plan_hash(question.plan),
    )
    found = replace(found, provenance=provenance, cautions=(*found.cautions, *built.cautions))
    return Answer(
        plan=question.plan,
        initiative=initiative,
        kpi=kpi,
        expected=question.expected,
        built=_panel(built),
        estimate=graded(found, design),
        event_study=None,
        locked_on=kept.locked_on,
        as_of=question.as_of,
        design=design,
    )


def _compared(built: BuiltSpells, design: Design, by_person: bool, horizon: int) -> Estimate:
    """The planned horizon where everybody was followed that far; otherwise as far as they were."""
    found = _once(built, design, by_person, horizon)
    if found.estimate is None and {"horizon-beyond-follow-up"} & {caution.code for caution in found.cautions}:
        return _once(built, design, by_person, None)
    return found


def _once(built: BuiltSpells, design: Design, by_person: bool, horizon: float | None) -> Estimate:
    common: dict[str, Any] = {
        "horizon": horizon,
        "cluster": built.cluster,
        "level": design.level,
        "outcome": design.outcome,
        "registration": design.registration,
    }
    if by_person:
        return spells(built.days, built.ended, built.treated, strata=built.stratum, **common)
    return new_hires(built.days, built.ended, built.intake, built.first_treated, **common)


def _panel(built: BuiltSpells) -> BuiltPanel:
    """What an answer says of its facts, the spells in place of the panel."""
    return BuiltPanel(
        sql="SELECT person AS unit, hired AS intake, seen_until, first_treated FROM spells",
        roles=PanelRoles(unit="unit", time="intake", outcome="seen_until", first_treated="first_treated"),
        audit=built.audit,
        starts=built.starts,
        window=built.window,
        newest=built.newest,
        launched=built.launched,
        cautions=built.cautions,
    )
