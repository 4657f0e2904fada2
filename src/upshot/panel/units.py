"""Whom readings are about: people one by one, or the teams or sites they form, with start and characteristics."""

from upshot.errors import PanelError, Problem
from upshot.lake.scan import Connection
from upshot.panel.audience import field_sql
from upshot.panel.audit import AuditLine
from upshot.plan.initiatives import Initiative
from upshot.plan.kpis import Kpi

__all__ = ["group_field", "make_units"]

_GROUPS = frozenset({"team", "site", "region"})


def group_field(kpi: Kpi) -> str | None:
    """People's field that holds the KPI's entity; ``None`` where readings are about people.

    Examples
    --------
    >>> from upshot.plan.kpis import Grain
    >>> group_field(Kpi(id="waiting", grain=Grain(entity="site"))), group_field(Kpi(id="calls"))
    ('site', None)
    """
    return kpi.grain.entity if kpi.grain.entity in _GROUPS else None


def make_units(connection: Connection, initiative: Initiative, kpi: Kpi, *, on: str) -> list[AuditLine]:
    """Make ``panel_units`` from ``panel_people`` and ``exposure``: one row a unit, with all it needs.

    Columns: ``unit``, ``first_treated``, ``s0`` … for the strata, ``cluster``, ``weight``. Where
    readings are about teams or sites, a unit starts when its people do.

    Raises
    ------
    PanelError
        If people of one team differ in their start, or in a characteristic it is compared by.
    """
    fields = _fields(initiative, on)
    group = group_field(kpi)
    listed = "".join(f", {sql} AS {name}" for name, (sql, _) in fields.items())
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE unit_people AS SELECT {group or 'p.person'} AS unit, e.start AS first_treated"
        f"{listed} FROM panel_people p LEFT JOIN exposure e ON e.person = p.person"
    )
    if group is None:
        connection.execute("CREATE OR REPLACE TEMP TABLE panel_units AS SELECT * FROM unit_people")
        return []
    _agree(connection, group, {"first_treated": "start", **{name: said for name, (_, said) in fields.items()}})
    picks = "".join(f", any_value({name}) AS {name}" for name in ("first_treated", *fields))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE panel_units AS SELECT unit{picks} FROM unit_people "
        "WHERE unit IS NOT NULL GROUP BY unit"
    )
    row = connection.execute("SELECT count(*), count(unit), count(DISTINCT unit) FROM unit_people").fetchone()
    people, placed, groups = row or (0, 0, 0)
    if not groups:
        text = f"Nobody in the audience of {initiative.id!r} has a {group} on record."
        fix = f"Import people with their {group}."
        raise PanelError(Problem(code="no-groups", text=text, fix=fix, column=group))
    reason = f"no {group} on record" if placed < people else f"they form {groups:,} {group}s"
    return [
        AuditLine(step=f"People in a {group}", rows_in=people, rows_kept=placed, people=placed, reason=reason),
    ]


def _fields(initiative: Initiative, on: str) -> dict[str, tuple[str, str]]:
    """SQL and name of each characteristic, by its column."""
    design = initiative.design.resolved()
    found = {f"s{index}": (field_sql(field, on=on), field) for index, field in enumerate(design.strata)}
    if design.cluster:
        found["cluster"] = (field_sql(design.cluster, on=on), design.cluster)
    if design.weights:
        found["weight"] = (f"TRY_CAST({field_sql(design.weights, on=on)} AS DOUBLE)", design.weights)
    return found


def _agree(connection: Connection, group: str, columns: dict[str, str]) -> None:
    """Refuse teams whose people differ in what the team is to be compared by."""
    problems = []
    for column, said in columns.items():
        differing = connection.execute(
            f"SELECT unit FROM unit_people WHERE unit IS NOT NULL GROUP BY unit "
            f"HAVING count(DISTINCT {column}) + max(CASE WHEN {column} IS NULL THEN 1 ELSE 0 END) > 1 ORDER BY unit"
        ).fetchall()
        if differing:
            problems.append(_differ(connection, group, said, [str(row[0]) for row in differing]))
    if problems:
        raise PanelError(problems)


def _differ(connection: Connection, group: str, said: str, names: list[str]) -> Problem:
    row = connection.execute("SELECT count(DISTINCT unit) FROM unit_people").fetchone()
    total = row[0] if row else len(names)
    shown = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
    if said == "start":
        text = (
            f"The KPI is read by {group}, and in {len(names):,} of {total:,} {group}s people start at different times"
        )
        fix = f"Start whole {group}s (first_treated: {{from: wave}}), or use a KPI that is read for each person."
    else:
        text = f"The KPI is read by {group}, and in {len(names):,} of {total:,} {group}s people differ in {said!r}"
        fix = f"Use a field that all people of a {group} share."
    return Problem(code=f"{group}-disagrees", text=f"{text} ({shown}).", fix=fix)
