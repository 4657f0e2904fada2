"""A plan's KPI before launch, for the audience of an initiative: what power and wave plans are drawn from."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from upshot.errors import PanelError, Problem
from upshot.lake.scan import Connection
from upshot.panel.audience import field_sql
from upshot.panel.build import audience, label_sql
from upshot.panel.readings import is_ratio, make_readings, outcome_sql
from upshot.panel.units import group_field
from upshot.periods import label, round_dates
from upshot.plan.initiatives import Initiative
from upshot.plan.kpis import Kpi

__all__ = ["BeforeLaunch", "before_launch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeLaunch:
    """Readings before launch.

    Parameters
    ----------
    table
        Columns ``unit``, ``period``, ``outcome``, ``team`` and, for ratios, ``denominator``; one
        more for each field asked for, under its own name.
    launch
        The period of the first start; ``None`` where no wave and no learning record says when.
    has_denominator, has_team
        Which optional columns hold something for every row.
    """

    table: pa.Table
    launch: str | None
    has_denominator: bool
    has_team: bool


def before_launch(
    connection: Connection, initiative: Initiative, kpi: Kpi, *, on: dt.date, fields: tuple[str, ...] = ()
) -> BeforeLaunch:
    """Readings of the audience of day ``on`` before its first wave, or its first learning record.

    Parameters
    ----------
    fields
        People's fields to carry along, to draw waves within.

    Raises
    ------
    PanelError
        If the audience is empty, or the KPI has no readings before launch that can be used.
    """
    audience(connection, initiative, on)
    day, group = f"DATE '{on}'", group_field(kpi)
    listed = "".join(f", {field_sql(name, on=day)} AS b{index}" for index, name in enumerate(fields))
    picks = "".join(f", any_value(b{index}) AS b{index}" for index in range(len(fields)))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE panel_units AS SELECT unit, any_value(team) AS team{picks} FROM "
        f"(SELECT {group or 'person'} AS unit, team{listed} FROM panel_people) WHERE unit IS NOT NULL GROUP BY unit"
    )
    make_readings(connection, kpi, initiative.design.period)
    first = _first_start(connection, initiative)
    kept = "".join(f", any_value(u.b{index}) AS b{index}" for index in range(len(fields)))
    table = connection.execute(
        f"SELECT r.entity AS unit, {label_sql(initiative, 'r.period')} AS period, {outcome_sql(kpi)}, "
        f"any_value(u.team) AS team{kept} FROM readings r JOIN panel_units u ON u.unit = r.entity GROUP BY 1, 2"
    ).to_arrow_table()
    table = table.rename_columns([_own_name(name, fields) for name in table.column_names])
    has_team = group is None and table["team"].null_count == 0
    if initiative.design.assign == "random-by-team" and group is None and not has_team:
        text = "The plan draws by team, and some people of the audience have no team on record."
        raise PanelError(
            Problem(code="no-team", text=text, fix="Import their team, or leave them out of the audience.")
        )
    return BeforeLaunch(table=table, launch=first, has_denominator=is_ratio(kpi), has_team=has_team)


def _own_name(name: str, fields: tuple[str, ...]) -> str:
    return fields[int(name[1:])] if name[:1] == "b" and name[1:].isdigit() else name


def _first_start(connection: Connection, initiative: Initiative) -> str | None:
    """Period of the first wave, else of the first record that counts."""
    day = min((wave.start for wave in initiative.waves), default=None)
    if day is None:
        records = initiative.records
        row = connection.execute(
            'SELECT min(coalesce(date, CAST("at" AS DATE))) FROM learning '
            "WHERE (list_contains($activities, activity) OR list_contains($activities, title)) "
            "AND list_contains($verbs, verb)",
            {"activities": list(records.activities), "verbs": list(records.verbs)},
        ).fetchone()
        day = row[0] if row else None
    if day is None:
        return None
    rule = initiative.design.first_treated.round
    return label(int(round_dates(np.datetime64(day), initiative.design.period, rule)), initiative.design.period)
