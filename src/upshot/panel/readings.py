"""A KPI's current readings for the units of a panel: one a unit and period, summed or averaged as the KPI asks."""

from upshot.errors import PanelError, Problem
from upshot.impact.estimate import Caution
from upshot.lake.scan import Connection
from upshot.panel.audit import AuditLine
from upshot.panel.units import group_field
from upshot.periods import GRAINS, Grain
from upshot.plan.kpis import Kpi

__all__ = ["is_ratio", "make_readings", "outcome_sql"]


def is_ratio(kpi: Kpi) -> bool:
    """Whether readings have a numerator and a denominator."""
    return kpi.type == "ratio" or kpi.exposure is not None


def make_readings(connection: Connection, kpi: Kpi, period: Grain) -> tuple[list[AuditLine], tuple[Caution, ...]]:
    """Make ``readings`` from ``panel_units``: entity, period, value, numerator, denominator.

    Where accounts were merged and one person then has two different readings for the same period,
    neither is used: which is right cannot be known, and their mean would be a third.

    Raises
    ------
    PanelError
        If the KPI has no readings, is read for longer periods than the design compares by, or
        cannot be put together from shorter ones.
    """
    name = kpi.source.kpi or kpi.id
    quoted = name.replace("'", "''")
    finer = _grains(connection, kpi, name, quoted, period)
    _in_range(connection, kpi, name, quoted)
    usable = "(k.numerator IS NOT NULL AND k.denominator IS NOT NULL)" if is_ratio(kpi) else "k.value IS NOT NULL"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE readings AS SELECT k.entity, k.period, k.value, k.numerator, k.denominator "
        f"FROM kpis k WHERE k.kpi = '{quoted}' AND k.entity IN (SELECT unit FROM panel_units) AND {usable}"
    )
    total, members, kept, known, people, units = connection.execute(
        f"SELECT count(*), count(u.unit), count(*) FILTER (WHERE u.unit IS NOT NULL AND {usable}), "
        f"count(DISTINCT u.unit), count(DISTINCT u.unit) FILTER (WHERE {usable}), "
        "(SELECT count(*) FROM panel_units) FROM kpis k LEFT JOIN panel_units u ON u.unit = k.entity "
        f"WHERE k.kpi = '{quoted}'"
    ).fetchone() or (0, 0, 0, 0, 0, 0)
    if not kept:
        raise PanelError(_nobody_read(kpi, name, total))
    unread = f"{units - people:,} of the audience have no reading" if units > people else ""
    lines = [
        AuditLine(
            step=f"Readings of {kpi.spoken}",
            rows_in=total,
            rows_kept=members,
            people=known,
            reason="not in the audience",
        ),
        AuditLine(
            step="… with a value", rows_in=members, rows_kept=kept, people=people, reason=unread or "empty readings"
        ),
    ]
    found, cautions = _once(connection, kept)
    if kpi.type == "ordinal":
        cautions = (*cautions, _as_numbers(kpi))
    if finer and _adds(kpi):
        text = (
            f"Readings for each {finer} were added up to {period}s; a {period} that is not over yet counts too little."
        )
        cautions = (*cautions, Caution(code="added-up", text=text))
    return [*lines, *found], cautions


def outcome_sql(kpi: Kpi) -> str:
    """SQL of the outcome of one unit in one period, over its readings ``r`` there.

    Counts add up, means are averaged, and a ratio is the sum above over the sum below, so that a
    week of many cases weighs more than one of few.

    Examples
    --------
    >>> outcome_sql(Kpi(id="errors", type="count"))
    'sum(r.value) AS outcome'
    """
    if is_ratio(kpi):
        return "sum(r.numerator) AS outcome, sum(r.denominator) AS denominator"
    return f"{_put_together(kpi)}(r.value) AS outcome"


def _adds(kpi: Kpi) -> bool:
    return is_ratio(kpi) or _put_together(kpi) == "sum"


def _put_together(kpi: Kpi) -> str:
    if kpi.type == "count" or kpi.agg in ("sum", "count", "count_distinct"):
        return "sum"
    return {"min": "min", "max": "max"}.get(kpi.agg or "", "avg")


def _grains(connection: Connection, kpi: Kpi, name: str, quoted: str, period: Grain) -> Grain | None:
    """Refuse readings that cannot be compared by the period; the finest grain where it is finer."""
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
    if any(GRAINS.index(found) > GRAINS.index(period) for found in grains):
        raise PanelError(
            Problem(
                code="coarse-readings",
                text=f"KPI {name!r} is read by the {max(grains, key=GRAINS.index)}, the design compares by {period}.",
                fix="Set design.period to the longer one, or import finer readings.",
            )
        )
    finest: Grain = min(grains, key=GRAINS.index)
    if finest != period and kpi.agg in ("median", "count_distinct"):
        word = kpi.agg.replace("_", " ")
        text = f"KPI {name!r} is a {word} for each {finest}, and those do not make the {word} of a {period}."
        fix = f"Import readings for each {period}, or set design.period to {finest}."
        raise PanelError(Problem(code="cannot-be-put-together", text=text, fix=fix))
    if finest == "week" and period in ("month", "quarter", "year"):
        text = f"KPI {name!r} is read by the week, and weeks straddle {period}s."
        fix = "Set design.period to week, or import daily or monthly readings."
        raise PanelError(Problem(code="weeks-straddle", text=text, fix=fix))
    return None if finest == period else finest


def _in_range(connection: Connection, kpi: Kpi, name: str, quoted: str) -> None:
    """Refuse readings that the KPI's type cannot have."""
    rules = {
        "binary": ("value NOT BETWEEN 0 AND 1", "not between 0 and 1", "1 for yes and 0 for no, or a share"),
        "count": ("value < 0 OR numerator < 0", "below 0", "how often it happened"),
        "ordinal": (
            f"value NOT BETWEEN 1 AND {len(kpi.levels)}{'' if group_field(kpi) else ' OR value <> round(value)'}",
            f"none of its {len(kpi.levels)} levels",
            f"the level's number, 1 for {kpi.levels[0]!r}" if kpi.levels else "the level's number",
        ),
    }
    if kpi.type not in rules:
        return
    rule, said, fix = rules[kpi.type]
    wrong, total = connection.execute(
        f"SELECT count(*) FILTER (WHERE {rule}), count(*) FROM kpis WHERE kpi = '{quoted}'"
    ).fetchone() or (0, 0)
    if wrong:
        text = f"{wrong:,} of {total:,} readings of KPI {name!r} are {said}."
        raise PanelError(Problem(code="not-a-reading-of-its-type", text=text, fix=f"Import {fix}."))


def _nobody_read(kpi: Kpi, name: str, total: int) -> Problem:
    text = f"None of the {total:,} readings of KPI {name!r} is of somebody in the audience, with a value."
    fix = f"Check that readings name the {kpi.grain.entity} as the roster does, and that their values were mapped."
    return Problem(code="nobody-read", text=text, fix=fix)


def _as_numbers(kpi: Kpi) -> Caution:
    text = (
        f"The {len(kpi.levels)} levels count as 1 to {len(kpi.levels)}, and the effect is a difference of their means: "
        "it takes every step between two levels to be worth the same."
    )
    return Caution(code="levels-as-numbers", text=text)


def _once(connection: Connection, rows: int) -> tuple[list[AuditLine], tuple[Caution, ...]]:
    """Leave out readings that contradict each other after a merge; the same one twice counts once."""
    merged = connection.execute("SELECT count(*) FROM accounts").fetchone()
    if not merged or not merged[0]:
        return [], ()
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE single AS SELECT entity, period, any_value(value) AS value, "
        "any_value(numerator) AS numerator, any_value(denominator) AS denominator, count(*) AS n, "
        "count(DISTINCT (value, numerator, denominator)) AS variants FROM readings GROUP BY entity, period"
    )
    kept, left, clashes, concerned = connection.execute(
        "SELECT count(*) FILTER (WHERE variants = 1), count(DISTINCT entity) FILTER (WHERE variants = 1), "
        "count(*) FILTER (WHERE variants > 1), count(DISTINCT entity) FILTER (WHERE variants > 1) FROM single"
    ).fetchone() or (0, 0, 0, 0)
    if kept == rows:
        return [], ()
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE readings AS "
        "SELECT entity, period, value, numerator, denominator FROM single WHERE variants = 1"
    )
    line = AuditLine(
        step="… one for each person and period",
        rows_in=rows,
        rows_kept=kept,
        people=left,
        reason="two readings after accounts were merged",
    )
    if not clashes:
        return [line], ()
    who = "1 person has" if concerned == 1 else f"{concerned:,} people have"
    where = "1 period" if clashes == 1 else f"{clashes:,} periods"
    text = (
        f"{who} two different readings for {where} after accounts were merged. Neither is used. "
        "Correct the readings, or undo the merge if these are two people."
    )
    return [line], (Caution(code="two-readings-after-merge", text=text),)
