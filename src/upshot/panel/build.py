"""Promise and facts to one long panel: audience, exposure, outcome, cohort, strata, cluster, and what was lost."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from upshot.errors import PanelError, Problem
from upshot.impact.estimate import Caution
from upshot.lake.scan import Connection, PanelRoles, ScannedPanel, ScanOptions, scan_sql
from upshot.panel.audience import where_sql
from upshot.panel.audit import AuditLine
from upshot.panel.dose import DOSE, DoseGroup, add_doses
from upshot.panel.exposure import expose, first_day
from upshot.panel.readings import is_ratio, make_readings, outcome_sql
from upshot.panel.units import group_field, make_units
from upshot.periods import Grain, last_day
from upshot.plan.initiatives import Initiative
from upshot.plan.kpis import Kpi

__all__ = ["BuiltPanel", "audience", "build", "label_sql", "panel_sql", "scan"]

_LABELS: dict[Grain, str] = {
    "day": "strftime({d}, '%Y-%m-%d')",
    "week": "strftime({d}, '%G-W%V')",
    "month": "strftime({d}, '%Y-%m')",
    "quarter": "(year({d}) || '-Q' || quarter({d}))",
    "year": "CAST(year({d}) AS VARCHAR)",
}


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
    launched
        First day on which anybody of the audience started, exactly; ``None`` if nobody has.
    cautions
        What the reader must know about the readings.
    doses
        Who started, by how much they took; empty unless the panel is kept by dose.
    """

    sql: str
    roles: PanelRoles
    audit: tuple[AuditLine, ...]
    starts: tuple[tuple[str, int], ...]
    window: tuple[str, str]
    newest: dt.date
    launched: dt.date | None = None
    cautions: tuple[Caution, ...] = ()
    doses: tuple[DoseGroup, ...] = ()


def build(
    connection: Connection,
    initiative: Initiative,
    kpi: Kpi,
    *,
    on: dt.date,
    stage: Callable[[str], None] = lambda _: None,
    by_dose: bool = False,
) -> BuiltPanel:
    """Join the audience of day ``on``, its exposure, and the KPI's current readings.

    Strata, cluster and audience are read as of that day, before anyone starts, so that the
    programme cannot change them. ``stage`` is told what begins, and may raise to stop the work.
    ``by_dose`` keeps the panel by dose group, in place of the design's strata.

    Raises
    ------
    PanelError
        If the KPI has no readings, is kept at a longer period than the design, or nothing says
        who took part.
    """
    stage("reading the audience")
    audit = [audience(connection, initiative, on)]
    audit += expose(connection, initiative, on=f"DATE '{on}'")
    launched = first_day(connection, initiative)
    doses: tuple[DoseGroup, ...] = ()
    if by_dose:
        doses = add_doses(connection, initiative, kpi)
        initiative = replace(initiative, design=replace(initiative.design, strata=(DOSE,)))
    stage("building the panel")
    audit += make_units(connection, initiative, kpi, on=f"DATE '{on}'")
    lines, cautions = make_readings(connection, kpi, initiative.design.period)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE panel AS {panel_sql(initiative, kpi)}")
    starts = connection.execute(
        "SELECT first_treated, count(DISTINCT unit) FROM panel "
        "WHERE first_treated IS NOT NULL GROUP BY first_treated ORDER BY first_treated"
    ).fetchall()
    ends = connection.execute(
        "SELECT (SELECT max(period) FROM readings), min(period), max(period) FROM panel"
    ).fetchone()
    assert ends is not None  # noqa: S101 - an aggregate always gives a row
    return BuiltPanel(
        sql="SELECT * FROM panel",
        roles=roles_of(initiative, kpi),
        audit=(*audit, *lines),
        cautions=cautions,
        starts=tuple((str(start), int(people)) for start, people in starts),
        window=(str(ends[1]), str(ends[2])),
        newest=last_day(ends[0], initiative.design.period),
        launched=launched,
        doses=doses,
    )


def scan(connection: Connection, built: BuiltPanel, *, fingerprint: str, unbalanced: bool = False) -> ScannedPanel:
    """Scan a built panel into moments; its cautions stand before those of the scan."""
    options = ScanOptions(unbalanced=unbalanced)
    scanned = scan_sql(connection, built.sql, built.roles, options, fingerprint=fingerprint)
    return replace(scanned, cautions=(*built.cautions, *scanned.cautions))


def audience(connection: Connection, initiative: Initiative, on: dt.date) -> AuditLine:
    """Make ``panel_people``: the audience with its characteristics on the day.

    Raises
    ------
    PanelError
        If nobody is in it.
    """
    day = f"DATE '{on}'"
    wanted = initiative.audience
    where = where_sql(wanted.where, on=day)
    exclude = "false" if wanted.exclude is None else where_sql(wanted.exclude, on=day)
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


def panel_sql(initiative: Initiative, kpi: Kpi) -> str:
    """SQL of the long panel over ``readings`` and ``panel_units``."""
    day = label_sql(initiative, "r.period")
    kept = ("first_treated", *_strata(initiative), *_optional(initiative, kpi))
    columns = "".join(f", any_value(u.{name}) AS {name}" for name in kept)
    return (
        f"SELECT r.entity AS unit, {day} AS period, {outcome_sql(kpi)}{columns} "
        "FROM readings r JOIN panel_units u ON u.unit = r.entity GROUP BY 1, 2"
    )


def label_sql(initiative: Initiative, day: str) -> str:
    """SQL of the label of the period a day falls in."""
    return _LABELS[initiative.design.period].format(d=day)


def _strata(initiative: Initiative) -> tuple[str, ...]:
    return tuple(f"s{index}" for index in range(len(initiative.design.strata)))


def _optional(initiative: Initiative, kpi: Kpi) -> tuple[str, ...]:
    """Columns for errors and weights; a team is not clustered by itself."""
    design = initiative.design.resolved()
    clustered = design.cluster is not None and design.cluster != group_field(kpi)
    return (*(("cluster",) if clustered else ()), *(("weight",) if design.weights else ()))


def roles_of(initiative: Initiative, kpi: Kpi) -> PanelRoles:
    optional = _optional(initiative, kpi)
    return PanelRoles(
        unit="unit",
        time="period",
        outcome="outcome",
        first_treated="first_treated",
        denominator="denominator" if is_ratio(kpi) else None,
        cluster="cluster" if "cluster" in optional else None,
        strata=_strata(initiative),
        weights="weight" if "weight" in optional else None,
    )


def _count(connection: Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return int(row[0])
