"""What power and wave plans take from a plan and its readings before launch; the command line and the web share it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from upshot.errors import DesignError
from upshot.impact.power import Baseline, Profile, Study, baseline_profile
from upshot.impact.power.weights import Planned
from upshot.panel.before_launch import before_launch
from upshot.panel.pre_period import PrePeriod, pre_period_of
from upshot.periods import parse_label, round_dates
from upshot.plan import Document
from upshot.plan.initiatives import Initiative, PlannedDesign
from upshot.workspace.folder import Workspace
from upshot.workspace.questions import audience_day, chosen_kpi, refuse_duration

__all__ = ["PlannedStudy", "as_planned", "noise_of", "planned_study", "profile_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStudy:
    """An initiative as power and wave plans see it. It holds people's readings: it stays below the workspace.

    Parameters
    ----------
    data
        Readings before launch.
    launch
        Number of the period of the first start (`upshot.periods.period_index`); where nothing says
        when, the one after the newest reading.
    outcome
        The KPI, as it is printed.
    by_team
        Whether the plan draws whole teams.
    worth
        Smallest effect worth having; ``None`` if the plan names none.
    starts, shares
        Periods from launch to each wave's start, rising, and its share of the audience, with
        what is left held back; empty where the plan lists no waves drawn by shares.
    hold_back
        Share that starts in none of the waves.
    before, after
        The plan's window, in periods.
    level, seed
        Confidence level, and the seed of the lot where the plan fixes one.
    """

    data: PrePeriod
    launch: int
    outcome: str
    by_team: bool
    worth: float | None
    starts: tuple[int, ...]
    shares: tuple[float, ...]
    hold_back: float
    before: int | None
    after: int | None
    level: float
    seed: int | None


def planned_study(
    workspace: Workspace,
    initiative_id: str,
    *,
    document: Document | None = None,
    kpi_id: str | None = None,
    launch: str | None = None,
    blocks: tuple[str, ...] = (),
) -> PlannedStudy:
    """Read an initiative's plan and the readings before its launch.

    Parameters
    ----------
    document
        The plan, in place of the workspace's ``plan.yaml``.
    kpi_id
        Another KPI than the primary one.
    launch
        First period not to be read, in place of the plan's first wave.
    blocks
        People's fields to draw waves within.

    Raises
    ------
    PlanError, PanelError, WorkspaceError
        If the plan does not load, the facts do not form a panel, or a name is unknown.
    DesignError
        If the plan ended in "no training".
    """
    plan = (document or workspace.plan()).plan
    initiative = plan.initiative(initiative_id).resolved()
    if not initiative.is_training:
        raise DesignError(f"The plan ends {initiative_id!r} in no training, so there is no start to plan for.")
    kpi, expected = chosen_kpi(plan, initiative, kpi_id)
    refuse_duration(kpi)
    connection = workspace.lake().connect()
    try:
        found = before_launch(connection, initiative, kpi, on=audience_day(plan, initiative), fields=blocks)
    finally:
        connection.close()
    first = launch or found.launch
    data = pre_period_of(
        found.table,
        f"KPI {kpi.id!r}",
        unit="unit",
        time="period",
        outcome="outcome",
        denominator="denominator" if found.has_denominator else None,
        team="team" if found.has_team else None,
        blocks=blocks,
        launch=first,
    )
    grain = initiative.design.period
    starts, shares = _waves(initiative)
    return PlannedStudy(
        data=data,
        launch=parse_label(first, grain) if first is not None else parse_label(data.periods[-1], grain) + 1,
        outcome=kpi.spoken,
        by_team=_by_team(initiative.design, found.has_team),
        worth=None if expected is None else expected.smallest_worth_having,
        starts=starts,
        shares=shares,
        hold_back=max(0.0, round(1 - sum(shares), 12)) if shares else 0.0,
        before=initiative.design.window.before,
        after=initiative.design.window.after,
        level=initiative.design.level,
        seed=initiative.design.seed,
    )


def profile_of(data: PrePeriod, season: int | None = None) -> Profile:
    """The baseline profile of a pre-period."""
    teams = None if data.teams is None else np.asarray(data.teams)
    return baseline_profile(data.outcome, teams, denominator=data.denominator, season=season)


def noise_of(profile: Profile, by: str | None) -> tuple[Baseline, Baseline | None]:
    """Noise of the unit the lot is drawn for (``person`` or ``team``), and of the other one.

    Raises
    ------
    DesignError
        If teams are to be drawn and none are on record.
    """
    if by == "team" and profile.teams is None:
        raise DesignError("Drawing by team needs the team's column: give --cluster.")
    if profile.teams is None or by == "person":
        return profile.people, profile.teams
    return profile.teams, profile.people


def as_planned(
    planned: PlannedStudy, estimator: Planned | None, after: int | None, gap: int, rest: dict[str, Any]
) -> Study:
    """The plan's own waves, with what their shares leave held back to the end."""
    starts: tuple[int | None, ...] = planned.starts
    shares = planned.shares
    if planned.hold_back > 0:
        starts, shares = (*starts, None), (*shares, planned.hold_back)
    single = len(planned.starts) == 1
    usual: Planned = "ancova" if single else "roth-santanna"
    last = max(planned.starts)
    return Study(
        starts=starts,
        shares=shares,
        after=after or last + (gap if planned.after is None else planned.after + 1),
        estimator=estimator or (usual if rest["before"] else "difference"),
        **rest,
    )


def _by_team(design: PlannedDesign, has_team: bool) -> bool:
    return has_team and design.assign == "random-by-team"


def _waves(initiative: Initiative) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Start of each wave in periods from the first, and its share; waves that fall together are one."""
    if not initiative.waves or any(wave.share is None for wave in initiative.waves):
        return (), ()
    design = initiative.design
    days = np.array([wave.start for wave in initiative.waves], dtype="datetime64[D]")
    index = round_dates(days, design.period, design.first_treated.round)
    shares: dict[int, float] = {}
    for start, wave in zip((index - index.min()).tolist(), initiative.waves, strict=True):
        shares[start] = shares.get(start, 0.0) + (wave.share or 0.0)
    starts = tuple(sorted(shares))
    return starts, tuple(shares[start] for start in starts)
