"""Who counts as treated, and from which period: wave date or learning record, rounded by a stated rule."""

import datetime as dt

import numpy as np
import pyarrow as pa

from upshot.errors import PanelError, Problem
from upshot.lake.scan import Connection
from upshot.panel.audience import where_sql
from upshot.panel.audit import AuditLine
from upshot.periods import Grain, Rounding, label, round_dates
from upshot.plan.initiatives import Initiative, Wave
from upshot.plan.rolepath import recorded_as

__all__ = ["expose", "first_day"]


def expose(connection: Connection, initiative: Initiative, *, on: str) -> list[AuditLine]:
    """Make the temporary table ``exposure``: person, start date, and the period it counts from.

    From ``wave``: the start of the wave a person belongs to, by the wave's ``where`` or by the
    person's ``wave`` attribute (as a drawn lot records it). From ``completion``: the first (or
    last) learning record of the listed activities and verbs, on its local calendar date, under any
    of the names of their steps.

    Who was waived and never took part is neither treated nor a comparison: they can already. They
    are an arm of their own and left out where taking part is what counts. Where the wave counts,
    they stay with their wave, analysed as assigned.

    Raises
    ------
    PanelError
        If waves are to count but nothing says who is in which.
    """
    source = initiative.design.first_treated.from_
    lines = _by_wave(connection, initiative, on) if source == "wave" else _by_record(connection, initiative)
    _round(connection, initiative.design.period, initiative.design.first_treated.round)
    return lines


def first_day(connection: Connection, initiative: Initiative) -> dt.date | None:
    """The first day on which anybody of the audience started, of the exposure just made.

    Where the last record counts, the first one is still the day on which it began for somebody.
    """
    if initiative.design.first_treated.from_ == "wave":
        row = connection.execute("SELECT min(start_date) FROM exposure").fetchone()
    else:
        row = connection.execute("SELECT min(day) FROM taking_part WHERE counts AND known").fetchone()
    return None if row is None else row[0]


def _by_wave(connection: Connection, initiative: Initiative, on: str) -> list[AuditLine]:
    if not initiative.waves:
        raise PanelError(
            Problem(
                code="no-waves",
                text=f"Initiative {initiative.id!r} counts from its waves, but the plan lists none.",
                fix="List the waves, or write first_treated: {from: completion}.",
            )
        )
    cases = " ".join(f"WHEN {_member(wave, on)} THEN DATE '{wave.start}'" for wave in initiative.waves)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE starts AS SELECT person, CASE {cases} END AS start_date FROM panel_people"
    )
    people, placed = _row(connection, "SELECT count(*), count(start_date) FROM starts")
    if not placed:
        raise PanelError(
            Problem(
                code="nobody-in-a-wave",
                text="Nobody could be placed in a wave.",
                fix="Give waves a 'where', or import people with a 'wave' attribute that names their wave's id.",
            )
        )
    line = AuditLine(
        step="People placed in a wave",
        rows_in=people,
        rows_kept=placed,
        people=placed,
        reason="in no wave: never starts",
    )
    return [line]


def _member(wave: Wave, on: str) -> str:
    if wave.where is not None:
        return where_sql(wave.where, on=on)
    return f"attributes['wave'] = '{wave.id}'"


def _by_record(connection: Connection, initiative: Initiative) -> list[AuditLine]:
    records = initiative.records
    activities, verbs = _listed(recorded_as(initiative)), _listed(records.verbs)
    pick = "min" if records.take == "first" else "max"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE taking_part AS "
        f'SELECT l.person, coalesce(l.date, CAST(l."at" AS DATE)) AS day, l.verb, l.verb IN ({verbs}) AS counts, '
        "p.person IS NOT NULL AS known FROM learning l LEFT JOIN panel_people p ON p.person = l.person "
        f"WHERE l.activity IN ({activities}) OR l.title IN ({activities})"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE starts AS SELECT person, {pick}(day) AS start_date "
        "FROM taking_part WHERE counts AND known GROUP BY person"
    )
    total, about, counted, known, people, doing, seen = _row(
        connection,
        "SELECT (SELECT count(*) FROM learning), count(*), count(*) FILTER (WHERE counts), "
        "count(*) FILTER (WHERE counts AND known), count(DISTINCT person) FILTER (WHERE counts AND known), "
        "count(DISTINCT person), count(DISTINCT person) FILTER (WHERE counts) FROM taking_part",
    )
    if not people:
        raise PanelError(
            Problem(
                code="no-records",
                text=f"No learning record says that anyone took part ({about:,} are about the activity).",
                fix=f"Check 'records' in the plan: activities {_listed(records.activities)}; verbs {verbs}.",
            )
        )
    steps = (
        ("Learning records of this initiative", total, about, doing, "other activities"),
        ("… that count as taking part", about, counted, seen, "other verbs"),
        ("… of people in the audience", counted, known, people, "not in the audience"),
        (f"… the {records.take} one of each person", known, people, people, "further records of the same person"),
    )
    return [
        AuditLine(step=step, rows_in=before, rows_kept=after, people=left, reason=reason)
        for step, before, after, left, reason in steps
    ] + _without_waived(connection)


def _without_waived(connection: Connection) -> list[AuditLine]:
    """Take out of the panel whoever was waived and never took part; nothing is said where there is nobody."""
    waived = (
        "SELECT person FROM (SELECT person, bool_or(counts) AS took, bool_or(verb = 'waived') AS waived "
        "FROM taking_part WHERE known GROUP BY person) WHERE waived AND NOT took"
    )
    before, out = _row(connection, f"SELECT (SELECT count(*) FROM panel_people), count(*) FROM ({waived})")
    if not out:
        return []
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE panel_people AS SELECT * FROM panel_people WHERE person NOT IN ({waived})"
    )
    line = AuditLine(
        step="People who had to take part",
        rows_in=before,
        rows_kept=before - out,
        people=before - out,
        reason="waived: an arm of their own, neither trained nor a comparison",
    )
    return [line]


def _round(connection: Connection, grain: Grain, rounding: Rounding) -> None:
    days = connection.execute("SELECT DISTINCT start_date FROM starts WHERE start_date IS NOT NULL").to_arrow_table()
    dates = np.array(days["start_date"].to_pylist(), dtype="datetime64[D]")
    periods = [label(int(index), grain) for index in round_dates(dates, grain, rounding)]
    connection.register(
        "start_periods", pa.table({"start_date": days["start_date"], "start": pa.array(periods, pa.string())})
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE exposure AS "
        "SELECT person, start_date, start FROM starts LEFT JOIN start_periods USING (start_date)"
    )


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


def _row(connection: Connection, sql: str) -> tuple[int, ...]:
    row = connection.execute(sql).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return tuple(int(value) for value in row)
