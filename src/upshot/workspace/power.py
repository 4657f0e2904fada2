"""Could it even be seen? What a plan can show against what is worth having, and KPI baselines for the lock."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from upshot.errors import InputError
from upshot.impact.power import PowerAnswer, Study, one_shot, power_answer
from upshot.plan import Document
from upshot.workspace.folder import Workspace
from upshot.workspace.planning import PlannedStudy, as_planned, noise_of, planned_study, profile_of

__all__ = ["PowerVerdict", "baseline_of", "power_of"]

_YEAR = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerVerdict:
    """Whether a planned initiative could show what it is meant to.

    Parameters
    ----------
    verdict
        ``can be seen``, ``cannot be seen``, or ``not asked`` where the plan names no smallest
        effect worth having.
    smallest, worth
        Smallest effect seen four times in five, and smallest worth having, in KPI units.
    chance
        Of seeing the smallest worth having.
    changes
        What would change it, cheapest first: more teams, a longer window, a KPI with less noise.
    text
        The verdict in sentences.
    answer
        All figures, with alternatives and assumptions.
    """

    initiative: str
    kpi: str
    verdict: Literal["can be seen", "cannot be seen", "not asked"]
    text: str
    answer: PowerAnswer
    smallest: float | None = None
    worth: float | None = None
    chance: float | None = None
    changes: tuple[str, ...] = ()


def power_of(
    workspace: Workspace,
    initiative_id: str,
    document: Document | None = None,
    *,
    take_up: float = 1.0,
    units: int | None = None,
) -> PowerVerdict:
    """Judge an initiative before money is spent, from its plan and the readings before launch.

    Parameters
    ----------
    document
        The plan, in place of the workspace's ``plan.yaml``.
    take_up
        Share of those offered who take part.
    units
        People or teams in the study, in place of those on record.

    Raises
    ------
    PlanError, PanelError, WorkspaceError, DesignError
        As `upshot.workspace.planning.planned_study`.
    """
    document = document or workspace.plan()
    planned = planned_study(workspace, initiative_id, document=document)
    profile = profile_of(planned.data)
    baseline, other = noise_of(profile, "team" if planned.by_team else "person")
    study = _study(planned, profile.n_periods, take_up, units)
    answer = power_answer(
        baseline, study, worth=planned.worth, outcome=planned.outcome, other=other, cautions=profile.cautions
    )
    seen = answer.visible
    return PowerVerdict(
        initiative=initiative_id,
        kpi=document.plan.initiative(initiative_id).expected[0].kpi,
        verdict="not asked" if seen is None else "can be seen" if seen else "cannot be seen",
        text=answer.text,
        answer=answer,
        smallest=answer.smallest_effect_on_participants,
        worth=answer.worth,
        chance=answer.power_at_worth,
        changes=tuple(change.text for change in answer.changes),
    )


def _study(planned: PlannedStudy, n_periods: int, take_up: float, units: int | None) -> Study:
    """The plan's waves; half at launch where it lists none that can be compared."""
    before = min(planned.before or 12, n_periods)
    rest: dict[str, Any] = {
        "n_units": units,
        "lag": 0,
        "take_up": take_up,
        "level": planned.level,
        "power": 0.8,
        "before": before,
    }
    if len(planned.starts) + (planned.hold_back > 0) > 1:
        return as_planned(planned, None, None, 3, rest)
    after = 6 if planned.after is None else planned.after + 1
    return one_shot(after=after, treated_share=0.5, estimator="ancova", **rest)


def baseline_of(workspace: Workspace, document: Document | None = None) -> Mapping[str, float]:
    """What each KPI that an initiative is meant to move reads before launch, for the lock.

    The mean over the audience and the last year before launch; a ratio is the sum above over the
    sum below. A KPI without readings, one read for fewer than its ``min_cell`` people or teams, and
    a time to an event are left out.
    """
    document = document or workspace.plan()
    found: dict[str, float] = {}
    for initiative in document.plan.initiatives:
        for entry in initiative.expected if initiative.is_training else ():
            if entry.kpi not in found:
                level = _level(workspace, document, initiative.id, entry.kpi)
                found |= {} if level is None else {entry.kpi: level}
    return found


def _level(workspace: Workspace, document: Document, initiative: str, kpi: str) -> float | None:
    try:
        planned = planned_study(workspace, initiative, document=document, kpi_id=kpi)
    except InputError:
        return None
    data = planned.data
    recent = slice(-_YEAR[document.plan.initiative(initiative).design.period], None)
    outcome = data.outcome[:, recent]
    known = ~np.isnan(outcome)
    if known.any(axis=1).sum() < document.plan.kpi(kpi).min_cell:
        return None
    below = known.sum() if data.denominator is None else np.nansum(data.denominator[:, recent][known])
    return float(np.nansum(outcome) / below) if below > 0 else None
