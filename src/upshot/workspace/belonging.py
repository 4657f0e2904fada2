"""Who belongs to which initiative on a day, and in which wave: audience rules over the roster."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from upshot.lake.scan import Connection
from upshot.panel.audience import where_sql
from upshot.plan import Plan
from upshot.plan.initiatives import Initiative, Wave

__all__ = ["Member", "by_intake", "employed", "members"]

_HERE = 'valid_from <= {day} AND coalesce(valid_to > {day}, true) AND coalesce("left" > {day}, true)'


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the audience of an initiative.

    Parameters
    ----------
    wave
        The wave they are in; ``None`` where the initiative has none, or none for them.
    """

    person: str
    hired: dt.date | None
    wave: Wave | None

    @property
    def starts(self) -> dt.date | None:
        """When their turn begins: with the wave, and not before they were hired."""
        if self.wave is None:
            return None
        return max(self.wave.start, self.hired) if self.hired else self.wave.start


def members(
    connection: Connection, initiatives: Sequence[Initiative], *, on: dt.date, people: Collection[str] | None = None
) -> list[tuple[Member, ...]]:
    """For each initiative, in order, who is in its audience on a day.

    Parameters
    ----------
    people
        Roster identifiers; nobody else is read. By default everybody.
    """
    day = f"DATE '{on}'"
    columns = "".join(f", {_inside(item, day)}, {_wave(item, day)}" for item in initiatives)
    chosen = "" if people is None else " AND person IN (SELECT unnest($1))"
    sql = f"SELECT person, hired{columns} FROM people WHERE {_HERE.format(day=day)}{chosen} ORDER BY person"
    rows = connection.execute(sql, [] if people is None else [sorted(people)]).fetchall()
    return [tuple(_members(item, rows, place)) for place, item in enumerate(initiatives)]


def employed(connection: Connection, *, on: dt.date) -> frozenset[str]:
    """Everybody who works here on a day."""
    here = _HERE.format(day=f"DATE '{on}'")
    rows = connection.execute(f"SELECT person FROM people WHERE {here}").fetchall()
    return frozenset(str(row[0]) for row in rows)


def by_intake(plan: Plan, initiative: Initiative) -> bool:
    """Whether it is for the newly hired: its KPI is the time since hiring."""
    return bool(initiative.expected) and plan.kpi(initiative.expected[0].kpi).type == "duration"


def _inside(initiative: Initiative, day: str) -> str:
    inside = where_sql(initiative.audience.where, on=day)
    out = initiative.audience.exclude
    return f"({inside}) AND NOT ({where_sql(out, on=day) if out is not None else 'false'})"


def _wave(initiative: Initiative, day: str) -> str:
    cases = " ".join(f"WHEN {_in_wave(wave, day)} THEN {at}" for at, wave in enumerate(initiative.waves))
    return f"CASE {cases} END" if cases else "NULL"


def _in_wave(wave: Wave, day: str) -> str:
    if wave.where is not None:
        return where_sql(wave.where, on=day)
    return f"attributes['wave'] = '{wave.id}'"


def _members(initiative: Initiative, rows: Sequence[tuple[object, ...]], place: int) -> Iterator[Member]:
    for row in rows:
        hired, inside, wave = row[1], row[2 + 2 * place], row[3 + 2 * place]
        if inside:
            yield Member(
                str(row[0]),
                hired if isinstance(hired, dt.date) else None,
                initiative.waves[wave] if isinstance(wave, int) else None,
            )
