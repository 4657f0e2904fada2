"""What `power` and `waves` take from the plan: the KPI before launch, the waves, the effect worth having."""

from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from click.core import ParameterSource

from upshot.cli.pre_period import PrePeriod, pre_period_of
from upshot.errors import DesignError
from upshot.periods import round_dates
from upshot.plan.initiatives import Initiative, PlannedDesign

__all__ = ["PlannedStudy", "planned_study", "refuse_columns"]

_COLUMNS = ("unit", "time", "outcome", "denominator", "cluster")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStudy:
    """An initiative as power and wave plans see it.

    Parameters
    ----------
    data
        Readings before launch.
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


def refuse_columns(context: click.Context, initiative: str | None, panel: Path | None) -> None:
    """Hold the two forms apart: an initiative takes its columns from the plan, a panel names them.

    Raises
    ------
    click.UsageError
        Naming every flag that is missing or has no meaning here.
    """
    if (initiative is None) == (panel is None):
        raise click.UsageError("Give either an INITIATIVE of the workspace or --panel FILE.", ctx=context)
    given = [name for name in context.params if context.get_parameter_source(name) is not ParameterSource.DEFAULT]
    if initiative is not None:
        strangers = [f"--{name}" for name in _COLUMNS if name in given]
        if strangers:
            text = f"An INITIATIVE has no use for {', '.join(strangers)}; the plan and the roster say it."
            raise click.UsageError(text, ctx=context)
        return
    missing = [f"--{name}" for name in ("unit", "time", "outcome") if name not in given]
    if missing:
        raise click.UsageError(f"--panel also needs {', '.join(missing)}.", ctx=context)
    if "workspace" in given:
        raise click.UsageError("--panel has no use for --workspace; it belongs to an INITIATIVE.", ctx=context)


def planned_study(
    workspace: Path, initiative_id: str, *, launch: str | None = None, blocks: tuple[str, ...] = ()
) -> PlannedStudy:
    """Read an initiative's plan and the readings before its launch.

    Parameters
    ----------
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
    from upshot.panel.before_launch import before_launch
    from upshot.workspace.folder import Workspace
    from upshot.workspace.questions import audience_day, chosen_kpi, refuse_duration

    opened = Workspace.open(workspace)
    plan = opened.plan().plan
    initiative = plan.initiative(initiative_id).resolved()
    if not initiative.is_training:
        raise DesignError(f"The plan ends {initiative_id!r} in no training, so there is no start to plan for.")
    kpi, expected = chosen_kpi(plan, initiative)
    refuse_duration(kpi)
    connection = opened.lake().connect()
    try:
        found = before_launch(connection, initiative, kpi, on=audience_day(plan, initiative), fields=blocks)
    finally:
        connection.close()
    data = pre_period_of(
        found.table,
        f"KPI {kpi.id!r}",
        unit="unit",
        time="period",
        outcome="outcome",
        denominator="denominator" if found.has_denominator else None,
        team="team" if found.has_team else None,
        blocks=blocks,
        launch=launch or found.launch,
    )
    starts, shares = _waves(initiative)
    return PlannedStudy(
        data=data,
        outcome=kpi.label or kpi.id,
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
