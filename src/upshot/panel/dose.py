"""How much of it each person took, in groups: minutes, share of the path, mastery, or use at work."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from upshot.lake.scan import Connection
from upshot.periods import label, last_day, period_index
from upshot.plan.initiatives import Dose, Initiative
from upshot.plan.kpis import Kpi
from upshot.plan.practice import Step
from upshot.plan.rolepath import APPLIED, NOT_BEGUN, RolePath, at_work, competency_urn, names_of, recorded_as

__all__ = ["DOSE", "NO_DOSE", "UNKNOWN", "WAIVED", "DoseGroup", "add_doses"]

DOSE = "dose"
"""Attribute of people that holds their dose group while a panel is built."""
NO_DOSE = "none"
"""Those who started and took nothing that is on record."""
WAIVED = "waived"
"""Those who were waived a step that counts: they can already, so that what they took says little."""
UNKNOWN = "unknown"
"""Those whose records do not say how much."""
_UNTRAINED = "untrained"
_COMPLETED = ("completed", "satisfied", *APPLIED)
_PASSED = ("passed", "mastered")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseGroup:
    """People of one dose among those who started within the readings.

    Parameters
    ----------
    name
        ``none``, ``part-1`` … in order of the dose, ``waived`` or ``unknown``.
    people
        How many.
    dose
        Their mean dose: minutes, or a share from 0 to 1; ``None`` for ``waived`` and ``unknown``.
    """

    name: str
    people: int
    dose: float | None


def add_doses(connection: Connection, initiative: Initiative, kpi: Kpi) -> tuple[DoseGroup, ...]:
    """Write each person's dose group among the attributes of ``panel_people``; the groups there are.

    Counted is what is on record up to the last day that a reading covers. Only those have a dose who started within the
    readings: everybody else is the comparison. Whoever was waived a step that counts is an arm of their own. Doses
    above nothing are cut into thirds of people; equal doses stay together, so that there may be fewer groups.

    ``panel_people`` and ``exposure`` must be there. Nothing is attached, and no group given, where the plan asks for no
    dose or the KPI has no readings.
    """
    asked, window = initiative.design.dose, _window(connection, initiative, kpi)
    if asked is None or window is None:
        return ()
    first, last, newest = window
    found = connection.execute(
        f"WITH {_ABOUT}, taken AS ({_SQL[asked.by]}) "
        "SELECT e.person, t.dose, t.person IS NOT NULL, coalesce(t.waived, false) FROM exposure e "
        "JOIN panel_people p ON p.person = e.person LEFT JOIN taken t ON t.person = e.person "
        "WHERE e.start > $first AND e.start <= $last ORDER BY e.person",
        {
            **_parameters(initiative, asked),
            "not_begun": list(NOT_BEGUN),
            "newest": newest,
            "first": first,
            "last": last,
        },
    ).fetchall()
    waived = dict.fromkeys((row[0] for row in found if row[3]), WAIVED)
    doses = {person: dose for person, dose in _known(found, initiative, asked).items() if person not in waived}
    group = dict.fromkeys((row[0] for row in found), UNKNOWN) | _grouped(doses) | waived
    _attach(connection, group)
    return _summed(group, doses)


_ABOUT = """
    named AS (
        SELECT unnest($names) AS name, unnest($steps) AS step, unnest($moves) AS moves, unnest($masters) AS least),
    about AS (
        SELECT l.person, n.step, n.moves, n.least, l.activity, l.verb, l."at",
            CASE WHEN l.score BETWEEN 0 AND 1 THEN l.score END AS score,
            CASE WHEN l.duration >= 0 THEN l.duration END AS duration
        FROM learning l JOIN named n
            ON n.name = CASE WHEN l.activity IN (SELECT name FROM named) THEN l.activity ELSE l.title END
        WHERE (l.verb = 'waived' OR l.verb NOT IN $not_begun) AND coalesce(l.date, CAST(l."at" AS DATE)) <= $newest)
"""
"""Records about the steps that count, under any of their names."""

# One time may be told by several statements (completed, passed, terminated) and under two names: the longest counts.
_SQL = {
    "minutes": """
        SELECT person, sum(longest) / 60 AS dose, bool_or(waived) AS waived FROM (
            SELECT person, step, max(spent) AS longest, bool_or(waived) AS waived FROM (
                SELECT person, step, activity, verb, sum(duration) AS spent, verb = 'waived' AS waived
                FROM about GROUP BY ALL) GROUP BY person, step) GROUP BY person
    """,
    "share": f"""
        SELECT person, count(*) FILTER (WHERE done) / $asked AS dose, bool_or(waived) AS waived FROM (
            SELECT person, step, bool_or(verb = 'waived') AS waived,
                bool_or(verb IN {_PASSED} AND (least IS NULL OR score IS NULL OR score >= least)
                    OR verb = 'completed' AND coalesce(score >= least, false)) AS passed,
                bool_or(verb IN {_COMPLETED}) AS completed,
                CASE any_value(moves) WHEN 'Passed' THEN passed WHEN 'Completed' THEN completed
                    WHEN 'CompletedAndPassed' THEN passed AND completed ELSE passed OR completed END AS done
            FROM about GROUP BY person, step) GROUP BY person
    """,
    "mastery": """
        SELECT person, avg(first) AS dose, bool_or(waived) AS waived FROM (
            SELECT person, step, arg_min(score, "at") FILTER (WHERE score IS NOT NULL) AS first,
                bool_or(verb = 'waived') AS waived
            FROM about GROUP BY person, step) GROUP BY person
    """,
    "applied": f"""
        SELECT person, CAST(bool_or(verb IN {APPLIED} OR step = 'at-work' AND verb IN {_COMPLETED + _PASSED})
            AS INTEGER) AS dose, bool_or(verb = 'waived') AS waived FROM about GROUP BY person
    """,
}


def _parameters(initiative: Initiative, asked: Dose) -> dict[str, object]:
    """Names of the steps that count, with what each asks for."""
    listed: list[tuple[str, str, str, float | None]] = []
    chosen = _steps(initiative, asked)
    if asked.competency is not None:
        listed = [(competency_urn(asked.competency), asked.competency, "", None)]
    elif chosen and asked.by != "applied":
        listed = [(name, one.id, one.move_on, one.mastery) for one in chosen for name in names_of(initiative.id, one)]
    else:
        work = at_work(initiative)
        listed = [(name, "at-work", "", None) for name in work] if asked.by == "applied" else []
        listed += [(name, initiative.id, "", None) for name in recorded_as(initiative) if name not in work]
    columns = ("names", "steps", "moves", "masters")
    found: dict[str, object] = {key: list(held) for key, held in zip(columns, zip(*listed, strict=True), strict=True)}
    return {**found, "asked": max(len(chosen), 1)} if asked.by == "share" else found


def _steps(initiative: Initiative, asked: Dose) -> tuple[Step, ...]:
    """The steps that count: those the plan names, else those asked for (a share) or all there are."""
    path = RolePath.of(initiative)
    if asked.steps:
        return tuple(step for step in path.path if step.id in asked.steps)
    return path.asked if asked.by == "share" else path.path


def _window(connection: Connection, initiative: Initiative, kpi: Kpi) -> tuple[str, str, dt.date] | None:
    """Labels of the first and the last period with readings, and the last day they cover."""
    row = connection.execute(
        "SELECT min(period), max(period) FROM kpis WHERE kpi = $kpi", {"kpi": kpi.source.kpi or kpi.id}
    ).fetchone()
    if row is None or row[0] is None:
        return None
    grain = initiative.design.period
    first, last = (int(period_index(np.datetime64(day), grain)) for day in row)
    return label(first, grain), label(last, grain), last_day(row[1], grain)


def _known(found: list[tuple[str, float | None, bool, bool]], initiative: Initiative, asked: Dose) -> dict[str, float]:
    """Each person's dose, where it is known: who has no record took nothing, but nobody has seen what they can."""
    doses = {person: float(dose) for person, dose, _there, _waived in found if dose is not None}
    if asked.by == "applied" and not at_work(initiative) and not any(doses.values()):
        return {}
    if asked.by != "mastery":
        doses |= {person: 0.0 for person, _dose, there, _waived in found if not there}
    return doses


def _grouped(doses: Mapping[str, float]) -> dict[str, str]:
    """Thirds of those with a dose above nothing, in order; equal doses stay together."""
    taken = {person: dose for person, dose in doses.items() if dose > 0}
    group = {person: NO_DOSE for person in doses if person not in taken}
    if not taken:
        return group
    values = np.array(list(taken.values()))
    cuts = np.unique(np.quantile(values, [1 / 3, 2 / 3], method="lower"))
    places = np.unique(np.searchsorted(cuts, values, side="left"), return_inverse=True)[1]
    return group | {person: f"part-{int(at) + 1}" for person, at in zip(taken, places, strict=True)}


def _attach(connection: Connection, group: Mapping[str, str]) -> None:
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE panel_people AS SELECT p.* EXCLUDE (attributes), "
        f"map_concat(coalesce(p.attributes, MAP {{}}), MAP {{'{DOSE}': coalesce(d.name, '{_UNTRAINED}')}}) "
        "AS attributes FROM panel_people p "
        "LEFT JOIN (SELECT unnest($people) AS person, unnest($groups) AS name) d ON d.person = p.person",
        {"people": list(group), "groups": list(group.values())},
    )


def _summed(group: Mapping[str, str], doses: Mapping[str, float]) -> tuple[DoseGroup, ...]:
    members: dict[str, list[str]] = {}
    for person, name in group.items():
        members.setdefault(name, []).append(person)
    dosed = sorted(name for name in members if name not in (NO_DOSE, WAIVED, UNKNOWN))
    ordered = [name for name in (NO_DOSE, *dosed, WAIVED, UNKNOWN) if name in members]
    return tuple(
        DoseGroup(
            name=name,
            people=len(members[name]),
            dose=None if name in (WAIVED, UNKNOWN) else float(np.mean([doses[one] for one in members[name]])),
        )
        for name in ordered
    )
