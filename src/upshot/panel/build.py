"""Promise and facts to one long panel: audience, exposure, outcome, cohort, strata, cluster, and what was lost."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from upshot.errors import PanelError, Problem
from upshot.impact.design import Assignment, Design
from upshot.lake.scan import Connection, PanelRoles, ScannedPanel, ScanOptions, scan_sql
from upshot.panel.audience import field_sql, where_sql
from upshot.panel.audit import AuditLine
from upshot.panel.exposure import expose
from upshot.periods import GRAINS, Grain, period_index, period_start
from upshot.plan.initiatives import Expected, Initiative
from upshot.plan.kpis import Kpi

__all__ = ["BuiltPanel", "build", "planned_design", "scan"]

_LABELS: dict[Grain, str] = {
    "day": "strftime({d}, '%Y-%m-%d')",
    "week": "strftime({d}, '%G-W%V')",
    "month": "strftime({d}, '%Y-%m')",
    "quarter": "(year({d}) || '-Q' || quarter({d}))",
    "year": "CAST(year({d}) AS VARCHAR)",
}
_ASSIGNMENTS: dict[str, Assignment] = {"random-by-team": "random", "random-by-person": "random"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltPanel:
    """A panel ready to be scanned.

    Parameters
    ----------
    sql
        The long panel, as a SELECT over the connection it was built on.
    roles
        Which column plays which part.
    audit
        What came in, what was lost, and why.
    starts
        People per first period, in order.
    window
        First and last period.
    newest
        Last day that the newest reading covers.
    """

    sql: str
    roles: PanelRoles
    audit: tuple[AuditLine, ...]
    starts: tuple[tuple[str, int], ...]
    window: tuple[str, str]
    newest: dt.date


def planned_design(initiative: Initiative, kpi: Kpi, expected: Expected | None, *, level: float) -> Design:
    """The design that the plan fixed, in the engine's words."""
    planned = initiative.design
    by_team = planned.assign == "random-by-team"
    return Design(
        control="never-treated" if planned.compare == "never-started" else "not-yet-treated",
        anticipation=planned.anticipation,
        assignment=_ASSIGNMENTS.get(planned.assign, planned.assign),  # type: ignore[arg-type]  # the rest are the same words
        assigned_by="team" if by_team else "person",
        outcome=kpi.label or kpi.id,
        direction=kpi.direction or "up",
        level=level,
        smallest_worth_having=None if expected is None else expected.smallest_worth_having,
    )


def build(connection: Connection, initiative: Initiative, kpi: Kpi, *, on: dt.date) -> BuiltPanel:
    """Join the audience of day ``on``, its exposure, and the KPI's current readings.

    Strata, cluster and audience are read as of that day, before anyone starts, so that the
    programme cannot change them.

    Raises
    ------
    PanelError
        If the KPI has no readings, is kept at a longer period than the design, or nothing says
        who took part.
    """
    audit = [_people(connection, initiative, on)]
    audit += expose(connection, initiative, on=f"DATE '{on}'")
    audit += _readings(connection, initiative, kpi)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE panel AS {_panel_sql(initiative, kpi)}")
    starts = connection.execute(
        "SELECT e.start, count(DISTINCT p.unit) FROM panel p JOIN exposure e ON e.person = p.unit "
        "WHERE e.start IS NOT NULL GROUP BY e.start ORDER BY e.start"
    ).fetchall()
    ends = connection.execute(
        "SELECT (SELECT max(period) FROM readings), min(period), max(period) FROM panel"
    ).fetchone()
    assert ends is not None  # noqa: S101 - an aggregate always gives a row
    return BuiltPanel(
        sql="SELECT * FROM panel",
        roles=_roles(initiative, kpi),
        audit=tuple(audit),
        starts=tuple((str(start), int(people)) for start, people in starts),
        window=(str(ends[1]), str(ends[2])),
        newest=_last_day(ends[0], initiative.design.period),
    )


def scan(connection: Connection, built: BuiltPanel, *, fingerprint: str, unbalanced: bool = False) -> ScannedPanel:
    """Scan a built panel into moments."""
    return scan_sql(connection, built.sql, built.roles, ScanOptions(unbalanced=unbalanced), fingerprint=fingerprint)


def _people(connection: Connection, initiative: Initiative, on: dt.date) -> AuditLine:
    """Make ``panel_people``: the audience with its characteristics on the day."""
    day = f"DATE '{on}'"
    audience = initiative.audience
    where = where_sql(audience.where, on=day)
    exclude = "false" if audience.exclude is None else where_sql(audience.exclude, on=day)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE roster AS SELECT * FROM people "
        f"QUALIFY row_number() OVER (PARTITION BY person ORDER BY valid_from <= {day} DESC, "
        f"CASE WHEN valid_from <= {day} THEN valid_from END DESC, valid_from) = 1"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE panel_people AS SELECT * FROM roster WHERE {where} AND NOT {exclude}"
    )
    total = _count(connection, "roster")
    kept = _count(connection, "panel_people")
    if not kept:
        raise PanelError(
            Problem(
                code="empty-audience",
                text=f"Nobody of the {total:,} people in the roster is in the audience of {initiative.id!r}.",
                fix="Check 'audience' in the plan, and that the roster was imported.",
            )
        )
    return AuditLine(
        step="People in the audience",
        rows_in=total,
        rows_kept=kept,
        people=kept,
        reason=f"not in the audience, or excluded, on {on:%d %B %Y}".replace(" 0", " "),
    )


def _readings(connection: Connection, initiative: Initiative, kpi: Kpi) -> list[AuditLine]:
    """Make ``readings``: the KPI's current readings of the audience, at the design's period."""
    name = kpi.source.kpi or kpi.id
    quoted = name.replace("'", "''")
    grains = [
        row[0] for row in connection.execute(f"SELECT DISTINCT grain FROM kpis WHERE kpi = '{quoted}'").fetchall()
    ]
    if not grains:
        known = [row[0] for row in connection.execute("SELECT DISTINCT kpi FROM kpis ORDER BY 1").fetchall()]
        raise PanelError(
            Problem(
                code="no-readings",
                text=f"The lake holds no readings of KPI {name!r}.",
                fix=f"Import them; it holds: {', '.join(known) or 'none'}.",
            )
        )
    grain = initiative.design.period
    if any(GRAINS.index(found) > GRAINS.index(grain) for found in grains):
        raise PanelError(
            Problem(
                code="coarse-readings",
                text=f"KPI {name!r} is read by the {max(grains, key=GRAINS.index)}, the design compares by {grain}.",
                fix="Set design.period to the longer one, or import finer readings.",
            )
        )
    who = "k.entity IN (SELECT person FROM panel_people)"
    usable = "coalesce(k.value, k.numerator) IS NOT NULL"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE readings AS SELECT k.entity, k.period, k.value, k.numerator, k.denominator "
        f"FROM kpis k WHERE k.kpi = '{quoted}' AND {who} AND {usable}"
    )
    total, members, kept, known, people = connection.execute(
        f"SELECT count(*), count(*) FILTER (WHERE {who}), count(*) FILTER (WHERE {who} AND {usable}), "
        f"count(DISTINCT entity) FILTER (WHERE {who}), count(DISTINCT entity) FILTER (WHERE {who} AND {usable}) "
        f"FROM kpis k WHERE k.kpi = '{quoted}'"
    ).fetchone() or (0, 0, 0, 0, 0)
    silent = _count(connection, "panel_people") - people
    unread = f"{silent:,} people of the audience have no reading" if silent else ""
    return [
        AuditLine(
            step=f"Readings of {kpi.label or kpi.id}",
            rows_in=total,
            rows_kept=members,
            people=known,
            reason="not in the audience",
        ),
        AuditLine(
            step="… with a value", rows_in=members, rows_kept=kept, people=people, reason=unread or "empty readings"
        ),
    ]


def _panel_sql(initiative: Initiative, kpi: Kpi) -> str:
    day = _LABELS[initiative.design.period].format(d="r.period")
    cluster = initiative.design.resolved().cluster
    on = "r.period"
    extra = [
        f"any_value({field_sql(field, on=on)}) AS s{index}" for index, field in enumerate(initiative.design.strata)
    ]
    extra += [f"any_value({field_sql(cluster, on=on)}) AS cluster"] if cluster else []
    columns = "".join(f", {item}" for item in extra)
    return (
        f"SELECT r.entity AS unit, {day} AS period, {_value(kpi)}, any_value(e.start) AS first_treated{columns} "
        "FROM readings r JOIN panel_people p ON p.person = r.entity LEFT JOIN exposure e ON e.person = r.entity "
        "GROUP BY 1, 2"
    )


def _value(kpi: Kpi) -> str:
    """SQL of the outcome per person and period."""
    if kpi.type == "ratio" or kpi.exposure is not None:
        return "sum(r.numerator) AS outcome, sum(r.denominator) AS denominator"
    return f"{'sum' if kpi.type == 'count' else 'avg'}(r.value) AS outcome"


def _roles(initiative: Initiative, kpi: Kpi) -> PanelRoles:
    ratio = kpi.type == "ratio" or kpi.exposure is not None
    return PanelRoles(
        unit="unit",
        time="period",
        outcome="outcome",
        first_treated="first_treated",
        denominator="denominator" if ratio else None,
        cluster="cluster" if initiative.design.resolved().cluster else None,
        strata=tuple(f"s{index}" for index in range(len(initiative.design.strata))),
    )


def _last_day(period: dt.date, grain: Grain) -> dt.date:
    """Last day of the period that begins on a day."""
    following = period_start(int(period_index(np.datetime64(period), grain)) + 1, grain)
    return dt.date.fromisoformat(str(following - np.timedelta64(1, "D")))


def _count(connection: Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return int(row[0])
