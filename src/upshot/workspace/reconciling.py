"""What came in, feed by feed: every row accounted for, how fresh the newest is, and how many people have no row."""

import csv
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from upshot.lake.lake import Import
from upshot.lake.scan import Connection
from upshot.periods import Grain, period_index, period_start
from upshot.plan import Plan
from upshot.plan.kpis import Kpi
from upshot.plan.values import Duration
from upshot.sources.reasons import REASONS
from upshot.workspace.disclosing import Disclosure
from upshot.workspace.folder import Workspace
from upshot.workspace.levels import Levels, levels_of, newest_level

__all__ = ["FeedState", "KpiState", "Trouble", "days_of", "reconciliation_of"]

_DAYS_A_MONTH = 365.25 / 12
_FEEDS = ("people", "learning", "kpis")
_FIXES = {reason.text: reason.fix for reason in REASONS.values()}
_NEWEST = {"people": "max(valid_from)", "learning": 'max(coalesce(date, CAST("at" AS DATE)))'}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One reason rows of a feed's last files were refused, how many, and what to do."""

    reason: str
    rows: int
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiState:
    """How fresh one KPI's readings are.

    Parameters
    ----------
    kpi, label
        As in the plan.
    newest
        Last day that the newest reading covers; absent where there is none.
    due
        Last day on which that is fresh enough; absent where the plan does not watch it.
    late
        Whether ``due`` has passed, or a watched KPI has no reading; ``None`` where it is not watched.
    readings
        Current readings in the lake.
    """

    kpi: str
    label: str
    newest: dt.date | None = None
    due: dt.date | None = None
    late: bool | None = None
    readings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """One feed over all its imports; ``rows_in = taken + already_there + left_out + rejected`` always holds.

    Parameters
    ----------
    feed
        ``people``, ``learning`` or ``kpis``.
    imports
        How many there were.
    last, last_file, last_source
        When the last one was stored, its file and its mapping profile.
    rows_in, taken, already_there, left_out, rejected
        Rows of all imports together.
    newest
        Newest day in the feed: for KPIs the last day a reading covers.
    late
        Whether any watched KPI is late; ``None`` where nothing is watched.
    kpis
        One a KPI of the plan, for the ``kpis`` feed.
    people_without
        People of today's roster without a single row in this feed; absent where withheld and for the
        people feed itself.
    withheld
        Why ``people_without`` is absent although it is known.
    troubles
        Rows refused, by reason, most first; from the rejects files that are still there.
    """

    feed: str
    imports: int = 0
    last: dt.datetime | None = None
    last_file: str | None = None
    last_source: str | None = None
    rows_in: int = 0
    taken: int = 0
    already_there: int = 0
    left_out: int = 0
    rejected: int = 0
    newest: dt.date | None = None
    late: bool | None = None
    kpis: tuple[KpiState, ...] = ()
    people_without: int | None = None
    withheld: str = ""
    troubles: tuple[Trouble, ...] = ()


def reconciliation_of(
    workspace: Workspace,
    *,
    today: dt.date | None = None,
    plan: Plan | None = None,
    disclosure: Disclosure | None = None,
    levels: Levels | None = None,
) -> tuple[FeedState, ...]:
    """Account for every row of the people, learning and KPI feeds.

    Parameters
    ----------
    today
        The day freshness is judged on; by default the computer's.
    plan
        In place of the workspace's.
    disclosure
        The reader's gate for counts of people.
    levels
        From `levels_of`, where they were read already.
    """
    promised = plan or workspace.plan().plan
    day, gate, lake = today or dt.date.today(), disclosure or Disclosure(), workspace.lake()
    by_feed: dict[str, list[Import]] = {name: [] for name in _FEEDS}
    for record in lake.imports():
        by_feed.setdefault(record.feed, []).append(record)
    connection = lake.connect()
    try:
        read = levels_of(connection) if levels is None else levels
        without = _without(connection, promised, day)
        newest = {name: _day(connection, f"SELECT {sql} FROM {name}") for name, sql in _NEWEST.items()}
    finally:
        connection.close()
    kpis = tuple(_kpi(read, kpi.resolved(), day) for kpi in promised.kpis)
    newest["kpis"] = max((kpi.newest for kpi in kpis if kpi.newest), default=None)
    return tuple(_feed(workspace, name, by_feed[name], newest[name], kpis, without.get(name), gate) for name in _FEEDS)


def days_of(length: Duration) -> float:
    """A duration in days; a month counts as a twelfth of a year."""
    return length.days + length.months * _DAYS_A_MONTH


def _feed(
    workspace: Workspace,
    name: str,
    records: Sequence[Import],
    newest: dt.date | None,
    kpis: tuple[KpiState, ...],
    without: tuple[int, int] | None,
    gate: Disclosure,
) -> FeedState:
    own = kpis if name == "kpis" else ()
    watched = [kpi.late for kpi in own if kpi.late is not None]
    last = records[-1] if records else None
    shown = None if without is None else _apart(without, gate)
    return FeedState(
        feed=name,
        imports=len(records),
        last=None if last is None else last.at,
        last_file=None if last is None else last.file,
        last_source=None if last is None else last.source,
        rows_in=sum(record.rows_in for record in records),
        taken=sum(record.rows_taken for record in records),
        already_there=sum(record.rows_already_there for record in records),
        left_out=sum(record.rows_left_out for record in records),
        rejected=sum(record.rows_rejected for record in records),
        newest=newest,
        late=any(watched) if watched else None,
        kpis=own,
        people_without=shown,
        withheld=f"fewer than {gate.minimum} people" if without is not None and shown is None else "",
        troubles=_troubles(workspace, {record.file for record in records if record.file}),
    )


def _apart(without: tuple[int, int], gate: Disclosure) -> int | None:
    """People without a row, unless they or the rest are few."""
    total, missing = without
    return gate.table({("without",): missing, ("with",): total - missing})[("without",)] if total else 0


def _kpi(levels: Levels, kpi: Kpi, today: dt.date) -> KpiState:
    last = newest_level(levels, kpi)
    newest = None if last is None else _last_day(last.period, last.grain)
    watch = kpi.freshness
    due = None if watch is None or newest is None else newest + dt.timedelta(days=round(days_of(watch)))
    late = None if watch is None else due is None or today > due
    readings = sum(level.readings for level in levels.get(kpi.source.kpi or kpi.id, ()))
    return KpiState(kpi=kpi.id, label=kpi.label or kpi.id, newest=newest, due=due, late=late, readings=readings)


def _last_day(period: dt.date, grain: Grain) -> dt.date:
    following = period_start(int(period_index(str(period), grain)) + 1, grain)
    return dt.date.fromisoformat(str(following)) - dt.timedelta(days=1)


def _without(connection: Connection, plan: Plan, day: dt.date) -> dict[str, tuple[int, int]]:
    """People employed on the day, and those of them without a row, by feed.

    Readings about teams or sites count for the people in them.
    """
    columns = ["person", *sorted({kpi.grain.entity for kpi in plan.kpis} & {"team", "site", "region"})]
    within = " OR ".join(f"{column} IN (SELECT entity FROM read)" for column in columns)
    row = connection.execute(
        "WITH read AS MATERIALIZED (SELECT DISTINCT entity FROM kpis), "
        "learned AS MATERIALIZED (SELECT DISTINCT person FROM learning), "
        f"employed AS MATERIALIZED (SELECT {', '.join(columns)} FROM people WHERE valid_from <= $day "
        'AND coalesce(valid_to > $day, true) AND coalesce("left" >= $day, true)) '
        "SELECT count(*), count(*) FILTER (WHERE person NOT IN (SELECT person FROM learned)), "
        f"count(*) FILTER (WHERE NOT coalesce({within}, false)) FROM employed",
        {"day": day},
    ).fetchone() or (0, 0, 0)
    return {"learning": (int(row[0]), int(row[1])), "kpis": (int(row[0]), int(row[2]))}


def _day(connection: Connection, sql: str) -> dt.date | None:
    row = connection.execute(sql).fetchone()
    found: dt.date | None = row[0] if row else None
    return found


def _troubles(workspace: Workspace, files: set[str]) -> tuple[Trouble, ...]:
    """Reasons in the rejects files of these exports: counts only, never a value that was refused."""
    counts: Counter[str] = Counter()
    for name in sorted(files):
        path = workspace.root / "rejects" / f"{name}.rejects.csv"
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as handle:
                counts.update(row["reason"] for row in csv.DictReader(handle))
    return tuple(Trouble(reason=reason, rows=rows, fix=_FIXES.get(reason, "")) for reason, rows in counts.most_common())
