"""Which scenarios the plan's paths give to a person, and from which day: audience and wave as estimates count them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from upshot.errors import PlanError, WorkspaceError
from upshot.panel.audience import where_sql
from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.web.accounts.viewer import Viewer
from upshot.web.plans.selectors import current_document
from upshot.web.practice.models import Scenario

__all__ = ["Assignment", "assignments", "steps_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A scenario as a step of an initiative's path.

    Parameters
    ----------
    scenario
        Its name.
    initiative, step
        Titles, as the plan has them.
    minutes
        How long the plan expects it to take.
    mine
        Whether the viewer is in the initiative's audience.
    opens
        The day the viewer's wave starts; absent where the initiative has no waves or the viewer is in none.
    waits
        Whether it is the viewer's, but not open to them today.
    """

    scenario: str
    initiative: str
    step: str
    minutes: float | None
    mine: bool
    opens: dt.date | None
    waits: bool


def steps_of(plan: Plan, scenario: Scenario) -> list[tuple[Initiative, str, float | None]]:
    """The steps that name a scenario, by its address or by its name: initiative, title, minutes."""
    names = {scenario.activity, scenario.slug, f"{scenario.slug}.scenario.md", f"scenarios/{scenario.slug}.scenario.md"}
    return [
        (initiative, step.title or step.id, step.minutes)
        for initiative in plan.initiatives
        for step in initiative.path
        if step.kind == "scenario" and step.ref in names
    ]


def assignments(viewer: Viewer, scenarios: Sequence[Scenario], *, on: dt.date | None = None) -> dict[str, Assignment]:
    """What the plan gives, by scenario; nothing where there is no plan that loads."""
    try:
        plan = current_document(viewer).plan
    except (PlanError, WorkspaceError):
        return {}
    today = on or dt.date.today()
    named = [(one, *found) for one in scenarios for found in steps_of(plan, one)]
    placed = _placed(viewer, {initiative.id: initiative for _, initiative, _, _ in named}, today)
    found: dict[str, Assignment] = {}
    for scenario, initiative, step, minutes in named:
        mine, opens = placed[initiative.id]
        waits = mine and bool(initiative.waves) and (opens is None or opens > today)
        made = Assignment(
            scenario=scenario.slug, initiative=initiative.title or initiative.id, step=step, minutes=minutes,
            mine=mine, opens=opens, waits=waits,
        )  # fmt: skip
        before = found.get(scenario.slug)
        if before is None or (made.mine, not made.waits) > (before.mine, not before.waits):
            found[scenario.slug] = made
    return found


def _placed(
    viewer: Viewer, initiatives: dict[str, Initiative], today: dt.date
) -> dict[str, tuple[bool, dt.date | None]]:
    """Whether the viewer is in each audience, and when their wave starts."""
    nowhere: dict[str, tuple[bool, dt.date | None]] = dict.fromkeys(initiatives, (False, None))
    if not viewer.person or not initiatives:
        return nowhere
    on = f"DATE '{today}'"
    columns = ", ".join(f"{_inside(one, on)}, {_start(one, on)}" for one in initiatives.values())
    current = f"valid_from <= {on} AND coalesce(valid_to > {on}, true)"
    rows = viewer.workspace.lake().query(
        f"SELECT {columns} FROM people WHERE person = $1 AND {current}", [viewer.person]
    )
    if rows.num_rows == 0:
        return nowhere
    values = [rows.column(at)[0].as_py() for at in range(rows.num_columns)]
    return {name: (bool(values[2 * at]), values[2 * at + 1]) for at, name in enumerate(initiatives)}


def _inside(initiative: Initiative, on: str) -> str:
    inside = where_sql(initiative.audience.where, on=on)
    out = initiative.audience.exclude
    return inside if out is None else f"({inside} AND NOT {where_sql(out, on=on)})"


def _start(initiative: Initiative, on: str) -> str:
    cases = [
        f"WHEN {where_sql(wave.where, on=on) if wave.where is not None else _drawn(wave.id)} THEN DATE '{wave.start}'"
        for wave in initiative.waves
    ]
    return f"CASE {' '.join(cases)} END" if cases else "CAST(NULL AS DATE)"


def _drawn(wave: str) -> str:
    return f"coalesce(attributes['wave'] = '{wave.replace(chr(39), chr(39) * 2)}', false)"
