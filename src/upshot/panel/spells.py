"""Spells from the lake: from each hire to the first event of a KPI, cut off where somebody left or was last seen."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.errors import PanelError, Problem
from upshot.impact.estimate import Caution
from upshot.lake.scan import Connection
from upshot.panel.audience import field_sql
from upshot.panel.audit import AuditLine
from upshot.panel.build import audience
from upshot.panel.exposure import expose, first_day
from upshot.panel.units import group_field
from upshot.periods import label, parse_label, period_index, period_start
from upshot.plan.initiatives import Initiative
from upshot.plan.kpis import Kpi

__all__ = ["DAYS", "BuiltSpells", "build_spells", "horizon_of"]

DAYS = 91
"""Days that are counted where the plan's window names no others: a quarter."""

_LENGTH = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
_LAST = (
    "CAST(CASE k.grain WHEN 'day' THEN k.period WHEN 'week' THEN k.period + INTERVAL 6 DAY "
    "WHEN 'month' THEN k.period + INTERVAL 1 MONTH - INTERVAL 1 DAY "
    "WHEN 'quarter' THEN k.period + INTERVAL 3 MONTH - INTERVAL 1 DAY "
    "ELSE k.period + INTERVAL 1 YEAR - INTERVAL 1 DAY END AS DATE)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltSpells:
    """One spell for everybody hired, shapes (n,); days count from the first day of employment.

    Parameters
    ----------
    days, ended
        How long it took or was watched, and whether it ended.
    treated
        Whether the wave had started on the first day of employment.
    intake, first_treated
        Period of the hire, and first period treated at the person's place (``None``: never).
    cluster, stratum
        Labels, where the plan asks for them.
    starts, window, newest, launched, audit, cautions
        As in `upshot.panel.build.BuiltPanel`; starts count people hired from then on.
    """

    days: npt.NDArray[np.float64]
    ended: npt.NDArray[np.float64]
    treated: npt.NDArray[np.float64]
    intake: npt.NDArray[np.int64]
    first_treated: tuple[int | None, ...]
    cluster: tuple[str, ...] | None
    stratum: tuple[str, ...] | None
    starts: tuple[tuple[str, int], ...]
    window: tuple[str, str]
    newest: dt.date
    launched: dt.date | None
    audit: tuple[AuditLine, ...]
    cautions: tuple[Caution, ...] = ()


def horizon_of(initiative: Initiative) -> int:
    """Days that are counted, fixed before the data are seen: the plan's window after the start, else `DAYS`.

    Examples
    --------
    >>> from upshot.plan.initiatives import PlannedDesign, Window
    >>> horizon_of(Initiative(id="path", design=PlannedDesign(period="month", window=Window(after=1))))
    60
    """
    after = initiative.design.window.after
    return DAYS if after is None else (after + 1) * _LENGTH[initiative.design.period]


def build_spells(
    connection: Connection,
    initiative: Initiative,
    kpi: Kpi,
    *,
    on: dt.date,
    by_person: bool,
    stage: Callable[[str], None] = lambda _: None,
) -> BuiltSpells:
    """Make the spells of an initiative's audience.

    A reading of 1 says that it happened by the last day of its period, 0 that it had not. Where
    some readings are 0, people are followed up to their own last reading, and those without any
    are left out; where all are 1, everybody is followed up to the newest. Leaving cuts a spell off.

    Parameters
    ----------
    by_person
        People hired side by side are compared, those in no wave yet being cut off at its start;
        otherwise intakes of places that started with those of places still waiting.

    Raises
    ------
    PanelError
        If readings are not 0 or 1, or who was to be trained is known from records only.
    """
    _refuse(initiative, kpi)
    stage("reading the audience")
    audit = [audience(connection, initiative, on), *expose(connection, initiative, on=f"DATE '{on}'")]
    launched = first_day(connection, initiative)
    stage("building the panel")
    _read(connection, kpi)
    _join(connection, initiative, on, by_person)
    lines, rows = _followed(connection, initiative, launched, by_person)
    return _built(rows, initiative, launched, (*audit, *lines), _newest(connection))


def _refuse(initiative: Initiative, kpi: Kpi) -> None:
    problems = []
    if initiative.design.first_treated.from_ != "wave":
        text = (
            f"KPI {kpi.id!r} is a time to an event, and the plan knows who took part from records only. Whoever was "
            "quick may have been done before taking part, so the two cannot be compared."
        )
        fix = "List the waves (by site, team or lot) and write first_treated: {from: wave}."
        problems.append(Problem(code="took-part-later", text=text, fix=fix))
    if group_field(kpi) is not None:
        text = f"KPI {kpi.id!r} is a time to an event, which is read for each person, not each {kpi.grain.entity}."
        problems.append(Problem(code="duration-of-a-group", text=text, fix="Write grain: {entity: person}."))
    if problems:
        raise PanelError(problems)


def _read(connection: Connection, kpi: Kpi) -> None:
    """Make ``events``: the first event and the last reading of everybody in the audience."""
    name = kpi.source.kpi or kpi.id
    quoted = name.replace("'", "''")
    total, usable, strange = connection.execute(
        "SELECT count(*), count(k.value), count(*) FILTER (WHERE k.value NOT IN (0, 1)) "
        f"FROM kpis k WHERE k.kpi = '{quoted}'"
    ).fetchone() or (0, 0, 0)
    if not usable or strange:
        said = f"{strange:,} of {total:,} readings of KPI {name!r} are" if usable else f"No reading of KPI {name!r} is"
        fix = "Import one reading a person: 1 in the period in which it happened, 0 where it had not happened yet."
        raise PanelError(
            Problem(code="not-an-event", text=f"{said} {'neither 0 nor 1' if usable else '0 or 1'}.", fix=fix)
        )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE events AS SELECT k.entity AS person, "
        f"min({_LAST}) FILTER (WHERE k.value = 1) AS event_day, max({_LAST}) AS last_day, "
        f"bool_or(k.value = 0) AS waiting FROM kpis k WHERE k.kpi = '{quoted}' AND k.value IS NOT NULL GROUP BY 1"
    )


def _join(connection: Connection, initiative: Initiative, on: dt.date, by_person: bool) -> None:
    """Make ``spells``: everybody in the audience with what is known of their time."""
    design, day = initiative.design.resolved(), f"DATE '{on}'"
    cluster = "NULL" if design.cluster is None else f"CAST({field_sql(design.cluster, on=day)} AS VARCHAR)"
    strata = " || ' / ' || ".join(f"coalesce(CAST({field_sql(name, on=day)} AS VARCHAR), '')" for name in design.strata)
    until = "e.start_date" if by_person else "NULL"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE spells AS WITH gone AS "
        '(SELECT person, max("left") AS gone FROM people GROUP BY person), '
        "feed AS (SELECT max(last_day) AS newest, bool_or(waiting) AS lists_waiting FROM events) "
        "SELECT p.person, p.hired, e.start_date, e.start AS first_treated, v.event_day, "
        f"least(CASE WHEN f.lists_waiting THEN v.last_day ELSE f.newest END, g.gone, "
        f"CASE WHEN {until} > p.hired THEN {until} END) AS seen_until, "
        f"{cluster} AS cluster, {strata or 'NULL'} AS stratum "
        "FROM panel_people p CROSS JOIN feed f LEFT JOIN exposure e ON e.person = p.person "
        "LEFT JOIN events v ON v.person = p.person LEFT JOIN gone g ON g.person = p.person"
    )


def _newest(connection: Connection) -> dt.date:
    row = connection.execute("SELECT max(last_day) FROM events").fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return dt.date.fromisoformat(str(row[0]))


_Rows = list[tuple[dt.date, str | None, dt.date | None, dt.date | None, dt.date, str | None, str | None]]


def _followed(
    connection: Connection, initiative: Initiative, launched: dt.date | None, by_person: bool
) -> tuple[list[AuditLine], _Rows]:
    """Leave out spells that cannot be placed or were not followed for long enough, saying how many and why."""
    newest, days = _newest(connection), horizon_of(initiative)
    grain = initiative.design.period
    first_open = period_start(int(period_index(np.datetime64(newest - dt.timedelta(days=days - 1)), grain)), grain)
    steps = [
        ("People with a first day", "hired IS NOT NULL", "no first day of employment on record"),
        ("… whose time was followed", "seen_until IS NOT NULL", "no reading says whether it had happened"),
        ("… from their first day on", "seen_until >= hired", "done, gone or last seen before their first day"),
        ("… and not done before", "coalesce(event_day >= hired, true)", "it happened before their first day"),
        (f"… hired {days} days before the newest reading", f"hired < DATE '{first_open}'", "hired too recently"),
    ]
    if by_person:
        rule = f"hired >= DATE '{launched}'"
        steps.append(("… hired since the first wave", rule, "hired before anybody was drawn"))
    lines, kept = [], "true"
    for step, rule, reason in steps:
        before, after = (
            connection.execute(f"SELECT count(*) FILTER (WHERE {kept}), count(*) FILTER (WHERE {kept} AND {rule}) "
                               "FROM spells").fetchone() or (0, 0)
        )  # fmt: skip
        kept += f" AND {rule}"
        lines.append(AuditLine(step=step, rows_in=before, rows_kept=after, people=after, reason=reason))
        if not after:
            text = f"Nobody of {before:,} people is left to compare: {reason}."
            fix = "Import people's first days and the KPI's readings, or wait until the first hires were followed."
            raise PanelError(Problem(code="no-spells", text=text, fix=fix))
    rows = connection.execute(
        "SELECT hired, first_treated, start_date, event_day, seen_until, cluster, stratum "
        f"FROM spells WHERE {kept} ORDER BY hired, person"
    ).fetchall()
    return lines, rows


def _built(
    rows: _Rows, initiative: Initiative, launched: dt.date | None, audit: tuple[AuditLine, ...], newest: dt.date
) -> BuiltSpells:
    grain = initiative.design.period
    hired = [row[0] for row in rows]
    ended = np.array([row[3] is not None and row[3] <= row[4] for row in rows])
    until = [row[3] if done and row[3] is not None else row[4] for row, done in zip(rows, ended, strict=True)]
    intake = period_index(np.array(hired, dtype="datetime64[D]"), grain)
    first = tuple(None if row[1] is None else parse_label(row[1], grain) for row in rows)
    treated = np.array([row[2] is not None and row[2] <= row[0] for row in rows])
    starts = sorted({(row[1], first[at]) for at, row in enumerate(rows) if row[1] is not None}, key=lambda s: s[1] or 0)
    running = sum(
        row[2] is not None and row[0] < row[2] <= day for row, day in zip(rows, until, strict=True)
    )  # hired before their place started, and still waiting then
    return BuiltSpells(
        days=np.array([(day - start).days for day, start in zip(until, hired, strict=True)], dtype=np.float64),
        ended=ended.astype(np.float64),
        treated=treated.astype(np.float64),
        intake=np.asarray(intake, dtype=np.int64),
        first_treated=first,
        cluster=_labels([row[5] for row in rows]),
        stratum=_labels([row[6] for row in rows]),
        starts=tuple((str(name), _hired_since(intake, first, at)) for name, at in starts),
        window=(label(int(intake.min()), grain), label(int(intake.max()), grain)),
        newest=newest,
        launched=launched,
        audit=audit,
        cautions=_still_waiting(running),
    )


def _hired_since(intake: npt.NDArray[np.int64], first: tuple[int | None, ...], start: int | None) -> int:
    return sum(own == start and int(when) >= own for when, own in zip(intake, first, strict=True) if own is not None)


def _labels(values: list[str | None]) -> tuple[str, ...] | None:
    if all(value is None for value in values):
        return None
    return tuple("" if value is None else value for value in values)


def _still_waiting(running: int) -> tuple[Caution, ...]:
    if not running:
        return ()
    text = (
        f"{running:,} people hired earlier were still on their way when their place started. They count as untrained; "
        "if they were trained as well, the effect is understated."
    )
    return (Caution(code="on-their-way-at-the-start", text=text),)
